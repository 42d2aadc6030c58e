/** Pairwise, policy and value losses, entropy and log-probabilities with their gradients, on given numbers, against torch. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { pairwiseLoss } from '@/trainer/losses/pairwise';
import { entropyOf, maskedMean, policyLoss, valueLoss } from '@/trainer/losses/ppo';
import { configureRuntime, jit, type Arrays } from '@/trainer/runtime/jit';
import { float32, int32, type NdArray } from '@/trainer/runtime/nd-array';
import { tokenLogprobs } from '@/trainer/runtime/ops/token-logprobs';
import { describeOnEveryBackend } from '../support/backends';
import { expectNear } from '../support/close';
import { readFixture } from '../support/golden';

type Matrix = number[][];
type Ppo = {
  rows: number;
  columns: number;
  mask: Matrix;
  oldLogprobs: Matrix;
  values: Matrix;
  policy: Record<'loss' | 'clipRange' | 'approxKl' | 'clipFraction' | 'ratioMean' | 'ratioVariance', number> &
    Record<'logprobs' | 'advantages' | 'gradLogprobs', Matrix>;
  value: Record<'loss' | 'clipRangeValue' | 'clipFraction', number> & Record<'values' | 'returns' | 'gradValues', Matrix>;
  entropy: { logits: Matrix[]; entropy: Matrix; maskedMean: number; gradLogits: Matrix[] };
  tokenLogprobs: { temperature: number; tokens: Matrix; logprobs: Matrix; gradLogitsOfMaskedMean: Matrix[] };
};
type Pairwise = Record<'rewardsA' | 'rewardsB' | 'chosenShare', number[]> & {
  cases: { name: string; margin: number[]; centerRewardsCoefficient: number; loss: number; gradA: number[]; gradB: number[] }[];
};
const ppo = readFixture<Ppo>('ppo.json');
const pairs = readFixture<Pairwise>('pairwise.json');

type Named = Record<string, tf.Tensor>;

async function compute(inputs: Record<string, NdArray>, fn: (x: Named) => Named): Promise<Arrays<Named>> {
  const program = jit('loss', fn);
  const result = await program(inputs);
  await program.dispose();
  return result;
}

const matrix = (rows: Matrix) => float32([rows.length, rows[0]!.length], rows.flat());
const vector = (values: number[]) => float32([values.length], values);
const number = (array: NdArray | undefined) => array!.data[0];
const mask = matrix(ppo.mask);

describeOnEveryBackend((options) => {
  beforeAll(() => configureRuntime(options));

  test.each(pairs.cases)('pairwise loss: $name', async ({ margin, centerRewardsCoefficient, loss, gradA, gradB }) => {
    const inputs = {
      rewardsA: vector(pairs.rewardsA),
      rewardsB: vector(pairs.rewardsB),
      chosenShare: vector(pairs.chosenShare),
      margin: vector(margin),
      weight: vector(margin.map(() => 1)),
    };
    const result = await compute(inputs, ({ rewardsA, rewardsB, chosenShare, margin: m, weight }) => {
      const of = (a: tf.Tensor, b: tf.Tensor) =>
        pairwiseLoss(
          { rewardsA: a, rewardsB: b, chosenShare: chosenShare!, margin: m!, weight: weight! },
          centerRewardsCoefficient,
        ) as tf.Scalar;
      const { value, grads } = tf.valueAndGrads(of)([rewardsA!, rewardsB!]);
      return { value, a: grads[0]!, b: grads[1]! };
    });
    expect(number(result.value)).toBeCloseTo(loss, 5);
    expectNear(result.a!.data, gradA, 'gradient of A');
    expectNear(result.b!.data, gradB, 'gradient of B');
  });

  test('pairwise loss: pairs of weight 0 are as if they were not there', async () => {
    const plain = pairs.cases.find((c) => c.name === 'both')!;
    const padded = (values: number[], filler: number) => vector([...values, filler, filler]);
    const inputs = {
      rewardsA: padded(pairs.rewardsA, 3),
      rewardsB: padded(pairs.rewardsB, -7),
      chosenShare: padded(pairs.chosenShare, 0),
      margin: padded(plain.margin, 2),
      weight: vector([...plain.margin.map(() => 1), 0, 0]),
    };
    const result = await compute(inputs, (x) => ({
      loss: pairwiseLoss(x as Parameters<typeof pairwiseLoss>[0], plain.centerRewardsCoefficient),
    }));
    expect(number(result.loss)).toBeCloseTo(plain.loss, 5);
  });

  test('policy loss, approximate KL, clip fraction and ratio', async () => {
    const { policy } = ppo;
    const inputs = { logprobs: matrix(policy.logprobs), oldLogprobs: matrix(ppo.oldLogprobs), advantages: matrix(policy.advantages), mask };
    const result = await compute(inputs, (x) => {
      const of = (logprobs: tf.Tensor) => policyLoss({ ...(x as Parameters<typeof policyLoss>[0]), logprobs }, policy.clipRange);
      return { ...of(x.logprobs!), grad: tf.grad((logprobs) => of(logprobs).loss)(x.logprobs!) };
    });
    for (const key of ['loss', 'approxKl', 'clipFraction', 'ratioMean', 'ratioVariance'] as const) {
      expect(number(result[key]), key).toBeCloseTo(policy[key], 5);
    }
    expectNear(result.grad!.data, policy.gradLogprobs.flat(), 'gradient of the log-probabilities');
  });

  test('value loss and clip fraction', async () => {
    const { value } = ppo;
    const inputs = { values: matrix(value.values), oldValues: matrix(ppo.values), returns: matrix(value.returns), mask };
    const result = await compute(inputs, (x) => {
      const of = (values: tf.Tensor) => valueLoss({ ...(x as Parameters<typeof valueLoss>[0]), values }, value.clipRangeValue);
      return { ...of(x.values!), grad: tf.grad((values) => of(values).loss)(x.values!) };
    });
    expect(number(result.loss)).toBeCloseTo(value.loss, 5);
    expect(number(result.clipFraction)).toBeCloseTo(value.clipFraction, 5);
    expectNear(result.grad!.data, value.gradValues.flat(), 'gradient of the values');
  });

  test('entropy, and log-probabilities at a temperature', async () => {
    const { entropy, tokenLogprobs: picked } = ppo;
    const V = entropy.logits[0]![0]!.length;
    const N = ppo.rows * ppo.columns;
    const inputs = {
      logits: float32([N, V], entropy.logits.flat(2)),
      tokens: int32([N], picked.tokens.flat()),
      mask: float32([N], mask.data),
    };
    const result = await compute(inputs, ({ logits, tokens, mask: m }) => {
      const logprobsOf = (z: tf.Tensor) => tokenLogprobs(tf.div(z, picked.temperature), tokens!);
      return {
        entropy: entropyOf(logits!),
        mean: maskedMean(entropyOf(logits!), m!),
        entropyGrad: tf.grad((z) => maskedMean(entropyOf(z), m!))(logits!),
        logprobs: logprobsOf(logits!),
        logprobsGrad: tf.grad((z) => maskedMean(logprobsOf(z), m!))(logits!),
      };
    });
    expectNear(result.entropy!.data, entropy.entropy.flat(), 'entropy');
    expect(number(result.mean)).toBeCloseTo(entropy.maskedMean, 5);
    expectNear(result.entropyGrad!.data, entropy.gradLogits.flat(2), 'gradient of the entropy');
    expectNear(result.logprobs!.data, picked.logprobs.flat(), 'log-probabilities');
    expectNear(result.logprobsGrad!.data, picked.gradLogitsOfMaskedMean.flat(2), 'gradient of the log-probabilities');
  });
});
