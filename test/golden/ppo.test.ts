/** PPO's update as a whole against torch: the loss through policy and critic with every gradient, and what runs over many steps. */
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ppoSchema } from '@/lib/training/hyperparameters';
import { readSafetensors } from '@/trainer/checkpoint/safetensors';
import { stackBatches } from '@/trainer/data/collate';
import { nextKlCoef } from '@/trainer/math/kl';
import { movingAverage } from '@/trainer/math/moving-average';
import { layoutOf, pack, shapesOf, unpack, withPrefix } from '@/trainer/model/parameters';
import { adamwStep, initialState, stepScalars, type AdamConfig } from '@/trainer/optimizer/adamw';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32, type FloatArray, type NdArray } from '@/trainer/runtime/nd-array';
import { collateEpisodes, compileForward, compilePpoTraining } from '@/trainer/stages/ppo-networks';
import { describeOnEveryBackend } from '../support/backends';
import { expectClose, expectNear } from '../support/close';
import { goldenModel, readFixture } from '../support/golden';

type Episode = Record<'prompt' | 'response' | 'logprobs' | 'values' | 'oldLogprobs' | 'oldValues' | 'advantages' | 'returns', number[]>;
type Models = {
  settings: Record<'temperature' | 'clipRange' | 'clipRangeValue' | 'vfCoef' | 'entropyCoef', number>;
  episodes: Episode[];
  metrics: Record<string, number>;
};
type Adam = Record<'gradients' | 'pytorch' | 'tensorflow', number[][][]> & {
  lr: number;
  betas: [number, number];
  eps: number;
  start: number[][];
};
type Course = {
  movingAverage: { decay: number; weights: number[][]; averages: number[][] };
  adaptiveKl: { kls: number[]; start: number; targetKl: number; klHorizon: number; episodes: number; betas: number[] };
};
const models = readFixture<Models>('ppo-models.json');
const adam = readFixture<Adam>('adam.json');
const course = readFixture<Course>('ppo-course.json');

describeOnEveryBackend((options) => {
  beforeAll(() => configureRuntime(options));

  describe('a minibatch through both models', () => {
    const columns = 8;
    const rollouts = models.episodes.map(({ prompt, response, oldLogprobs }) => ({
      prompt,
      response,
      logprobs: oldLogprobs,
      isTruncated: false,
    }));
    const episodes = collateEpisodes(rollouts, 16, columns, 0);
    /** One number a response token, in rows of `columns`. */
    const perToken = (key: 'values' | 'logprobs' | 'oldValues' | 'advantages' | 'returns') =>
      Float32Array.from(models.episodes.flatMap((e) => Array.from({ length: columns }, (_, t) => e[key][t] ?? 0)));
    const counted = (x: ArrayLike<number>) => Array.from(x).filter((_, i) => episodes.mask[i]);

    async function networks() {
      const [policy, critic] = [await goldenModel<unknown>('llama-tied'), await goldenModel<unknown>('llama-reward')];
      const layout = layoutOf({ ...withPrefix('policy', shapesOf(policy.layout)), ...withPrefix('critic', shapesOf(critic.layout)) });
      const params = { policy: unpack(policy.layout, policy.params), critic: unpack(critic.layout, critic.params) };
      return { policy: policy.config, critic: critic.config, layout, params };
    }

    test('log-probabilities at a temperature, and values, before the update', async () => {
      const { policy, critic, params } = await networks();
      const forward = compileForward({ policy, critic }, models.settings.temperature);
      const result = await forward({ refParams: params.policy, criticParams: params.critic, episodes: episodes.arrays });
      await forward.dispose();
      expectNear(counted(result.refLogprobs.data), counted(perToken('logprobs')), 'log-probabilities');
      expectNear(counted(result.values.data), counted(perToken('values')), 'values');
    });

    test('loss, metrics and every gradient', async () => {
      const { policy, critic, layout, params } = await networks();
      const config = ppoSchema.parse(models.settings);
      const training = compilePpoTraining({ policy, critic, layout }, config);
      const start = pack(layout, { ...withPrefix('policy', params.policy), ...withPrefix('critic', params.critic) });
      const extra = { values: perToken('oldValues'), advantages: perToken('advantages'), returns: perToken('returns') };
      const batch = stackBatches([episodes.rows([0, 1, 2, 3], extra)]) as Record<string, NdArray>;
      const { loss, grad } = await training.gradients({ params: start, batch });
      const scalars = stepScalars(config, () => 1e-3, 0, 1);
      const { metrics } = await training({ state: initialState(start), batches: stackBatches([batch]), scalars });
      await training.dispose();
      expect(loss.data[0]).toBeCloseTo(models.metrics.loss!, 4);
      for (const [key, value] of Object.entries(models.metrics)) expect(metrics[key]!.data[0]! as number, key).toBeCloseTo(value, 3);
      const { tensors } = await readSafetensors(join(import.meta.dirname, 'fixtures/ppo-models.safetensors'));
      const gradients = Object.entries(unpack(layout, grad as FloatArray));
      expect(gradients.map(([name]) => name).sort()).toEqual(Object.keys(tensors).sort());
      for (const [name, gradient] of gradients) expectClose(gradient, tensors[name]!, name);
    });
  });

  test.each(['pytorch', 'tensorflow'] as const)('Adam with the ε of %s', async (form) => {
    const { lr, betas, eps } = adam;
    const config: AdamConfig = {
      adamBeta1: betas[0],
      adamBeta2: betas[1],
      adamEps: eps,
      ...(form === 'tensorflow' && { adamEpsForm: form }),
      weightDecay: 0,
      maxGradNorm: 1000,
    };
    type Inputs = Record<'params' | 'm' | 'v' | 'grad' | 'learningRate' | 'correction1' | 'correction2', tf.Tensor>;
    const program = jit('adam', ({ params, m, v, grad, ...scalars }: Inputs) => {
      const { state } = adamwStep({ params: { x: params }, m: { x: m }, v: { x: v } }, { x: grad }, scalars, config);
      return { params: state.params.x!, m: state.m.x!, v: state.v.x! };
    });
    const matrix = (rows: number[][]) => float32([4, 3], rows.flat());
    let state: Record<'params' | 'm' | 'v', NdArray> = initialState(matrix(adam.start));
    for (const [t, gradient] of adam.gradients.entries()) {
      const { learningRate, correction1, correction2 } = stepScalars(config, () => lr, t, 1);
      const scalar = ({ data }: NdArray) => float32([], [data[0]! as number]);
      const scalars = { learningRate: scalar(learningRate), correction1: scalar(correction1), correction2: scalar(correction2) };
      const before = state.params.data;
      state = await program({ ...state, grad: matrix(gradient), ...scalars });
      const moved = (to: ArrayLike<number>, from: ArrayLike<number>) => Array.from(to, (x, i) => x - from[i]!);
      const from = t === 0 ? adam.start.flat() : adam[form][t - 1]!.flat();
      expectNear(moved(state.params.data, before), moved(adam[form][t]!.flat(), from), `step ${t + 1}`, 1e-3);
    }
    await program.dispose();
    expectNear(state.params.data, adam[form].at(-1)!.flat(), 'the weights', 1e-6);
  });
});

test('a moving average of weights is torch’s', () => {
  const { decay, weights, averages } = course.movingAverage;
  let average = float32([6], weights[0]);
  for (const [i, newest] of weights.slice(1).entries()) {
    average = movingAverage(average, float32([6], newest), decay);
    expectNear(average.data, averages[i + 1]!, `after ${i + 1}`, 1e-6);
  }
});

test('β over a course of iterations', () => {
  const { kls, start, targetKl, klHorizon, episodes, betas } = course.adaptiveKl;
  let klCoef = start;
  const actual = kls.map((kl) => (klCoef = nextKlCoef(klCoef, kl, { targetKl, klHorizon, episodes })));
  actual.forEach((beta, i) => expect(beta).toBeCloseTo(betas[i]!, 12));
});
