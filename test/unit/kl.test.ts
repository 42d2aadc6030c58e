/** KL estimates and the coefficient that follows them; the rules by which episodes are drawn and scored. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOfNKl, klPerToken, nextKlCoef } from '@/trainer/math/kl';
import { bestOfN } from '@/trainer/stages/best-of-n';
import { createRng } from '@/lib/rng';
import { drawInTurn, minibatches } from '@/trainer/stages/draw';
import { resolveEosRule, withEosRule } from '@/trainer/stages/episode-scores';
import type { Rollout } from '@/trainer/stages/rollout';

/** Two distributions over the same few tokens, none of them very unlikely. */
const distributions = fc
  .array(fc.tuple(fc.double({ min: 0.1, max: 1, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true })), {
    minLength: 2,
    maxLength: 6,
  })
  .map((weights) => {
    const [a, b] = [0, 1].map((k) => weights.reduce((sum, w) => sum + w[k]!, 0)) as [number, number];
    return { p: weights.map((w) => w[0] / a), q: weights.map((w) => w[1] / b) };
  });
const logs = (x: number[]) => Float32Array.from(x, Math.log);
const expectation = (p: number[], x: Float32Array) => p.reduce((sum, weight, i) => sum + weight * x[i]!, 0);

describe('KL per token', () => {
  it('k1 and k3 have the KL as their expectation, k2 nearly where the distributions are near', () => {
    fc.assert(
      fc.property(distributions, ({ p, q }) => {
        const kl = p.reduce((sum, weight, i) => sum + weight * Math.log(weight / q[i]!), 0);
        for (const estimator of ['k1', 'k3'] as const) expect(expectation(p, klPerToken(estimator, logs(p), logs(q)))).toBeCloseTo(kl, 4);
        const near = q.map((x, i) => 0.02 * x + 0.98 * p[i]!);
        const small = p.reduce((sum, weight, i) => sum + weight * Math.log(weight / near[i]!), 0);
        expect(Math.abs(expectation(p, klPerToken('k2', logs(p), logs(near))) - small)).toBeLessThan(0.1 * small + 1e-5);
      }),
    );
  });

  it('k2 and k3 are never negative; all are 0 where nothing has changed', () => {
    fc.assert(
      fc.property(distributions, ({ p, q }) => {
        for (const estimator of ['k2', 'k3'] as const)
          klPerToken(estimator, logs(p), logs(q)).forEach((value) => expect(value).toBeGreaterThanOrEqual(-1e-7));
        for (const estimator of ['k1', 'k2', 'k3'] as const)
          expect(Array.from(klPerToken(estimator, logs(p), logs(p))).every((x) => x === 0)).toBe(true);
      }),
    );
  });

  it('by hand', () => {
    const at = (estimator: 'k1' | 'k2' | 'k3') => klPerToken(estimator, Float32Array.of(-1), Float32Array.of(-1.5))[0]!;
    expect([at('k1'), at('k2'), at('k3')].map((x) => x.toFixed(5))).toEqual(['0.50000', '0.12500', '0.10653']);
  });
});

describe('β', () => {
  const next = (kl: number, targetKl: number | null = 6) => nextKlCoef(0.15, kl, { targetKl, klHorizon: 10_000, episodes: 512 });

  it('stays where no target is set, and where KL is on target', () => {
    expect(next(100, null)).toBe(0.15);
    expect(next(6)).toBe(0.15);
  });

  it('moves with the error, which is clipped at a fifth either way', () => {
    expect(next(6.6)).toBeCloseTo(0.15 * (1 + (0.1 * 512) / 10_000), 12);
    for (const kl of [7.2, 60]) expect(next(kl)).toBeCloseTo(0.15 * (1 + (0.2 * 512) / 10_000), 12);
    for (const kl of [4.8, 0, -3]) expect(next(kl)).toBeCloseTo(0.15 * (1 - (0.2 * 512) / 10_000), 12);
  });
});

describe('a response without an end token', () => {
  it('keeps its score, scores the penalty, or loses it; one that ended keeps its score', () => {
    expect([withEosRule(2, true, 'none', 1), withEosRule(2, true, 'replace', 1), withEosRule(2, true, 'subtract', 1)]).toEqual([2, -1, 1]);
    for (const rule of ['none', 'replace', 'subtract'] as const) expect(withEosRule(2, false, rule, 1)).toBe(2);
  });

  it('auto: none where fewer than half of the samples end by themselves', () => {
    const samples = (ended: number) => Array.from({ length: 10 }, (_, i) => ({ isTruncated: i >= ended }));
    expect([4, 5, 10].map((ended) => resolveEosRule('auto', samples(ended)))).toEqual(['none', 'replace', 'replace']);
    expect(resolveEosRule('subtract', samples(0))).toBe('subtract');
  });
});

describe('the baseline best of n', () => {
  const rollouts = [[1], [2]].map((prompt): Rollout => ({ prompt, response: [], logprobs: [], isTruncated: false }));

  it('keeps the best of each prompt', async () => {
    const more = [Float32Array.of(3, 0), Float32Array.of(2, 5)];
    const asked: unknown[] = [];
    const result = await bestOfN(3, { rollouts, scores: Float32Array.of(1, 1) }, async (prompts, k) => {
      asked.push(prompts);
      return more[k - 1]!;
    });
    expect(asked).toEqual([
      [[1], [2]],
      [[1], [2]],
    ]);
    expect(result).toEqual({ 'baseline/sft_score': 2, 'baseline/best_of_n_score': 4, 'baseline/best_of_n_kl': Math.log(3) - 2 / 3 });
  });

  it('of one sample is that sample, at no KL', () => {
    expect(bestOfNKl(1)).toBe(0);
    expect(bestOfNKl(4)).toBeCloseTo(0.6363, 4);
  });
});

it('draws every thing once a pass, however the passes are cut into draws', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 12 }), fc.nat(), (size, batch, seed) => {
      const things = Array.from({ length: size }, (_, i) => i);
      const drawn = Array.from({ length: size }, (_, i) => drawInTurn(things, i * batch, batch, seed, 'x')).flat();
      expect(drawn).toEqual(drawInTurn(things, 0, size * batch, seed, 'x'));
      for (let pass = 0; pass < batch; pass++) expect(drawn.slice(pass * size, (pass + 1) * size).sort((a, b) => a - b)).toEqual(things);
    }),
  );
});

it('every pass over the rollouts is a permutation of its own, cut into equal minibatches', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), (size, passes, cut) => {
      const numMiniBatches = Math.min(cut, size);
      const drawn = minibatches(size, { numPpoEpochs: passes, numMiniBatches }, (pass) => createRng(1).fork(String(pass)));
      expect(drawn).toHaveLength(passes * numMiniBatches);
      expect(new Set(drawn.map((rows) => rows.length))).toEqual(new Set([Math.floor(size / numMiniBatches)]));
      for (let pass = 0; pass < passes; pass++) {
        const rows = drawn.slice(pass * numMiniBatches, (pass + 1) * numMiniBatches).flat();
        expect(new Set(rows).size).toBe(rows.length);
        expect(Math.max(...rows)).toBeLessThan(size);
      }
    }),
  );
  const passes = minibatches(64, { numPpoEpochs: 2, numMiniBatches: 1 }, (pass) => createRng(1).fork(String(pass)));
  expect(passes[0]).not.toEqual(passes[1]);
});
