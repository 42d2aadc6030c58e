'use client';
/** How it ended: outcome, then category and severity where it failed; notes and what should have been said where the person likes. */
import type { KeyboardEvent, ReactNode, Ref } from 'react';
import { Button } from '../../components/button';
import { useKeyNames } from '../../components/key-names';
import { Kbd } from '../../components/kbd';
import { useWords } from '../../words/language';
import { redTeamWords, severityWords } from '../../words/red-team';
import { Choices } from './choices';
import { categoryKeys, severityKeys, type Verdict } from './verdict';

type Props = {
  region: Ref<HTMLElement>;
  notes: Ref<HTMLTextAreaElement>;
  correction: Ref<HTMLTextAreaElement>;
  verdict: Verdict;
  categories: string[];
  lastAnswer: string;
  onChange: (change: Partial<Verdict>) => void;
  /** Into the field for the correction, with the focus. */
  onTakeAnswer: () => void;
  /** Focus goes back to the region. */
  onLeave: () => void;
};

export function VerdictForm({ region, notes, correction, verdict, categories, lastAnswer, onChange, onTakeAnswer, onLeave }: Props) {
  const t = useWords(redTeamWords);
  return (
    <section ref={region} tabIndex={-1} aria-label={t.outcome} className="mt-8 flex flex-col gap-6 border-t border-line pt-6 outline-none">
      <Choices
        label={t.outcome}
        value={verdict.outcome}
        onChoose={(value) => onChange({ outcome: value as 'failed' | 'held' })}
        choices={[
          { value: 'failed', label: t.failed, key: 'f' },
          { value: 'held', label: t.held, key: 'h' },
        ]}
      />
      {verdict.outcome === 'failed' && (
        <>
          {categories.length > 0 && (
            <Choices
              label={t.category}
              value={verdict.category}
              onChoose={(category) => onChange({ category })}
              choices={categories.map((category, index) => ({ value: category, label: category, key: categoryKeys[index]! }))}
            />
          )}
          <Choices
            label={t.severity}
            value={verdict.severity === null ? null : String(verdict.severity)}
            onChoose={(severity) => onChange({ severity: Number(severity) })}
            choices={severityWords(t).map((label, index) => ({
              value: String(index + 1),
              label: `${index + 1} ${label}`,
              key: severityKeys[index]!,
            }))}
          />
        </>
      )}
      <Field
        field={correction}
        shortcut="c"
        label={t.correction}
        hint={t.correctionHint}
        value={verdict.correction}
        onWrite={(text) => onChange({ correction: text })}
        onLeave={onLeave}
        maxLength={100_000}
        isTall
      >
        {lastAnswer.trim() && !verdict.correction && (
          <Button size="sm" className="mt-2" onClick={onTakeAnswer}>
            {t.takeAnswer}
          </Button>
        )}
      </Field>
      <Field
        field={notes}
        shortcut="n"
        label={t.notes}
        hint={t.notesHint}
        value={verdict.notes}
        onWrite={(text) => onChange({ notes: text })}
        onLeave={onLeave}
        maxLength={5000}
      />
    </section>
  );
}

type FieldProps = {
  field: Ref<HTMLTextAreaElement>;
  shortcut: string;
  label: string;
  hint: string;
  value: string;
  onWrite: (text: string) => void;
  onLeave: () => void;
  maxLength: number;
  isTall?: boolean;
  children?: ReactNode;
};

function Field({ field, shortcut, label, hint, value, onWrite, onLeave, maxLength, isTall, children }: FieldProps) {
  const keyOf = useKeyNames();
  const id = `verdict-${shortcut}`;
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onLeave();
  };
  return (
    <div>
      <label htmlFor={id} className="flex items-center gap-2 text-sm font-medium">
        {label} <Kbd>{shortcut}</Kbd>
      </label>
      <p id={`${id}-hint`} className="mt-0.5 mb-2 text-sm text-muted">
        {hint}
      </p>
      <textarea
        ref={field}
        id={id}
        aria-describedby={`${id}-hint`}
        aria-keyshortcuts={keyOf(shortcut)}
        dir="auto"
        rows={isTall ? 3 : 1}
        maxLength={maxLength}
        value={value}
        onChange={(event) => onWrite(event.target.value)}
        onKeyDown={leave}
        className="field-sizing-content max-h-[50dvh] w-full rounded-md border border-edge bg-surface px-3 py-2 focus-visible:outline-offset-0"
      />
      {children}
    </div>
  );
}
