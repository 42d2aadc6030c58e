import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRng } from '@/lib/rng';
import { groupByPrompt, withMemberWeights, type Pair } from '@/trainer/stages/reward-pairs';

const pair = (promptId: string, id: string): Pair => ({
  id,
  promptId,
  a: { prompt: [1], response: [2] },
  b: { prompt: [1], response: [3] },
  chosenShare: 1,
  grade: 1,
});

it('all pairs of a prompt share a batch unless they alone are more; every pair is in one batch', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer(),
      (sizes, batchSize, seed) => {
        const pairs = sizes.flatMap((n, p) => Array.from({ length: n }, (_, i) => pair(`p${p}`, `${p}.${i}`)));
        const batches = groupByPrompt(pairs, batchSize, createRng(seed));
        expect(batches.flatMap((b) => b.map((p) => p.id)).sort()).toEqual(pairs.map((p) => p.id).sort());
        expect(Math.max(...batches.map((b) => b.length))).toBeLessThanOrEqual(batchSize);
        sizes.forEach((n, p) => {
          const holding = batches.filter((b) => b.some((one) => one.promptId === `p${p}`)).length;
          if (n <= batchSize) expect(holding).toBe(1);
        });
      },
    ),
  ));

it('prompts with more pairs than a batch holds are mixed in it', () => {
  const pairs = ['p0', 'p1', 'p2', 'p3'].flatMap((p) => Array.from({ length: 40 }, (_, i) => pair(p, `${p}.${i}`)));
  const batches = groupByPrompt(pairs, 16, createRng(1));
  expect(batches).toHaveLength(10);
  for (const batch of batches) expect(new Set(batch.map(({ promptId }) => promptId)).size).toBeGreaterThan(1);
});

it('an ensemble’s heads weigh prompts differently, all pairs of a prompt alike, about 1 on average', () => {
  const pairs = Array.from({ length: 4000 }, (_, i) => pair(`p${i >> 1}`, String(i)));
  const weighted = withMemberWeights(pairs, 3, 5);
  const column = (k: number) => weighted.map((p) => p.memberWeights![k]!);
  for (let k = 0; k < 3; k++) {
    expect(Math.min(...column(k))).toBeGreaterThan(0);
    // Exp(1): mean 1, standard error 1/√2000.
    expect(column(k).reduce((a, b) => a + b, 0) / 4000).toBeCloseTo(1, 1);
    for (let i = 0; i < 4000; i += 2) expect(column(k)[i]).toBe(column(k)[i + 1]);
  }
  expect(column(0)).not.toEqual(column(1));
  expect(withMemberWeights(pairs, 1, 5)).toBe(pairs);
});
