/**
 * What an order of responses says of each two of them (Ouyang et al. 2022, section 3.4: all K(K−1)/2 pairs of a ranking train the reward
 * model, in one batch). An order tells who is better, not by how much: every pair is graded on the scale of two points. Pure.
 */
export type RankedPair = {
  /** Places of the two in the list of responses, the first always before the second. */
  a: number;
  b: number;
  /** 1: a is better, −1: b is better, 0: a tie. */
  grade: -1 | 0 | 1;
};

/** @param ranks of each response, 1 is the best; equal numbers are ties */
export const pairsOfRanks = (ranks: number[]): RankedPair[] =>
  ranks.flatMap((rankOfA, a) =>
    ranks
      .slice(a + 1)
      .map((rankOfB, after): RankedPair => ({ a, b: a + 1 + after, grade: rankOfA < rankOfB ? 1 : rankOfA > rankOfB ? -1 : 0 })),
  );

/** The same order in the numbers 1, 2, 3 … without gaps: [2, 9, 2] is [1, 2, 1]. */
export function withoutGaps(ranks: number[]): number[] {
  const levels = [...new Set(ranks)].sort((a, b) => a - b);
  return ranks.map((rank) => levels.indexOf(rank) + 1);
}
