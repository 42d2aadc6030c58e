'use client';
/** The graded scale. Its keys stand in the order in which they are on the keyboard and on the screen; one press is the answer. */
import clsx from 'clsx';
import type { ScalePoints } from '@/db/enums';
import { degreeOf, gradesOf } from '@/lib/tasks/scale';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';
import { useKeyNames } from '../../components/key-names';
import { Kbd } from '../../components/kbd';

export type Verdict = { grade: number; isBothBad: boolean; label: string };
/** `short`: the label in two lines. */
export type Choice = Verdict & { key: string; short: [string, string] };

/** Positive grades: the left response is better. Where the scale has no middle, the tie stands apart. */
export function useChoices(points: ScalePoints): { scale: Choice[]; tie: Choice | null; bothBad: Choice } {
  const t = useWords(compareWords);
  const tie = { grade: 0, isBothBad: false, label: t.tie, short: ['', t.tie] as [string, string] };
  const scale = gradesOf(points).map((grade, i): Choice => {
    const key = String(i + 1);
    const degree = degreeOf(grade, points);
    if (degree === null) return { key, ...tie };
    const side = grade > 0 ? 'A' : 'B';
    return { key, grade, isBothBad: false, label: t.degrees[degree](side), short: [side, t.short[degree]] };
  });
  const bothBad: Choice = { key: '0', grade: 0, isBothBad: true, label: t.bothBad, short: ['', t.bothBad] };
  return { scale, tie: points % 2 === 0 ? { key: 't', ...tie } : null, bothBad };
}

/** Is it what was chosen? */
export const isChosen = (choice: Verdict, chosen: Pick<Verdict, 'grade' | 'isBothBad'> | null): boolean =>
  chosen !== null && choice.grade === chosen.grade && choice.isBothBad === chosen.isBothBad;

type Props = {
  choices: Choice[];
  onChoose: (verdict: Verdict) => void;
  isDisabled: boolean;
  /** Its keys are another row's now. */ isWaiting: boolean;
  /** Where a press only chooses: what is chosen, null for nothing yet. */
  chosen?: Pick<Verdict, 'grade' | 'isBothBad'> | null;
};

export function Scale({ choices, onChoose, isDisabled, isWaiting, chosen }: Props) {
  const keyOf = useKeyNames();
  const t = useWords(compareWords);
  return (
    <div
      role="group"
      aria-label={t.question}
      className="grid gap-1 sm:gap-2"
      style={{ gridTemplateColumns: `repeat(${choices.length}, minmax(0, 1fr))` }}
    >
      {choices.map((choice) => (
        <button
          key={choice.key}
          type="button"
          disabled={isDisabled}
          aria-keyshortcuts={isWaiting ? undefined : keyOf(choice.key)}
          aria-pressed={chosen === undefined ? undefined : isChosen(choice, chosen)}
          onClick={() => onChoose(choice)}
          className={clsx(
            'flex flex-col items-center justify-center gap-0.5 rounded-md border border-line bg-surface px-0.5 transition-colors hover:border-accent aria-pressed:border-accent aria-pressed:bg-accent-wash hover:bg-accent-wash active:bg-accent-wash disabled:opacity-40 sm:gap-1.5',
            isWaiting ? 'h-10' : 'h-14 sm:h-16',
          )}
        >
          <span className="text-sm font-medium max-lg:sr-only">{choice.label}</span>
          <span aria-hidden className="flex flex-col text-center text-xs leading-tight font-medium lg:hidden">
            <span>{choice.short[0]}</span>
            <span className={clsx('text-[0.7rem]', choices.length > 7 && 'max-sm:text-[0.6rem]')}>{choice.short[1]}</span>
          </span>
          {!isWaiting && <Kbd>{choice.key}</Kbd>}
        </button>
      ))}
    </div>
  );
}
