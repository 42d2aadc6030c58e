'use client';
/** Fields of the form that changes an answer. */
import clsx from 'clsx';
import { useId } from 'react';

type Choice = { value: string; label: string; spoken?: string };
type RadiosProps = {
  label: string;
  /** The beginning of what is judged. */
  about?: string;
  value: string;
  onChange: (value: string) => void;
  choices: Choice[];
  /** All as wide as each other, in one line. */
  isEven?: boolean;
};

export function Radios({ label, about, value, onChange, choices, isEven }: RadiosProps) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 flex max-w-full gap-x-2 text-sm font-medium">
        <span className="shrink-0">{label}</span>
        {about && (
          <span className="truncate font-normal text-muted" dir="auto" aria-hidden>
            {about.slice(0, 200)}
          </span>
        )}
      </legend>
      <div className={clsx('gap-1.5', isEven ? 'grid max-w-md auto-cols-fr grid-flow-col' : 'grid grid-cols-2 sm:flex sm:flex-wrap')}>
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex h-9 items-center justify-center rounded-md border border-line bg-surface px-2 text-sm font-medium transition-colors hover:border-edge has-checked:border-accent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent sm:px-3 pointer-coarse:h-11"
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              aria-label={choice.spoken}
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

export function TextArea({ label, value, onChange, rows, maxLength }: TextAreaProps) {
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
