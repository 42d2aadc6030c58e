'use client';
/** The graded scale. Its keys stand in the order in which they are on the keyboard and on the screen; one press is the answer. */
import type { ScalePoints } from '@/db/enums';
import { degreeOf, gradesOf } from '@/lib/tasks/scale';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';
import { Kbd } from '../../components/kbd';

export type Verdict = { grade: number; isBothBad: boolean; label: string };
/** `short`: the label in two lines. */
export type Choice = Verdict & { key: string; short: [string, string] };

/** Positive grades: the left response is better. Where the scale has no middle, the tie stands apart. */
export function useChoices(points: ScalePoints): { scale: Choice[]; apart: Choice[] } {
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
  return { scale, apart: points % 2 === 0 ? [{ key: 't', ...tie }, bothBad] : [bothBad] };
}

type Props = { choices: Choice[]; onChoose: (verdict: Verdict) => void; isDisabled: boolean };

export function Scale({ choices, onChoose, isDisabled }: Props) {
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
          aria-keyshortcuts={choice.key}
          onClick={() => onChoose(choice)}
          className="flex h-14 flex-col items-center justify-center gap-0.5 rounded-md border border-line bg-surface px-0.5 transition-colors hover:border-accent hover:bg-accent-wash active:bg-accent-wash disabled:opacity-40 sm:h-16 sm:gap-1.5"
        >
          <span className="text-sm font-medium max-lg:sr-only">{choice.label}</span>
          <span aria-hidden className="flex flex-col text-center text-xs leading-tight font-medium lg:hidden">
            <span>{choice.short[0]}</span>
            <span className="text-[0.7rem]">{choice.short[1]}</span>
          </span>
          <Kbd>{choice.key}</Kbd>
        </button>
      ))}
    </div>
  );
}
