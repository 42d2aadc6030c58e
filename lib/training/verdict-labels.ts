/**
 * Reviewers' verdicts in the place of what people said of the same pairs. Held-out labels stay as they were given: reviewers are led to pairs on which
 * the reward model differs, so that a model measured on their verdicts would be measured by its own choice of questions. A pair that a reviewer
 * calls both bad is left out, as one is that people call so. Consensus labels are made first, from everyone's answers. Pure.
 */
import type { Comparison } from './contract';
import { isLowerFirst, outcomeOfLower, pairOf, type TextPair } from './text-pair';

export type VerdictLabel = TextPair & Pick<Comparison, 'chosenShare' | 'grade'> & { id: string; isBothBad: boolean };

/** One row a decided pair, where its first one stood. It has nobody for an annotator. */
export function withVerdicts(comparisons: readonly Comparison[], verdicts: readonly VerdictLabel[]): Comparison[] {
  const byPair = new Map(verdicts.map((verdict) => [pairOf(verdict), verdict]));
  const seen = new Set<string>();
  return comparisons.flatMap((one) => {
    const key = pairOf(one);
    const verdict = one.isHeldOut ? undefined : byPair.get(key);
    if (!verdict) return one;
    if (verdict.isBothBad || seen.has(key)) return [];
    seen.add(key);
    const share = outcomeOfLower(verdict);
    const { annotator: _, ...pair } = one;
    return { ...pair, id: verdict.id, grade: verdict.grade, chosenShare: isLowerFirst(one) ? share : 1 - share };
  });
}
