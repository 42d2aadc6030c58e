'use client';
/** The form that changes an answer; what it begins with is the newest version. */
import { useId, useState } from 'react';
import type { Labelling } from '@/lib/projects/project';
import { gradesOf } from '@/lib/tasks/scale';
import { scales } from '@/db/enums';
import { useWords } from '../../words/language';
import { myWorkWords } from '../../words/my-work';
import { useActiveSeconds } from '../use-active-seconds';
import { useGradeWords } from './grade-words';
import type { Amended } from './shown';
import { AmendDemonstration } from './amend-demonstration';
import { Form } from './amend-form';
import { useAmend } from './use-amend';

type Of<K extends Amended['kind']> = Extract<Amended, { kind: K }>;

export function Amend({ answer, labelling }: { answer: Amended; labelling: Labelling }) {
  if (answer.kind === 'preference') return <AmendPreference answer={answer} />;
  if (answer.kind === 'demonstration') return <AmendDemonstration answer={answer} />;
  if (answer.kind === 'ranking') return <AmendRanking answer={answer} />;
  return <AmendRating answer={answer} labelling={labelling} />;
}

function AmendPreference({ answer }: { answer: Of<'preference'> }) {
  const t = useWords(myWorkWords);
  const inWords = useGradeWords();
  const newest = answer.versions.at(-1)!;
  const [verdict, setVerdict] = useState(newest.isBothBad ? 'both-bad' : String(newest.grade));
  const [reason, setReason] = useState(newest.reason);
  const { amend, ...state } = useAmend();
  const seconds = useActiveSeconds(newest.id);
  const { scalePoints, aspects } = newest;
  const points = scales.find((one) => one === scalePoints) ?? 7;
  const grades = gradesOf(points);
  const choices = [
    ...(points % 2 === 0 ? [...grades, 0] : grades).map((grade) => ({
      value: String(grade),
      label: inWords({ grade, scalePoints, isBothBad: false }),
    })),
    { value: 'both-bad', label: inWords({ grade: 0, scalePoints, isBothBad: true }) },
  ];
  const isBothBad = verdict === 'both-bad';
  const body = { grade: isBothBad ? 0 : Number(verdict), scalePoints, isBothBad, aspects, reason };
  return (
    <Form {...state} onSubmit={() => amend({ path: 'preferences', id: newest.id, body: { ...body, secondsOnTask: seconds() } })}>
      <Radios label={t.versions} value={verdict} onChange={setVerdict} choices={choices} />
      <TextArea label={t.newReason} value={reason} onChange={setReason} rows={2} maxLength={2000} />
    </Form>
  );
}

function AmendRanking({ answer }: { answer: Of<'ranking'> }) {
  const t = useWords(myWorkWords);
  const newest = answer.versions.at(-1)!;
  const [ranks, setRanks] = useState(newest.ranks);
  const [reason, setReason] = useState(newest.reason);
  const { amend, ...state } = useAmend();
  const seconds = useActiveSeconds(newest.id);
  const places = ranks.map((_, place) => place + 1);
  return (
    <Form {...state} onSubmit={() => amend({ path: 'rankings', id: newest.id, body: { ranks, reason, secondsOnTask: seconds() } })}>
      {ranks.map((rank, place) => (
        <Radios
          key={place}
          label={t.response(String(place + 1))}
          value={String(rank)}
          onChange={(value) => setRanks(ranks.with(place, Number(value)))}
          choices={places.map((one) => ({ value: String(one), label: t.rank(one) }))}
        />
      ))}
      <TextArea label={t.newReason} value={reason} onChange={setReason} rows={2} maxLength={2000} />
    </Form>
  );
}

function AmendRating({ answer, labelling }: { answer: Of<'rating'>; labelling: Labelling }) {
  const t = useWords(myWorkWords);
  const newest = answer.versions.at(-1)!;
  const { scalePoints } = newest;
  const [aspects, setAspects] = useState(newest.aspects);
  const [isSafe, setSafe] = useState(newest.isSafe);
  const [categories, setCategories] = useState(newest.safetyCategories);
  const [reason, setReason] = useState(newest.reason);
  const { amend, ...state } = useAmend();
  const seconds = useActiveSeconds(newest.id);
  const points = Array.from({ length: scalePoints }, (_, i) => String(i + 1));
  const body = { aspects, scalePoints, isSafe, safetyCategories: isSafe === false ? categories : [], reason };
  return (
    <Form {...state} onSubmit={() => amend({ path: 'ratings', id: newest.id, body: { ...body, secondsOnTask: seconds() } })}>
      {Object.keys(aspects).map((name) => (
        <Radios
          key={name}
          label={name}
          value={String(aspects[name])}
          onChange={(value) => setAspects({ ...aspects, [name]: Number(value) })}
          choices={points.map((value) => ({ value, label: value }))}
        />
      ))}
      <Radios
        label={`${t.safe} / ${t.unsafe}`}
        value={isSafe === null ? '' : String(isSafe)}
        onChange={(value) => setSafe(value === 'true')}
        choices={[
          { value: 'true', label: t.safe },
          { value: 'false', label: t.unsafe },
        ]}
      />
      {isSafe === false && (
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">{t.category}</legend>
          <div className="flex flex-wrap gap-x-5 gap-y-1">
            {[...new Set([...labelling.safetyCategories, ...categories])].map((name) => (
              <label key={name} className="flex min-h-8 items-center gap-2">
                <input
                  type="checkbox"
                  checked={categories.includes(name)}
                  onChange={(event) =>
                    setCategories(event.target.checked ? [...categories, name] : categories.filter((one) => one !== name))
                  }
                  className="size-4 accent-accent"
                />
                {name}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <TextArea label={t.newReason} value={reason} onChange={setReason} rows={2} maxLength={2000} />
    </Form>
  );
}

type RadiosProps = { label: string; value: string; onChange: (value: string) => void; choices: { value: string; label: string }[] };

function Radios({ label, value, onChange, choices }: RadiosProps) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex h-9 items-center rounded-md border border-line bg-surface px-3 text-sm has-checked:border-accent has-checked:bg-accent-wash has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent pointer-coarse:h-11"
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="sr-only"
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type TextAreaProps = { label: string; value: string; onChange: (value: string) => void; rows: number; maxLength?: number };

function TextArea({ label, value, onChange, rows, maxLength }: TextAreaProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        dir="auto"
        value={value}
        rows={rows}
        maxLength={maxLength}
        onChange={(event) => onChange(event.target.value)}
        className="field-sizing-content max-h-[60dvh] w-full rounded-md border border-edge bg-surface px-3 py-2 focus-visible:outline-offset-0"
      />
    </div>
  );
}
