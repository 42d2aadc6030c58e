/**
 * The scale of a comparison: `points` from "A is far better" to "B is far better". A grade g > 0 says that A is better, g < 0 that
 * B is, 0 that neither is; |g| goes up to ⌊points / 2⌋, whether or not the scale has a middle. Pure.
 */
import type { ScalePoints } from '@/db/enums';

export const maxGrade = (points: number): number => Math.floor(points / 2);

/** In the order in which they stand on screen and keyboard, A's first. The tie is one of them only where the scale has a middle. */
export function gradesOf(points: ScalePoints): number[] {
  const better = Array.from({ length: maxGrade(points) }, (_, i) => maxGrade(points) - i);
  return [...better, ...(points % 2 === 1 ? [0] : []), ...better.toReversed().map((grade) => -grade)];
}

/** How much better, in one of four words. A scale of two points has only the plain one. */
export type Degree = 'barely' | 'slightly' | 'plain' | 'much';
const degrees: Record<number, Degree[]> = {
  1: ['plain'],
  2: ['slightly', 'much'],
  3: ['slightly', 'plain', 'much'],
  4: ['barely', 'slightly', 'plain', 'much'],
};
/** Null for a tie. */
export const degreeOf = (grade: number, points: number): Degree | null => degrees[maxGrade(points)]![Math.abs(grade) - 1] ?? null;

/**
 * How strong a preference is, 0 (tie) … 3, the same on every scale: 3 is its end, as on the one of seven points. Training margins and
 * exports are in it. A scale of two or three points tells no strength; what it says counts as the weakest, 1.
 */
export function strengthOf(grade: number, points: number): number {
  if (grade === 0) return 0;
  return points < 4 ? 1 : (3 * Math.abs(grade)) / maxGrade(points);
}
