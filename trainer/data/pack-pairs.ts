/**
 * Pairs of responses to one prompt in rows, one behind the other: what both sides begin with (the prompt, and a common beginning of the
 * responses) stands there once, then the rest of A, then the rest of B. Neither rest sees the other, and both go on from the same position,
 * so that every token's state is what it would be in a row of its own.
 */
import { float32, int32, type NdArray } from '../runtime/nd-array';
import type { Example } from './collate';
import { packRows, planRows, type RowPlan } from './pack';

export type Sides = { a: Example; b: Example };
/** Where a score is read: at the last token, or as the mean over the response's tokens. */
export type Pooling = 'last' | 'mean';

/**
 * int32 (rows, length): ids; segments, 1, 2 … within a row by pair, 0 on padding; branches, 0 for what both sides share, 1 the rest of A,
 * 2 the rest of B. float32 (rows, pairs, length): how much each token counts in the score of side A and of side B; all 0 where no pair is.
 */
export type PairRows<T> = Record<'ids' | 'segments' | 'branches' | 'readA' | 'readB', T>;

/** The shape of every micro-batch of a run: `numRows` rows of `length`, each of at most `pairsPerRow` pairs; `parts` of them are a batch. */
export type PairPlan = RowPlan & { pairsPerRow: number; parts: number };

const tokensOf = ({ prompt, response }: Example) => [...prompt, ...response];

function sharedStart(a: readonly number[], b: readonly number[]): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return shared;
}

/** Places that a pair takes in a row. */
export function pairLength({ a, b }: Sides): number {
  const [all, other] = [tokensOf(a), tokensOf(b)];
  return Math.max(1, all.length + other.length - sharedStart(all, other));
}

/** The cheapest rows that hold every batch in at most `parts` micro-batches. @param costOf of a token in a row of that length */
export function planPairs(batches: readonly (readonly Sides[])[], parts: number, costOf: (length: number) => number): PairPlan {
  const { numRows, length } = planRows(batches, costOf, pairLength);
  const rowsPerPart = Math.ceil(numRows / parts);
  const fullest = batches.flatMap((batch) => packRows(batch, length, pairLength)).reduce((most, row) => Math.max(most, row.length), 1);
  return { numRows: rowsPerPart, length, pairsPerRow: fullest, parts: Math.ceil(numRows / rowsPerPart) };
}

/** A batch's micro-batches, and which pair stands where in each: row by row, `pairsPerRow` places a row, some of them empty. */
export function collatePairRows<P extends Sides>(
  pairs: readonly P[],
  { numRows, length, pairsPerRow, parts }: PairPlan,
  pooling: Pooling,
  padId: number,
): { rows: PairRows<NdArray>; places: (P | null)[] }[] {
  const packed = packRows(pairs, length, pairLength);
  if (packed.length > parts * numRows) throw new Error(`${packed.length} rows do not fit into ${parts} times ${numRows}.`);
  return Array.from({ length: parts }, (_, part) => {
    const own = packed.slice(part * numRows, (part + 1) * numRows);
    const places = Array.from({ length: numRows * pairsPerRow }, (_, i) => own[Math.floor(i / pairsPerRow)]?.[i % pairsPerRow] ?? null);
    return { rows: collateRows(own, { numRows, length, pairsPerRow }, pooling, padId), places };
  });
}

function collateRows(
  packed: readonly (readonly Sides[])[],
  { numRows, length, pairsPerRow }: Omit<PairPlan, 'parts'>,
  pooling: Pooling,
  padId: number,
): PairRows<NdArray> {
  const ids = int32([numRows, length], new Int32Array(numRows * length).fill(padId));
  const [segments, branches] = [int32([numRows, length]), int32([numRows, length])];
  const [readA, readB] = [float32([numRows, pairsPerRow, length]), float32([numRows, pairsPerRow, length])];
  packed.forEach((row, r) => {
    let at = 0;
    row.forEach((pair, p) => {
      const [a, b] = [tokensOf(pair.a), tokensOf(pair.b)];
      const shared = sharedStart(a, b);
      const [start, startOfB, end] = [at, at + a.length, at + a.length + b.length - shared];
      ids.data.set([...a, ...b.slice(shared)], r * length + start);
      segments.data.fill(p + 1, r * length + start, r * length + end);
      branches.data.fill(1, r * length + start + shared, r * length + startOfB);
      branches.data.fill(2, r * length + startOfB, r * length + end);
      const read = ({ data }: NdArray, side: Example, columnOf: (token: number) => number) =>
        readWeights(side, pooling).forEach(([token, weight]) => (data[(r * pairsPerRow + p) * length + columnOf(token)] = weight));
      read(readA, pair.a, (token) => start + token);
      read(readB, pair.b, (token) => (token < shared ? start + token : startOfB + token - shared));
      at = end;
    });
  });
  return { ids, segments, branches, readA, readB };
}

/** Tokens that the score is read from, with their shares. An empty response counts its prompt's last token under `last`, none under `mean`. */
function readWeights({ prompt, response }: Example, pooling: Pooling): [token: number, weight: number][] {
  const count = prompt.length + response.length;
  if (pooling === 'last') return count === 0 ? [] : [[count - 1, 1]];
  return response.map((_, i) => [prompt.length + i, 1 / response.length]);
}
