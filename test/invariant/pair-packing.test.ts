/** What a reward model learns from a pair does not depend on what stands in its row, nor on what its two sides share there. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, test } from 'vitest';
import { collateScoring, type Example, type ScoringBatch } from '@/trainer/data/collate';
import { collatePairRows, pairLength, planPairs, type PairRows, type Pooling, type Sides } from '@/trainer/data/pack-pairs';
import { createRng } from '@/lib/rng';
import { unpackTensors } from '@/trainer/model/parameters';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32 } from '@/trainer/runtime/nd-array';
import { pairScores, rawScores } from '@/trainer/stages/scoring';
import { describeOnEveryBackend } from '../support/backends';
import { expectNear } from '../support/close';
import { goldenModel } from '../support/golden';

afterAll(() => configureRuntime({ backend: 'onnx', threads: 2 }));

describe.each(['llama-reward', 'gpt2-reward'])('%s', (name) => {
  describeOnEveryBackend((options) => {
    test.each<Pooling>(['last', 'mean'])('scores and gradient are those of rows of their own (%s)', async (pooling) => {
      configureRuntime(options);
      const { config, layout, params } = await goldenModel(name);
      const rng = createRng(5);
      const tokens = (count: number) => Array.from({ length: count }, () => 3 + Math.floor(rng.next() * (config.vocabSize - 3)));
      const pair = (prompt: number[], a: number[], b: number[]): Sides => ({ a: { prompt, response: a }, b: { prompt, response: b } });
      const start = tokens(3);
      const pairs = [
        pair(tokens(4), tokens(5), tokens(3)),
        // Both begin alike; one is the other's beginning; one is empty; two prompts.
        pair(tokens(2), [...start, ...tokens(2)], [...start, ...tokens(1)]),
        pair(tokens(3), start, [...start, ...tokens(2)]),
        pair(tokens(5), [], tokens(4)),
        { a: { prompt: tokens(2), response: tokens(3) }, b: { prompt: tokens(3), response: tokens(2) } },
      ];
      const plan = { numRows: 3, length: 24, pairsPerRow: 3, parts: 1 };
      const [{ rows, places }] = collatePairRows(pairs, plan, pooling, 0) as [ReturnType<typeof collatePairRows<Sides>>[number]];
      const sides = places.flatMap((p): Example[] => (p ? [p.a, p.b] : []));
      expect(sides).toHaveLength(2 * pairs.length);

      // A weight for every score: what comes back through it is not the same for any two.
      const weightOf = (i: number) => Math.sin(1 + i);
      let taken = 0;
      const weights = places.map((p) => (p ? [weightOf(taken++), weightOf(taken++)] : [0, 0]));
      const program = jit('packed', ({ flat, batch, ...w }: { flat: tf.Tensor; batch: PairRows<tf.Tensor>; a: tf.Tensor; b: tf.Tensor }) =>
        tf.valueAndGrad((x) => {
          const { a, b } = pairScores(config, unpackTensors(layout, x), batch);
          return tf.add(tf.sum(tf.mul(tf.reshape(a, [-1]), w.a)), tf.sum(tf.mul(tf.reshape(b, [-1]), w.b))) as tf.Scalar;
        })(flat),
      );
      const column = (side: number) =>
        float32(
          [places.length],
          weights.map((w) => w[side]!),
        );
      const packed = await program({ flat: params, batch: rows, a: column(0), b: column(1) });
      const alone = jit('alone', ({ flat, batch, weight }: { flat: tf.Tensor; batch: ScoringBatch<tf.Tensor>; weight: tf.Tensor }) =>
        tf.valueAndGrad((x) => tf.sum(tf.mul(rawScores(config, unpackTensors(layout, x), batch, pooling), weight)) as tf.Scalar)(flat),
      );
      const weight = float32(
        [sides.length],
        sides.map((_, i) => weightOf(i)),
      );
      const expected = await alone({ flat: params, batch: collateScoring(sides, 12, 0), weight });
      await program.dispose();
      await alone.dispose();
      expectNear(packed.value.data, expected.value.data, 'score', 1e-5);
      expectNear(packed.grad.data, expected.grad.data, 'gradient', 1e-5);
    });
  });
});

test('a pair takes what both sides share once; a plan holds every batch in no more parts than asked for', () => {
  const of = (prompt: number, a: number, b: number): Sides => {
    const side = (token: number, count: number): Example => ({
      prompt: Array<number>(prompt).fill(1),
      response: Array<number>(count).fill(token),
    });
    return { a: side(2, a), b: side(3, b) };
  };
  expect(pairLength(of(10, 4, 5))).toBe(19);
  expect(pairLength({ a: { prompt: [1, 2], response: [3, 4] }, b: { prompt: [1, 2], response: [3, 5, 6] } })).toBe(6);
  const batches = [
    [of(20, 40, 40), of(20, 50, 40)],
    [of(30, 60, 30), of(5, 5, 5), of(10, 70, 40), of(1, 1, 1)],
  ];
  for (const parts of [1, 2, 3, 8]) {
    const plan = planPairs(batches, parts, (length) => 1 + length / 100);
    expect(plan.parts).toBeLessThanOrEqual(parts);
    for (const batch of batches) {
      const collated = collatePairRows(batch, plan, 'last', 0);
      expect(collated).toHaveLength(plan.parts);
      const placed = collated.flatMap(({ places }) => places.filter((p) => p !== null));
      expect(placed).toHaveLength(batch.length);
      expect(new Set(placed)).toEqual(new Set(batch));
    }
  }
});
