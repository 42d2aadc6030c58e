/**
 * Several examples in one row, one behind the other, so that little is padding. Which tokens belong together is said by
 * segment numbers: attention stays within a segment and positions start anew, so that what is computed for an example does
 * not depend on its neighbours.
 */
import type { Rng } from '@/lib/rng';
import { float32, int32, type NdArray } from '../runtime/nd-array';
import { bucketOf, bucketsFrom, type Example } from './collate';

/** ids int32, targets int32, lossMask as for `collateLanguage`; segments int32, 0 on padding, else 1, 2 … within a row: all (rows, length). */
export type PackedBatch<T> = { ids: T; segments: T; targets: T; lossMask: T };

/** Of next-token training: the last token of an example is only ever a target. */
export const inputLength = ({ prompt, response }: Example) => prompt.length + response.length - 1;

/**
 * An epoch's batches, every example in one of them (the last ones filled up from the first drawn). Each batch draws one example from
 * every class of length, so that all batches hold about as many tokens.
 */
export function evenBatches<E extends Example>(examples: readonly E[], batchSize: number, rng: Rng): E[][] {
  const drawn = rng.shuffle(examples);
  const steps = Math.ceil(drawn.length / batchSize);
  const filled = Array.from({ length: steps * batchSize }, (_, i) => drawn[i % drawn.length]!);
  const ordered = filled.sort((a, b) => inputLength(a) - inputLength(b));
  const classes = Array.from({ length: batchSize }, (_, c) => rng.shuffle(ordered.slice(c * steps, (c + 1) * steps)));
  return Array.from({ length: steps }, (_, s) => classes.map((of) => of[s]!));
}

/** @param lengthOf places that an item takes, here and below */
const longestOf = <E>(items: readonly E[], lengthOf: (item: E) => number): number =>
  items.reduce((longest, item) => Math.max(longest, lengthOf(item)), 1);

/** A row length that holds every item, `atLeast` so long. */
export const rowLengthFor = <E>(items: readonly E[], atLeast: number, lengthOf: (item: E) => number): number =>
  bucketOf(Math.max(atLeast, longestOf(items, lengthOf)));

/** How rows are shaped in a whole run: every further shape would be one more compiled program. */
export type RowPlan = { numRows: number; length: number };

/** The cheapest rows that hold every batch. @param costOf of a token in a row of that length: attention makes long rows dear */
export function planRows<E>(
  batches: readonly (readonly E[])[],
  costOf: (length: number) => number,
  lengthOf: (item: E) => number,
): RowPlan {
  const plans = bucketsFrom(longestOf(batches.flat(), lengthOf)).map((length) => ({
    length,
    numRows: Math.max(...batches.map((batch) => packRows(batch, length, lengthOf).length)),
  }));
  const total = ({ numRows, length }: RowPlan) => numRows * length * costOf(length);
  return plans.reduce((best, plan) => (total(plan) < total(best) ? plan : best));
}

/** First fit, longest first. @returns items by row; fewest rows are not promised, but no row could take another's first item */
export function packRows<E>(items: readonly E[], length: number, lengthOf: (item: E) => number): E[][] {
  const rows: { room: number; items: E[] }[] = [];
  const measured = items.map((item) => ({ item, needed: lengthOf(item) }));
  for (const { item, needed } of measured.sort((a, b) => b.needed - a.needed)) {
    if (needed > length) throw new Error(`An example that needs ${needed} places does not fit into a row of ${length}.`);
    let row = rows.find(({ room }) => room >= needed);
    if (!row) rows.push((row = { room: length, items: [] }));
    row.items.push(item);
    row.room -= needed;
  }
  return rows.map((row) => row.items);
}

/** For next-token training on responses alone. Missing rows, up to `numRows`, are padding. */
export function collatePacked(packed: readonly Example[][], { numRows, length }: RowPlan, padId: number): PackedBatch<NdArray> {
  if (packed.length > numRows) throw new Error(`${packed.length} rows do not fit into ${numRows}.`);
  const shape = [numRows, length];
  const ids = int32(shape, new Int32Array(numRows * length).fill(padId));
  const segments = int32(shape);
  const targets = int32(shape);
  const lossMask = float32(shape);
  packed.forEach((row, r) => {
    let at = r * length;
    row.forEach((example, segment) => {
      const all = [...example.prompt, ...example.response];
      const end = at + all.length - 1;
      ids.data.set(all.slice(0, -1), at);
      targets.data.set(all.slice(1), at);
      segments.data.fill(segment + 1, at, end);
      // Without a prompt, nothing stands before the first token to predict it from.
      lossMask.data.fill(1, end - Math.min(example.response.length, all.length - 1), end);
      at = end;
    });
  });
  return { ids, segments, targets, lossMask };
}
