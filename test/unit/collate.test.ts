import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, collateLanguage, collateScoring, inParts, padLeft, stackBatches, type Example } from '@/trainer/data/collate';
import { float32, int32, type NdArray } from '@/trainer/runtime/nd-array';

const PAD = 99;
const tokens = (minLength: number) => fc.array(fc.integer({ min: 1, max: 50 }), { minLength, maxLength: 9 });
const examples = (minPrompt: number) =>
  fc.array(fc.record({ prompt: tokens(minPrompt), response: tokens(1) }), { minLength: 1, maxLength: 5 });
const rowsOf = ({ shape, data }: NdArray): number[][] => {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, r) => Array.from(data).slice(r * columns, (r + 1) * columns));
};
/** Room for the longest, and some more. */
const lengthFor = (batch: Example[], spare: number) => Math.max(...batch.map((e) => e.prompt.length + e.response.length)) + spare;

describe('padding on the left', () => {
  it('keeps every row whole, at the right edge', () => {
    fc.assert(
      fc.property(fc.array(tokens(0), { minLength: 1, maxLength: 5 }), fc.nat(4), (rows, spare) => {
        const length = Math.max(...rows.map((r) => r.length)) + spare;
        const { ids, isPad } = padLeft(rows, length, PAD);
        expect(rowsOf(ids)).toEqual(rows.map((row) => [...Array<number>(length - row.length).fill(PAD), ...row]));
        expect(rowsOf(isPad)).toEqual(rows.map((row) => Array.from({ length }, (_, t) => Number(t < length - row.length))));
      }),
    );
  });

  it('refuses rows that do not fit', () => {
    expect(() => padLeft([[1], [1, 2, 3]], 2, PAD)).toThrow('A row of 3 tokens does not fit into 2 columns');
  });

  it('is to the nearest of a few lengths', () => {
    expect([1, 9, 16, 17, 250, 256, 257].map(bucketOf)).toEqual([4, 12, 16, 24, 256, 256, 384]);
    expect(() => bucketOf(1e6)).toThrow('longer than any bucket');
  });
});

describe('a batch to learn responses from', () => {
  it('asks for every response token, from the token before it, and for nothing else', () => {
    fc.assert(
      fc.property(examples(1), fc.nat(4), (batch, spare) => {
        const { ids, isPad, targets, lossMask } = collateLanguage(batch, lengthFor(batch, spare) - 1, PAD);
        batch.forEach(({ prompt, response }, r) => {
          const counts = (column: number) => rowsOf(lossMask)[r]![column] === 1;
          expect(rowsOf(targets)[r]!.filter((_, t) => counts(t))).toEqual(response);
          expect(rowsOf(ids)[r]!.filter((_, t) => counts(t))).toEqual([prompt.at(-1), ...response.slice(0, -1)]);
          expect(rowsOf(ids)[r]!.filter((_, t) => !rowsOf(isPad)[r]![t])).toEqual([...prompt, ...response].slice(0, -1));
        });
      }),
    );
  });

  it('asks for no token that nothing stands before', () => {
    fc.assert(
      fc.property(examples(0), fc.nat(4), (batch, spare) => {
        const { isPad, targets, lossMask } = collateLanguage(batch, lengthFor(batch, spare), PAD);
        batch.forEach(({ prompt, response }, r) => {
          const asked = rowsOf(targets)[r]!.filter((_, t) => rowsOf(lossMask)[r]![t]);
          expect(asked).toEqual(prompt.length === 0 ? response.slice(1) : response);
          expect(rowsOf(lossMask)[r]!.some((m, t) => m && rowsOf(isPad)[r]![t])).toBe(false);
        });
      }),
    );
  });
});

describe('other batches', () => {
  it('to be scored hold both parts and say which is the response', () => {
    fc.assert(
      fc.property(examples(0), fc.nat(4), (batch, spare) => {
        const { ids, isPad, responseMask } = collateScoring(batch, lengthFor(batch, spare), PAD);
        batch.forEach(({ prompt, response }, r) => {
          expect(rowsOf(ids)[r]!.filter((_, t) => rowsOf(responseMask)[r]![t])).toEqual(response);
          expect(rowsOf(ids)[r]!.filter((_, t) => !rowsOf(isPad)[r]![t])).toEqual([...prompt, ...response]);
        });
      }),
    );
  });

  it('stand side by side, one a step', () => {
    const batch = (n: number) => ({ ids: int32([2, 2], [n, n + 1, n + 2, n + 3]), weight: float32([2], [n, -n]) });
    expect(stackBatches([batch(1), batch(5)])).toEqual({
      ids: int32([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
      weight: float32([2, 2], [1, -1, 5, -5]),
    });
  });

  it('come apart into equal parts, and not into others', () => {
    expect(inParts([1, 2, 3, 4, 5, 6], 3)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(() => inParts([1, 2, 3], 2)).toThrow('3 rows do not make 2 equal parts');
  });
});
