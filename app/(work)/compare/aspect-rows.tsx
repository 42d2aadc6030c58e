'use client';
/**
 * Questions before the choice, one an aspect, on the same scale. The number keys answer the row that is lit; then the next one is. What is
 * left out stays unsaid.
 */
import clsx from 'clsx';
import { useKeyNames } from '../../components/key-names';
import { Kbd } from '../../components/kbd';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';
import type { Choice } from './scale';

type Props = {
  aspects: string[];
  /** With the tie, wherever it stands. */
  choices: Choice[];
  given: Record<string, number>;
  /** The row that the keys are for; past the last, the choice itself. */
  at: number;
  isDisabled: boolean;
  onGive: (aspect: number, grade: number | undefined) => void;
};

/** "A++", "=", "B+": the side and as many signs as steps from the tie. */
const signs = (grade: number) => (grade === 0 ? '=' : `${grade > 0 ? 'A' : 'B'}${'+'.repeat(Math.abs(grade))}`);

export function AspectRows({ aspects, choices, given, at, isDisabled, onGive }: Props) {
  const keyOf = useKeyNames();
  const t = useWords(compareWords);
  return (
    <div className="mb-2 flex flex-col gap-1">
      {aspects.map((aspect, row) => (
        <div
          key={aspect}
          role="group"
          aria-label={t.aspect(aspect)}
          aria-current={row === at ? 'step' : undefined}
          className={clsx('grid items-center gap-x-3 rounded-md sm:grid-cols-[10rem_minmax(0,1fr)]', row === at && 'bg-sunken')}
        >
          <span className={clsx('truncate px-2 text-sm', row === at ? 'font-semibold text-ink' : 'text-muted')}>{aspect}</span>
          <div className="grid gap-1" style={{ gridTemplateColumns: `repeat(${choices.length}, minmax(0, 1fr))` }}>
            {choices.map(({ key, grade, label }) => (
              <button
                key={key}
                type="button"
                disabled={isDisabled}
                aria-label={label}
                aria-pressed={given[aspect] === grade}
                aria-keyshortcuts={row === at ? keyOf(key) : undefined}
                onClick={() => onGive(row, given[aspect] === grade ? undefined : grade)}
                className={clsx(
                  'flex h-7 items-center justify-center gap-1.5 rounded-[5px] border text-xs font-medium tabular-nums transition-colors disabled:opacity-40 pointer-coarse:h-9',
                  choices.length > 7 && 'max-sm:text-[0.6rem] max-sm:tracking-tighter',
                  given[aspect] === grade
                    ? 'border-accent bg-accent text-on-accent'
                    : 'border-line bg-surface text-muted hover:border-accent hover:text-ink',
                )}
              >
                <span aria-hidden>{signs(grade)}</span>
                {row === at && <Kbd className="max-sm:hidden">{key}</Kbd>}
              </button>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
