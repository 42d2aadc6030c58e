/** What PPO must measure before anything has moved, and what must never move it. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ppoSchema } from '@/lib/training/hyperparameters';
import { stackBatches } from '@/trainer/data/collate';
import { policyLoss } from '@/trainer/losses/ppo';
import { createRng } from '@/lib/rng';
import { saveModel, withScalarHead, type Model } from '@/trainer/model/load';
import { unpack } from '@/trainer/model/parameters';
import { initialState, stepScalars } from '@/trainer/optimizer/adamw';
import { jit } from '@/trainer/runtime/jit';
import { float32, type FloatArray, type NdArray } from '@/trainer/runtime/nd-array';
import { collateEpisodes, compileForward, compilePpoTraining, initialParams, networksOf } from '@/trainer/stages/ppo-networks';
import { compileSampler, type Rollout } from '@/trainer/stages/rollout';
import { distance, expectNear } from '../support/close';
import { metricsIn, recordStage } from '../support/run-stage';
import { ppoInput } from '../support/stage-inputs';
import { loadTinyModel } from '../support/tiny-model';

let root: string;
let policy: Model;
let critic: Model;
let rewardFolder: string;
beforeAll(async () => {
  ({ root, model: policy } = await loadTinyModel('ppo'));
  critic = withScalarHead(policy, 3);
  rewardFolder = (await saveModel(critic, critic.params, { outputFolder: root, kind: 'reward', step: 0 })).folder;
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('the first minibatch finds the policy where it was: KL 0, ratio 1, nothing clipped', async () => {
  await mkdir(join(root, 'out'));
  const input = ppoInput(policy.folder, rewardFolder, join(root, 'out'));
  const config = {
    ...input.config,
    totalEpisodes: 2 * input.config.batchSize,
    numPpoEpochs: 1,
    numMiniBatches: 1,
    entropyCoef: 0,
    criticWarmupIterations: 0,
  };
  const metrics = metricsIn((await recordStage({ ...input, config })).reports);
  const [first, second] = metrics.filter(({ step }) => step > 0).map((m) => m.values);
  expect(first!['objective/kl']).toBeCloseTo(0, 4);
  expect(first!['objective/non_score_reward']).toBeCloseTo(0, 5);
  expect(first!['policy/approxkl_avg']).toBeLessThan(1e-9);
  expect(first!['policy/clipfrac_avg']).toBe(0);
  expect(first!['val/clipfrac_avg']).toBe(0);
  expect(first!['val/ratio']).toBeCloseTo(1, 5);
  expect(first!['val/ratio_var']).toBeLessThan(1e-9);
  // Whitened advantages have mean 0, and at ratio 1 the loss is minus that mean.
  expect(first!['loss/policy_avg']).toBeCloseTo(0, 5);
  // One update later the policy has left the reference, so these zeros are measured, not made.
  expect(Math.abs(second!['objective/kl']!)).toBeGreaterThan(1e-3);
});

describe('policy loss', () => {
  const length = 12;
  type Inputs = Parameters<typeof policyLoss>[0];
  const program = jit('policy loss', (x: Inputs) => policyLoss(x, 0.2));
  afterAll(() => program.dispose());
  const vector = (element: fc.Arbitrary<number>) => fc.array(element, { minLength: length, maxLength: length });
  const finite = fc.double({ min: -4, max: 4, noNaN: true });
  const masks = vector(fc.constantFrom(0, 1)).filter((mask) => mask.includes(1));
  const compute = (x: Record<keyof Inputs, number[]>) =>
    program({
      logprobs: float32([length], x.logprobs),
      oldLogprobs: float32([length], x.oldLogprobs),
      advantages: float32([length], x.advantages),
      mask: float32([length], x.mask),
    });

  test('at ratio 1 is minus the mean advantage of the tokens that count', async () => {
    await fc.assert(
      fc.asyncProperty(vector(finite), vector(finite), masks, async (logprobs, advantages, mask) => {
        const result = await compute({ logprobs, oldLogprobs: logprobs, advantages, mask });
        const counted = advantages.filter((_, i) => mask[i]);
        expect(result.loss.data[0]).toBeCloseTo(-counted.reduce((a, b) => a + b, 0) / counted.length, 4);
        expect(result.approxKl.data[0]).toBe(0);
        expect(result.clipFraction.data[0]).toBe(0);
        expect(result.ratioMean.data[0]).toBeCloseTo(1, 5);
      }),
    );
  });

  test('one wild token does not overflow: the log-ratio is clamped at 20', async () => {
    const [logprobs, oldLogprobs, advantages, mask] = [0, -900, -1, 1].map((x) => Array<number>(length).fill(x)) as [number[], number[], number[], number[]]; // prettier-ignore
    const result = await compute({ logprobs, oldLogprobs, advantages, mask });
    expect(result.loss.data[0]! / Math.exp(20)).toBeCloseTo(1, 4);
  });

  test('does not see tokens that do not count', async () => {
    await fc.assert(
      fc.asyncProperty(
        vector(finite),
        vector(finite),
        vector(finite),
        vector(finite),
        masks,
        async (logprobs, oldLogprobs, advantages, noise, mask) => {
          const disturbed = (x: number[]) => x.map((value, i) => (mask[i] ? value : value + noise[i]!));
          const result = await compute({ logprobs, oldLogprobs, advantages, mask });
          expect(
            await compute({ logprobs: disturbed(logprobs), oldLogprobs: disturbed(oldLogprobs), advantages: disturbed(advantages), mask }),
          ).toEqual(result);
        },
      ),
    );
  });
});

describe('episodes', () => {
  const config = ppoSchema.parse({ temperature: 0.9, entropyCoef: 0.01, learningRate: 1e-3 });
  let rollouts: Rollout[];
  const networks = () => networksOf(policy, critic);
  const start = () => initialParams(networks(), policy, critic);

  beforeAll(async () => {
    const sampler = compileSampler(policy, { temperature: config.temperature, topK: 0, topP: 1, maxNewTokens: 12, seed: 5 }, 4);
    const prompts = ['My kettle is late.', 'Where is my lamp?', 'It is broken.', 'I want my money back now, please.'].map((p) =>
      policy.tokenizer.encodePrompt(p),
    );
    // Random weights seldom end a text: rows are cut to several lengths.
    rollouts = (await sampler.sample(unpack(policy.layout, policy.params), prompts, 'test')).map((r, i) => ({
      ...r,
      response: r.response.slice(0, 12 - 3 * i),
      logprobs: r.logprobs.slice(0, 12 - 3 * i),
    }));
    await sampler.dispose();
  });

  test('a response ends with its first end token, which belongs to it', async () => {
    const decoding = { temperature: config.temperature, topK: 0, topP: 1, maxNewTokens: 12, seed: 5 };
    const [whole] = rollouts;
    // The same noise, and a token that the first text holds in its middle now ends texts.
    const endId = whole!.response[5]!;
    const ending: Model = { ...policy, endId, config: { ...policy.config, eosTokenIds: [endId] } };
    const sampler = compileSampler(ending, decoding, 4);
    const prompts = rollouts.map(({ prompt }) => prompt);
    const [ended, ...others] = await sampler.sample(unpack(policy.layout, policy.params), prompts, 'test');
    await sampler.dispose();
    const count = whole!.response.indexOf(endId) + 1;
    expect(ended).toMatchObject({ response: whole!.response.slice(0, count), isTruncated: false });
    expectNear(ended!.logprobs, whole!.logprobs.slice(0, count), 'log-probabilities', 1e-5);
    for (const { response, isTruncated } of others) {
      expect(isTruncated).toBe(!response.includes(endId));
      if (!isTruncated) expect(response.indexOf(endId)).toBe(response.length - 1);
      else expect(response).toHaveLength(12);
    }
  });

  test('sampled log-probabilities are those that the update starts from', async () => {
    const forward = compileForward(networks(), config.temperature);
    const episodes = collateEpisodes(rollouts, 24, 16, policy.tokenizer.padId);
    const { refLogprobs } = await forward({
      refParams: unpack(policy.layout, policy.params),
      criticParams: unpack(critic.layout, critic.params),
      episodes: episodes.arrays,
    });
    await forward.dispose();
    const counted = (x: Float32Array) => x.filter((_, i) => episodes.mask[i]);
    expect(counted(episodes.logprobs)).toHaveLength(12 + 9 + 6 + 3);
    expectNear(counted(refLogprobs.data as Float32Array), counted(episodes.logprobs), 'log-probabilities', 1e-5);
  });

  test('what stands in padding never moves the update, nor does how far it is padded', async () => {
    const training = compilePpoTraining(networks(), config);
    const rng = createRng(6);
    const step = async (promptLength: number, responseLength: number, disturb: (batch: Record<string, NdArray>) => void) => {
      const episodes = collateEpisodes(rollouts, promptLength, responseLength, policy.tokenizer.padId);
      const perToken = (seed: number) => {
        const values = createRng(seed);
        // The same numbers for the same tokens, however many columns there are.
        return Float32Array.from({ length: 4 * responseLength }, (_, i) => (i % responseLength < 12 ? values.normal() : 0));
      };
      const batch = episodes.rows([0, 1, 2, 3], { values: perToken(1), advantages: perToken(2), returns: perToken(3) });
      disturb(batch);
      const before = start();
      const { state } = await training({
        state: initialState(before),
        batches: stackBatches([stackBatches([batch])]) as Record<string, NdArray>,
        scalars: stepScalars(config, () => config.learningRate, 0, 1),
      });
      return (state.params as FloatArray).data.map((x, i) => x - before.data[i]!);
    };
    const disturb = (batch: Record<string, NdArray>) => {
      batch.isPad!.data.forEach((isPad, i) => isPad && (batch.ids!.data[i] = rng.int(policy.config.vocabSize)));
      batch.mask!.data.forEach((counts, i) => {
        if (counts) return;
        batch.actions!.data[i] = rng.int(policy.config.vocabSize);
        for (const name of ['oldLogprobs', 'oldValues', 'advantages', 'returns']) batch[name]!.data[i] = rng.normal();
      });
    };
    const update = await step(24, 12, () => {});
    expect(distance(update, new Float32Array(update.length)).difference).toBeGreaterThan(0.01);
    expectNear(await step(24, 12, disturb), update, 'garbage in padding', 1e-4);
    expectNear(await step(32, 16, () => {}), update, 'more padding', 1e-3);
    await training.dispose();
  });
});
