'use client';
/** The form that changes an answer; what it begins with is the newest version. */
import { useState } from 'react';
import type { Labelling } from '@/lib/projects/project';
import { gradesOf } from '@/lib/tasks/scale';
import { scales } from '@/db/enums';
import { useWords } from '../../words/language';
import { myWorkWords } from '../../words/my-work';
import { rateWords } from '../../words/rate';
import { useActiveSeconds } from '../use-active-seconds';
import { useGradeWords } from './grade-words';
import type { Amended } from './shown';
import { AmendDemonstration } from './amend-demonstration';
import { Radios, TextArea } from './amend-fields';
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
  const given = newest.isBothBad ? 'both-bad' : String(newest.grade);
  const [verdict, setVerdict] = useState(given);
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
    <Form
      {...state}
      isChanged={verdict !== given || reason !== newest.reason}
      onSubmit={() => amend({ path: 'preferences', id: newest.id, body: { ...body, secondsOnTask: seconds() } })}
    >
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
    <Form
      {...state}
      isChanged={ranks.join() !== newest.ranks.join() || reason !== newest.reason}
      onSubmit={() => amend({ path: 'rankings', id: newest.id, body: { ranks, reason, secondsOnTask: seconds() } })}
    >
      {ranks.map((rank, place) => (
        <Radios
          key={place}
          label={t.response(String(place + 1))}
          about={answer.responses[place]}
          isEven
          value={String(rank)}
          onChange={(value) => setRanks(ranks.with(place, Number(value)))}
          choices={places.map((one) => ({ value: String(one), label: String(one), spoken: t.rank(one) }))}
        />
      ))}
      <TextArea label={t.newReason} value={reason} onChange={setReason} rows={2} maxLength={2000} />
    </Form>
  );
}

function AmendRating({ answer, labelling }: { answer: Of<'rating'>; labelling: Labelling }) {
  const t = useWords(myWorkWords);
  const r = useWords(rateWords);
  const newest = answer.versions.at(-1)!;
  const { scalePoints } = newest;
  const [aspects, setAspects] = useState(newest.aspects);
  const [isSafe, setSafe] = useState(newest.isSafe);
  const [categories, setCategories] = useState(newest.safetyCategories);
  const [reason, setReason] = useState(newest.reason);
  const { amend, ...state } = useAmend();
  const seconds = useActiveSeconds(newest.id);
  const points = Array.from({ length: scalePoints }, (_, i) => String(i + 1));
  const said = { aspects, isSafe, safetyCategories: isSafe === false ? categories : [], reason };
  const given = { aspects: newest.aspects, isSafe: newest.isSafe, safetyCategories: newest.safetyCategories, reason: newest.reason };
  return (
    <Form
      {...state}
      isChanged={JSON.stringify(said) !== JSON.stringify(given)}
      onSubmit={() => amend({ path: 'ratings', id: newest.id, body: { ...said, scalePoints, secondsOnTask: seconds() } })}
    >
      {Object.keys(aspects).map((name) => (
        <Radios
          key={name}
          label={name}
          isEven
          value={String(aspects[name])}
          onChange={(value) => setAspects({ ...aspects, [name]: Number(value) })}
          choices={points.map((value) => ({ value, label: value }))}
        />
      ))}
      <Radios
        label={r.safety}
        value={isSafe === null ? '' : String(isSafe)}
        onChange={(value) => setSafe(value === 'true')}
        choices={[
          { value: 'true', label: t.safe },
          { value: 'false', label: t.unsafe },
        ]}
      />
      {isSafe === false && (
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">{r.categories}</legend>
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
