/** Token lists into rectangular arrays, padded on the left: the last column is every row's newest token. */
import { bool, float32, int32, type NdArray } from '../runtime/nd-array';

/** Lengths that batches are padded to, so that few shapes are ever compiled. */
const bucketLengths = [4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192, 16_384, 32_768];

export function bucketOf(length: number): number {
  const bucket = bucketLengths.find((b) => b >= length);
  if (!bucket) throw new Error(`A sequence of ${length} tokens is longer than any bucket.`);
  return bucket;
}

/** The lengths that rows of several sequences may have: from one that holds `length` tokens up to eight times that. */
export const bucketsFrom = (length: number): number[] => bucketLengths.filter((b) => b >= length && b <= 8 * bucketOf(length));

/** @returns ids int32 (rows, length), isPad bool (rows, length). No row may be longer than `length`. */
export function padLeft(
  rows: number[][],
  length: number,
  padId: number,
): { ids: NdArray & { dtype: 'int32' }; isPad: NdArray & { dtype: 'bool' } } {
  const ids = int32([rows.length, length], new Int32Array(rows.length * length).fill(padId));
  const isPad = bool([rows.length, length], new Uint8Array(rows.length * length).fill(1));
  rows.forEach((row, r) => {
    if (row.length > length) throw new Error(`A row of ${row.length} tokens does not fit into ${length} columns.`);
    const start = (r + 1) * length - row.length;
    ids.data.set(row, start);
    isPad.data.fill(0, start, (r + 1) * length);
  });
  return { ids, isPad };
}

export type Example = { prompt: number[]; response: number[] };
/** ids int32, isPad bool, targets int32 (the next token), lossMask (1 where the next token belongs to a response): all (rows, length). */
export type LanguageBatch<T> = { ids: T; isPad: T; targets: T; lossMask: T };

/** For next-token training on responses alone. `length` counts inputs: one fewer than the tokens of the longest example. */
export function collateLanguage(examples: Example[], length: number, padId: number): LanguageBatch<NdArray> {
  const { ids, isPad } = padLeft(
    examples.map(({ prompt, response }) => [...prompt, ...response].slice(0, -1)),
    length,
    padId,
  );
  const targets = int32(ids.shape);
  const lossMask = float32(ids.shape);
  examples.forEach(({ prompt, response }, r) => {
    const all = [...prompt, ...response];
    const end = (r + 1) * length;
    targets.data.set(all.slice(1), end - all.length + 1);
    // Without a prompt, nothing stands before the first token to predict it from.
    lossMask.data.fill(1, end - Math.min(response.length, all.length - 1), end);
  });
  return { ids, isPad, targets, lossMask };
}

/** ids int32, isPad bool, responseMask (1 on response tokens): all (rows, length). */
export type ScoringBatch<T> = { ids: T; isPad: T; responseMask: T };

export function collateScoring(examples: Example[], length: number, padId: number): ScoringBatch<NdArray> {
  const { ids, isPad } = padLeft(
    examples.map(({ prompt, response }) => [...prompt, ...response]),
    length,
    padId,
  );
  const responseMask = float32(ids.shape);
  examples.forEach(({ response }, r) => responseMask.data.fill(1, (r + 1) * length - response.length, (r + 1) * length));
  return { ids, isPad, responseMask };
}

/** Rows in `count` parts of one size, in order. Their number must be a multiple of it. */
export function inParts<T>(rows: readonly T[], count: number): T[][] {
  const size = rows.length / count;
  if (!Number.isInteger(size)) throw new Error(`${rows.length} rows do not make ${count} equal parts.`);
  return Array.from({ length: count }, (_, i) => rows.slice(i * size, (i + 1) * size));
}

/** Batches of one shape side by side, for a loop that takes one a step: every leaf gains a leading axis. */
export function stackBatches<T extends Record<string, NdArray>>(batches: T[]): T {
  const first = batches[0]!;
  return Object.fromEntries(
    Object.entries(first).map(([key, { dtype, shape, data }]) => {
      const joined = new (data.constructor as new (n: number) => NdArray['data'])(data.length * batches.length);
      batches.forEach((batch, i) => joined.set(batch[key]!.data, i * data.length));
      return [key, { dtype, shape: [batches.length, ...shape], data: joined }];
    }),
  ) as T;
}
