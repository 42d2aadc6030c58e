/**
 * How people's ratings of single responses go with what the newest reward model thinks of the same responses: of prompts alone that it was
 * not trained on, for there it would say after the people what they said. Ratings themselves train no reward model.
 */
import { db } from '@/db/client';
import { heldOutScores } from '@/db/queries/response-scores';
import { groupBy } from '@/lib/agreement/ratings';
import { fewestForRho, rankCorrelation, type RankCorrelation } from '@/lib/agreement/rank-correlation';
import { cannot, computed, type Computed } from '@/lib/statistics/computed';
import type { Judged } from './judgements';

/** `n` responses; `round`: whose reward model it is. */
export type WithScores = RankCorrelation & { round: number };

/** By person. @param work ratings of responses: grades, or `safe` and `unsafe`, of which safe is the better */
export async function againstScores(projectId: string, work: readonly Judged[]): Promise<Map<string, Computed<WithScores>>> {
  const scores = new Map((await heldOutScores(db(), projectId)).map(({ responseId, ...scored }) => [responseId, scored]));
  const byRater = [...groupBy(work, ({ rater }) => rater)];
  return new Map(byRater.map(([rater, own]) => [rater, correlate(own, scores)]));
}

function correlate(own: readonly Judged[], scores: Map<string, { score: number; round: number }>): Computed<WithScores> {
  const pairs = own.flatMap(({ unit, value }): [number, number][] => {
    const scored = scores.get(unit);
    return scored ? [[typeof value === 'number' ? value : Number(value === 'safe'), scored.score]] : [];
  });
  if (pairs.length === 0) return cannot('no-scores');
  if (pairs.length < fewestForRho) return cannot('few-scored', { fewest: fewestForRho, responses: pairs.length });
  if (pairs.every(([value]) => value === pairs[0]![0])) return cannot('same-of-all');
  const found = rankCorrelation(pairs);
  return found.ok ? computed({ ...found.value, round: [...scores.values()][0]!.round }) : found;
}
