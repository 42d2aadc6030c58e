/**
 * Gradient accumulation: a batch of 8 in one piece, in two of 4 and in eight of 1 is the same step, in loss, metrics, gradient and
 * update, though the pieces differ in how many tokens and decided pairs they hold.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ppoSchema, rewardSchema, sftSchema } from '@/lib/training/hyperparameters';
import { collateLanguage, inParts, stackBatches, type Example, type LanguageBatch } from '@/trainer/data/collate';
import { createRng } from '@/lib/rng';
import { loadTrainable, withScalarHead, type Model } from '@/trainer/model/load';
import { initialState, stepScalars } from '@/trainer/optimizer/adamw';
import type { FloatArray, NdArray } from '@/trainer/runtime/nd-array';
import { collateEpisodes, compilePpoTraining, initialParams, networksOf } from '@/trainer/stages/ppo-networks';
import { pairLength } from '@/trainer/data/pack-pairs';
import { collatePairs, pairLoss, type Pair } from '@/trainer/stages/reward-pairs';
import { languageLoss } from '@/trainer/stages/sft';
import { compileTraining, type TrainProgram } from '@/trainer/stages/training';
import { distance, expectNear } from '../support/close';
import { metricsIn, recordStage } from '../support/run-stage';
import { sftInput } from '../support/stage-inputs';
import { loadTinyModel } from '../support/tiny-model';

const pieces = [1, 2, 8];
let root: string;
let model: Model;
beforeAll(async () => {
  ({ root, model } = await loadTinyModel('accumulation'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const example = (prompt: string, response: string): Example => ({
  prompt: model.tokenizer.encodePrompt(prompt),
  response: [...model.tokenizer.encode(response), model.endId],
});
/** Eight texts of very different lengths. */
const examples = () =>
  Array.from({ length: 8 }, (_, i) => example(`My ${'blue '.repeat(i % 3)}lamp is late.`, `${'It is on its way. '.repeat(i + 1)}Sorry!`));

type Outcome = { gradient: Float32Array; update: Float32Array; metrics: Record<string, number> };

async function outcomeOf(program: TrainProgram, params: FloatArray, batch: Record<string, NdArray>[], adam: Adam): Promise<Outcome> {
  const stacked = stackBatches(batch);
  const { grad, loss } = await program.gradients({ params, batch: stacked });
  const scalars = stepScalars(adam, () => 1e-3, 0, 1);
  const { state, metrics } = await program({ state: initialState(params), batches: stackBatches([stacked]), scalars });
  const values = Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, value.data[0] as number]));
  expect(loss.data[0]).toBeCloseTo(values.loss!, 6);
  const update = (state.params as FloatArray).data.map((x, i) => x - params.data[i]!);
  return { gradient: grad.data as Float32Array, update, metrics: values };
}
type Adam = Parameters<typeof compileTraining>[2];

function expectSame(actual: Outcome, whole: Outcome, label: string, loosely: string[] = []): void {
  expect(distance(whole.gradient, new Float32Array(whole.gradient.length)).difference, label).toBeGreaterThan(0.01);
  expectNear(actual.gradient, whole.gradient, `${label}: gradient`, 1e-6);
  // A difference of weights a hundred times its size, and so less exact than the gradient.
  expectNear(actual.update, whole.update, `${label}: update`, 3e-6);
  for (const [key, value] of Object.entries(whole.metrics)) {
    if (!loosely.includes(key))
      expect(Math.abs(actual.metrics[key]! - value), `${label}: ${key}`).toBeLessThanOrEqual(1e-5 * Math.abs(value) + 1e-6);
  }
}

test.each([
  ['all weights', null],
  ['adapters', { r: 4, alpha: 8, targetModules: 'all-linear' }],
] as const)('SFT of %s: the mean is over the tokens of the whole batch', async (_, lora) => {
  const config = sftSchema.parse({ lora });
  const trained = await loadTrainable(model.folder, 'language', { lora: config.lora, seed: 5, isLasting: true });
  // New adapters are zero, and so is half of their gradient.
  const params = lora ? { ...trained.params, data: trained.params.data.map((x, i) => x + 0.05 * Math.sin(i)) } : trained.params;
  const program = compileTraining(
    'sft',
    (all, batch) => languageLoss(trained.config, all, batch as LanguageBatch<Tensor>),
    config,
    trained.layout,
    trained.frozen,
  );
  const run = (count: number) =>
    outcomeOf(
      program,
      params,
      inParts(examples(), count).map((part) => collateLanguage(part, 96, model.tokenizer.padId)),
      config,
    );
  const [whole, ...split] = [await run(1), await run(2), await run(8)];
  await program.dispose();
  expect(whole.metrics.num_tokens).toBe(examples().reduce((sum, e) => sum + e.response.length, 0));
  expect(whole.update).toHaveLength(trained.layout.total);
  split.forEach((outcome, i) => expectSame(outcome, whole, `in ${pieces[i + 1]}`));
});

test('reward model: pairs and ties count as in one piece, places without a pair nothing', async () => {
  const reward = withScalarHead(model, 3);
  const config = rewardSchema.parse({ batchSize: 8, marginPerGrade: 0.2, centerRewardsCoefficient: 0.1 });
  const program = compileTraining('reward', (params, batch) => pairLoss(reward, params, batch, config), config, reward.layout);
  const pairs = examples()
    .slice(0, 6)
    .map((a, i): Pair => ({
      promptId: String(i),
      a,
      b: example('My lamp is late.', 'So?'),
      chosenShare: [1, 0.5, 0][i % 3]!,
      grade: i % 3,
    }));
  const outcomes: Outcome[] = [];
  // Six pairs of unlike length: some rows hold several of them, and the last ones none.
  const length = Math.max(...pairs.map(pairLength));
  for (const count of pieces) {
    const plan = { numRows: 8 / count, length, pairsPerRow: 3, parts: count };
    const batch = collatePairs(pairs, plan, config, reward.tokenizer.padId);
    expect(batch).toHaveLength(count);
    outcomes.push(await outcomeOf(program, reward.params, batch, config));
  }
  await program.dispose();
  outcomes.slice(1).forEach((outcome, i) => expectSame(outcome, outcomes[0]!, `in ${pieces[i + 1]}`));
});

test('PPO: policy and value losses are means over the response tokens of the whole minibatch', async () => {
  const critic = withScalarHead(model, 3);
  const config = ppoSchema.parse({ entropyCoef: 0.01, temperature: 1 });
  const networks = networksOf(model, critic);
  const params = initialParams(networks, model, critic);
  const program = compilePpoTraining(networks, config);
  const rng = createRng(4);
  const rollouts = examples().map(({ prompt, response }) => ({
    prompt,
    response: response.slice(0, 40),
    logprobs: response.slice(0, 40).map(() => -6 + 0.2 * rng.normal()),
    isTruncated: false,
  }));
  const episodes = collateEpisodes(rollouts, 32, 40, model.tokenizer.padId);
  const perToken = () => Float32Array.from({ length: 8 * 40 }, () => rng.normal());
  const extra = { values: perToken(), advantages: perToken(), returns: perToken() };
  const run = (count: number) =>
    outcomeOf(
      program,
      params,
      inParts([0, 1, 2, 3, 4, 5, 6, 7], count).map((rows) => episodes.rows(rows, extra)),
      config,
    );
  const [whole, ...split] = [await run(1), await run(2), await run(8)];
  await program.dispose();
  // A variance within each piece, averaged: it says how far ratios spread, and is not the variance over all.
  split.forEach((outcome, i) => expectSame(outcome, whole, `in ${pieces[i + 1]}`, ['val/ratio_var']));
});

describe('a whole SFT stage', () => {
  test('learns the same in pieces', async () => {
    const losses = async (gradientAccumulationSteps: number) => {
      const outputFolder = join(root, `sft-${gradientAccumulationSteps}`);
      await mkdir(outputFolder);
      const input = sftInput(model.folder, outputFolder);
      const config = sftSchema.parse({ ...input.config, batchSize: 4, numTrainEpochs: 4, learningRate: 1e-3, gradientAccumulationSteps });
      const { reports } = await recordStage({ ...input, config });
      return metricsIn(reports).flatMap(({ values }) => (values.loss === undefined ? [] : [values.loss]));
    };
    const whole = await losses(1);
    expect(whole).toHaveLength(12);
    expect(whole.at(-1)).toBeLessThan(whole[0]! - 0.5);
    expectNear(await losses(2), whole, 'losses', 1e-4);
  });

  test.each([
    [sftSchema, { batchSize: 8, gradientAccumulationSteps: 3 }],
    [rewardSchema, { batchSize: 8, gradientAccumulationSteps: 16 }],
    [ppoSchema, { batchSize: 64, numMiniBatches: 2, gradientAccumulationSteps: 64 }],
  ] as const)('refuses parts that do not come out even', (schema, config) => {
    const issues = schema.safeParse(config).error!.issues;
    expect(issues).toMatchObject([{ path: ['gradientAccumulationSteps'], message: expect.stringContaining('Must divide') }]);
  });
});
