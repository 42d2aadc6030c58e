'use client';
/** The graded scale. Seven keys in the order in which they stand on the keyboard and on the screen; one press is the answer. */
import { Kbd } from '../../components/kbd';

export type Verdict = { grade: number; isBothBad: boolean; label: string };

/** Positive grades: the left response is better. */
export const scale: (Verdict & { key: string; short: [string, string] })[] = [
  { key: '1', grade: 3, isBothBad: false, label: 'A much better', short: ['A', 'much'] },
  { key: '2', grade: 2, isBothBad: false, label: 'A better', short: ['A', 'better'] },
  { key: '3', grade: 1, isBothBad: false, label: 'A slightly better', short: ['A', 'slightly'] },
  { key: '4', grade: 0, isBothBad: false, label: 'Tie', short: ['', 'Tie'] },
  { key: '5', grade: -1, isBothBad: false, label: 'B slightly better', short: ['B', 'slightly'] },
  { key: '6', grade: -2, isBothBad: false, label: 'B better', short: ['B', 'better'] },
  { key: '7', grade: -3, isBothBad: false, label: 'B much better', short: ['B', 'much'] },
];
export const bothBad: Verdict & { key: string } = { key: '0', grade: 0, isBothBad: true, label: 'Both are bad' };

export function Scale({ onChoose, isDisabled }: { onChoose: (verdict: Verdict) => void; isDisabled: boolean }) {
  return (
    <div role="group" aria-label="Which response is better?" className="grid grid-cols-7 gap-1 sm:gap-2">
      {scale.map((point) => (
        <button
          key={point.key}
          type="button"
          disabled={isDisabled}
          aria-keyshortcuts={point.key}
          onClick={() => onChoose(point)}
          className="flex h-14 flex-col items-center justify-center gap-0.5 rounded-md border border-line bg-surface px-0.5 transition-colors hover:border-accent hover:bg-accent-wash active:bg-accent-wash disabled:opacity-40 sm:h-16 sm:gap-1.5"
        >
          <span className="text-sm font-medium max-lg:sr-only">{point.label}</span>
          <span aria-hidden className="flex flex-col text-center text-xs leading-tight font-medium lg:hidden">
            <span>{point.short[0]}</span>
            <span className="text-[0.7rem]">{point.short[1]}</span>
          </span>
          <Kbd>{point.key}</Kbd>
        </button>
      ))}
    </div>
  );
}
