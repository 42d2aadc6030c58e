/** Multinomial bootstrap of pair counts: as many comparisons as there are, drawn with replacement, counted a pair and outcome. */
import type { Rng } from '../rng';
import type { PairCounts } from './comparisons';

/** @returns draws the next replicate; the counts it returns are overwritten by the one after */
export function resampler(counts: PairCounts, rng: Rng): () => PairCounts {
  const outcomes = [counts.wins, counts.losses, counts.ties];
  const cells: number[] = [];
  outcomes.forEach((column, outcome) =>
    column.forEach((n, row) => {
      for (let i = 0; i < n; i++) cells.push(outcome * column.length + row);
    }),
  );
  const rows = counts.first.length;
  const drawn = new Float64Array(3 * rows);
  const cellOf = Int32Array.from(cells);
  const [wins, losses, ties] = [0, 1, 2].map((outcome) => drawn.subarray(outcome * rows, (outcome + 1) * rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return () => {
    drawn.fill(0);
    for (let draw = 0; draw < cellOf.length; draw++) drawn[cellOf[rng.int(cellOf.length)]!]!++;
    return { ...counts, wins, losses, ties };
  };
}
