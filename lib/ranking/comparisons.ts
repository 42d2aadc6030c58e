/** Judgements of two models' answers, and their counts a pair. Per aspect or category: filter first. */

/** `outcome` for the left one: 1 preferred, 0 the other, ½ a tie. Left and right are models, whatever side of the screen they stood on. */
export type Comparison = { left: string; right: string; outcome: Outcome };
export type Outcome = 0 | 0.5 | 1;

/**
 * One row a pair that was compared, `first` and `second` being indices of `models`; `wins` those of the first. With covariates there is
 * one row a comparison instead.
 */
export type PairCounts = {
  models: string[];
  first: Int32Array;
  second: Int32Array;
  wins: Float64Array;
  losses: Float64Array;
  ties: Float64Array;
};

/** A model compared with itself (two samples of one policy) says nothing about models. */
export const betweenModels = <C extends Comparison>(comparisons: readonly C[]): C[] =>
  comparisons.filter(({ left, right }) => left !== right);

/** In the order of code units, so that no figure depends on the order of the data. */
export const modelsOf = (comparisons: readonly Comparison[]): string[] =>
  [...new Set(comparisons.flatMap(({ left, right }) => [left, right]))].sort();

/** @param comparisons between different models */
export function countPairs(comparisons: readonly Comparison[], models = modelsOf(comparisons)): PairCounts {
  const index = new Map(models.map((model, i) => [model, i]));
  const cells = new Map<number, [wins: number, losses: number, ties: number]>();
  for (const { left, right, outcome } of comparisons) {
    const [i, j] = [index.get(left)!, index.get(right)!];
    const key = Math.min(i, j) * models.length + Math.max(i, j);
    const cell = cells.get(key) ?? [0, 0, 0];
    cell[outcome === 0.5 ? 2 : (outcome === 1) === i < j ? 0 : 1]!++;
    cells.set(key, cell);
  }
  const rows = [...cells].sort(([a], [b]) => a - b);
  const column = (at: 0 | 1 | 2) => Float64Array.from(rows, ([, cell]) => cell[at]);
  return {
    models,
    first: Int32Array.from(rows, ([key]) => Math.floor(key / models.length)),
    second: Int32Array.from(rows, ([key]) => key % models.length),
    wins: column(0),
    losses: column(1),
    ties: column(2),
  };
}
