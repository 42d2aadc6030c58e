/** Direct preference optimization against torch: the loss on given numbers, and pairs through a whole model with every gradient. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { readSafetensors } from '@/trainer/checkpoint/safetensors';
import type { Example } from '@/trainer/data/collate';
import { dpoLoss } from '@/trainer/losses/dpo';
import { unpack, unpackTensors } from '@/trainer/model/parameters';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32, type FloatArray, type NdArray } from '@/trainer/runtime/nd-array';
import { collateDpo, compileResponseLogprobs, dpoPairLoss, lengthOf } from '@/trainer/stages/dpo-pairs';
import { describeOnEveryBackend } from '../support/backends';
import { expectClose, expectNear } from '../support/close';
import { goldenModel, readFixture } from '../support/golden';

type Vectors = Record<'logprobsA' | 'logprobsB' | 'refLogprobsA' | 'refLogprobsB', number[]>;
type Case = Record<'chosenShare' | 'gradA' | 'gradB', number[]> & { name: string; beta: number; labelSmoothing: number; loss: number };
type Fixture = {
  alone: Vectors & { cases: Case[] };
  model: Record<'chosenShare' | 'refA' | 'refB' | 'logprobsA' | 'logprobsB', number[]> & {
    pairs: { a: Example; b: Example }[];
    beta: number;
    labelSmoothing: number;
    loss: number;
    metrics: Record<string, number>;
  };
};
const { alone, model: expected } = readFixture<Fixture>('dpo.json');
const vector = (values: number[]) => float32([values.length], values);
const pairs = expected.pairs.map((pair, i) => ({
  ...pair,
  promptId: String(i),
  chosenShare: expected.chosenShare[i]!,
  grade: 1,
  refA: expected.refA[i]!,
  refB: expected.refB[i]!,
}));

describeOnEveryBackend((options) => {
  beforeAll(() => configureRuntime(options));

  test.each(alone.cases)('the loss: $name', async ({ chosenShare, beta, labelSmoothing, loss, gradA, gradB }) => {
    // Two pairs of weight 0 are as if they were not there.
    const padded = (values: number[], filler: number) => vector([...values, filler, filler]);
    const program = jit(
      'dpo',
      (x: Record<'logprobsA' | 'logprobsB' | 'refLogprobsA' | 'refLogprobsB' | 'chosenShare' | 'weight', tf.Tensor>) => {
        const of = (logprobsA: tf.Tensor, logprobsB: tf.Tensor) =>
          dpoLoss({ ...x, logprobsA, logprobsB }, { beta, labelSmoothing }).loss as tf.Scalar;
        const { value, grads } = tf.valueAndGrads(of)([x.logprobsA, x.logprobsB]);
        return { value, a: grads[0]!, b: grads[1]! };
      },
    );
    const result = await program({
      logprobsA: padded(alone.logprobsA, -3),
      logprobsB: padded(alone.logprobsB, -90),
      refLogprobsA: padded(alone.refLogprobsA, 4),
      refLogprobsB: padded(alone.refLogprobsB, 0),
      chosenShare: padded(chosenShare, 1),
      weight: vector([...chosenShare.map(() => 1), 0, 0]),
    });
    await program.dispose();
    expect(result.value.data[0]).toBeCloseTo(loss, 5);
    expectNear(result.a.data, [...gradA, 0, 0], 'gradient of A');
    expectNear(result.b.data, [...gradB, 0, 0], 'gradient of B');
  });

  test('pairs through a model: log-probabilities, loss, metrics and every gradient', async () => {
    const { config, layout, params } = await goldenModel<unknown>('llama-tied');
    const tokenizer = { padId: 0 } as Parameters<typeof compileResponseLogprobs>[0]['tokenizer'];
    const length = lengthOf(pairs);
    const scorer = compileResponseLogprobs({ config, tokenizer }, length, 2);
    const logprobs = await scorer.logprobs(unpack(layout, params), pairs);
    await scorer.dispose();
    expectNear(
      logprobs.map(({ a }) => a),
      expected.logprobsA,
      'log-probabilities of A',
    );
    expectNear(
      logprobs.map(({ b }) => b),
      expected.logprobsB,
      'log-probabilities of B',
    );

    const program = jit('dpo-model', ({ flat, batch }: { flat: tf.Tensor; batch: Record<string, tf.Tensor> }) => {
      let metrics: Record<string, tf.Tensor> = {};
      const { value, grad } = tf.valueAndGrad((x) => {
        const result = dpoPairLoss(config, unpackTensors(layout, x), batch, expected);
        metrics = Object.fromEntries(Object.entries(result.metrics).map(([key, t]) => [key, tf.keep(t)]));
        return result.loss as tf.Scalar;
      })(flat);
      return { value, grad, metrics };
    });
    const [batch] = collateDpo(pairs, { batchSize: 4, gradientAccumulationSteps: 1 }, length, 0) as [Record<string, NdArray>];
    const result = await program({ flat: params, batch });
    await program.dispose();
    expect(result.value.data[0]).toBeCloseTo(expected.loss, 5);
    for (const [key, value] of Object.entries(expected.metrics)) expect(result.metrics[key]!.data[0], key).toBeCloseTo(value, 4);
    const { tensors } = await readSafetensors(join(import.meta.dirname, 'fixtures/dpo.safetensors'));
    const gradients = Object.entries(unpack(layout, result.grad as FloatArray));
    expect(gradients.map(([name]) => `grad.${name}`).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, gradient] of gradients) expectClose(gradient, tensors[`grad.${name}`]!, name);
  });
});
