import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collatePacked, evenBatches, inputLength, packRows, planRows } from '@/trainer/data/pack';
import { createRng } from '@/lib/rng';

const tokens = (minLength: number) => fc.array(fc.integer({ min: 1, max: 50 }), { minLength, maxLength: 9 });
const examples = fc.array(fc.record({ prompt: tokens(0), response: tokens(1) }), { minLength: 1, maxLength: 12 });
const LENGTH = 24;

describe('packing', () => {
  it('puts every example into one row, and overfills none', () => {
    fc.assert(
      fc.property(examples, (all) => {
        const rows = packRows(all, LENGTH, inputLength);
        expect(rows.flat()).toHaveLength(all.length);
        expect(new Set(rows.flat())).toEqual(new Set(all));
        for (const row of rows)
          expect(row.reduce((sum, e) => sum + e.prompt.length + e.response.length - 1, 0)).toBeLessThanOrEqual(LENGTH);
      }),
    );
  });

  it('keeps every example whole, with its own targets, in a segment of its own', () => {
    fc.assert(
      fc.property(examples, fc.nat(2), (all, spare) => {
        const rows = packRows(all, LENGTH, inputLength);
        const batch = collatePacked(rows, { numRows: rows.length + spare, length: LENGTH }, 99);
        rows.forEach((row, r) => {
          const of = (key: keyof typeof batch) => Array.from(batch[key].data).slice(r * LENGTH, (r + 1) * LENGTH);
          row.forEach(({ prompt, response }, s) => {
            const own = of('segments').flatMap((segment, t) => (segment === s + 1 ? [t] : []));
            const whole = [...prompt, ...response];
            expect(own.map((t) => of('ids')[t])).toEqual(whole.slice(0, -1));
            expect(own.map((t) => of('targets')[t])).toEqual(whole.slice(1));
            const asked = own.filter((t) => of('lossMask')[t]);
            expect(asked.map((t) => of('targets')[t])).toEqual(prompt.length === 0 ? response.slice(1) : response);
          });
          of('segments').forEach((segment, t) => segment === 0 && expect([of('ids')[t], of('lossMask')[t]]).toEqual([99, 0]));
        });
        expect(
          Array.from(batch.segments.data)
            .slice(rows.length * LENGTH)
            .every((s) => s === 0),
        ).toBe(true);
      }),
    );
  });

  it('plans rows that hold every batch', () => {
    const of = (...lengths: number[]) => lengths.map((n) => ({ prompt: [1], response: Array<number>(n).fill(1) }));
    const flat = () => 1;
    expect(planRows([of(5), of(128)], flat, inputLength)).toEqual({ numRows: 1, length: 128 });
    // Three of 60 tokens: three rows of 64, two of 128 or one of 192. Three of 40: three of 48 or one of 128.
    expect(planRows([of(60, 60, 60)], flat, inputLength)).toEqual({ numRows: 3, length: 64 });
    expect(planRows([of(40, 40, 40)], flat, inputLength)).toEqual({ numRows: 1, length: 128 });
    // Where attention makes long rows dear, short ones.
    expect(planRows([of(40, 40, 40)], (length) => length, inputLength)).toEqual({ numRows: 3, length: 48 });
    expect(planRows([of(129)], (length) => length, inputLength)).toEqual({ numRows: 1, length: 192 });
  });

  it('draws every example once an epoch, one of each class of length a batch', () => {
    fc.assert(
      fc.property(examples, fc.integer({ min: 1, max: 5 }), (all, batchSize) => {
        const batches = evenBatches(all, batchSize, createRng(3));
        expect(batches).toHaveLength(Math.ceil(all.length / batchSize));
        expect(batches.every((batch) => batch.length === batchSize)).toBe(true);
        expect(new Set(batches.flat())).toEqual(new Set(all));
      }),
    );
  });

  it('refuses an example that no row holds', () => {
    expect(() => packRows([{ prompt: [1, 2, 3], response: [4, 5] }], 3, inputLength)).toThrow(
      'An example that needs 4 places does not fit into a row of 3.',
    );
  });
});
