/** An ensemble of reward heads: what is saved is a plain reward model, the mean of heads that disagree; with one head, there is none. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResponseScore, StageInput } from '@/lib/training/contract';
import { rewardSchema } from '@/lib/training/hyperparameters';
import { readRewardCalibration, type RewardCalibration } from '@/trainer/checkpoint/reward-calibration';
import { readRewardHeads } from '@/trainer/checkpoint/reward-heads';
import { momentsOf, uncertaintyOf } from '@/trainer/math/ensemble';
import { loadModel, parametersOf, withScalarHead } from '@/trainer/model/load';
import { unpack } from '@/trainer/model/parameters';
import { encodeExample } from '@/trainer/data/encode-example';
import { compileSampler } from '@/trainer/stages/rollout';
import { compileScorer } from '@/trainer/stages/scoring';
import { checkpointsIn, metricsIn, recordStage } from '../support/run-stage';
import { rewardInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

type RewardInput = Extract<StageInput, { stage: 'reward' }>;
let root: string;
let input: RewardInput;
let folder: string;
let values: Record<string, number>;
let calibration: RewardCalibration;
let scores: ResponseScore[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-ensemble-'));
  await writeTinyModel(join(root, 'model'));
  const plain = rewardInput(join(root, 'model'), root);
  input = {
    ...plain,
    config: rewardSchema.parse({ ...plain.config, ensembleSize: 4, gradientAccumulationSteps: 3 }),
    comparisons: plain.comparisons.map((c, i) => ({
      ...c,
      round: i % 2,
      sources: ['base', i % 2 ? 'round 1' : 'base'],
      annotator: i % 3 ? 'ann' : 'bob',
    })),
  };
  const ratedResponses = plain.comparisons.map((c, i) => ({
    responseId: String(i),
    promptId: i % 2 ? c.promptId : 'of ratings alone',
    prompt: c.prompt,
    response: i === 0 ? c.responseA.repeat(100) : c.responseA,
    isTruncated: c.isTruncatedA,
  }));
  const { reports } = await recordStage({ ...input, ratedResponses });
  scores = reports.flatMap((r) => (r.type === 'response-scores' ? r.scores : []));
  folder = checkpointsIn(reports).find((c) => c.kind === 'reward')!.folder;
  values = metricsIn(reports).at(-1)!.values;
  calibration = await readRewardCalibration(folder);
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

test('every head learns; the model that is saved is their mean', async () => {
  expect(values).toMatchObject({ eval_accuracy: 1, eval_pairs: 2 });
  const heads = (await readRewardHeads(folder))!;
  const model = await loadModel(folder, 'scalar');
  const params = parametersOf(model, model.params);
  const [K, d] = heads.shape as [number, number];
  expect(K).toBe(4);
  params['score.weight']!.data.forEach((w, i) => {
    const own = Array.from({ length: K }, (_, k) => heads.data[k * d + i]!);
    expect(w).toBeCloseTo(own.reduce((a, b) => a + b, 0) / K, 6);
  });
  const examples = input.comparisons.map((c) => encodeExample(model, c.prompt, c.responseA, c.isTruncatedA));
  const scorer = compileScorer(model, calibration.pooling, 8);
  const plain = await scorer.score(params, examples);
  const ensemble = { ...params, 'score.weight': heads };
  const members = await scorer.members(ensemble, examples);
  (await scorer.score(ensemble, examples)).forEach((score, i) => expect(score).toBeCloseTo(plain[i]!, 4));
  await scorer.dispose();
  const uncertainty = uncertaintyOf(members, calibration.ensemble!);
  expect(Math.min(...uncertainty)).toBeGreaterThan(0);
  expect(values.eval_uncertainty).toBeGreaterThan(0);
});

test('reference samples have mean 0 and standard deviation 1, by the mean and by each head', async () => {
  const policy = await loadModel(input.modelFolder, 'language');
  const sampler = compileSampler(policy, { ...input.referenceDecoding, seed: input.seed }, 32);
  const prompts = input.referencePrompts.map((p) => policy.tokenizer.encodePrompt(p.text));
  const samples = await sampler.sample(parametersOf(policy, policy.params), prompts, 'reference');
  await sampler.dispose();
  const model = await loadModel(folder, 'scalar');
  const scorer = compileScorer(model, calibration.pooling, 8);
  const params = parametersOf(model, model.params);
  const scores = await scorer.score(params, samples);
  const members = await scorer.members({ ...params, 'score.weight': (await readRewardHeads(folder))! }, samples);
  await scorer.dispose();
  const expectStandard = (normalised: number[]) => {
    const { mean, std } = momentsOf(normalised);
    expect(mean).toBeCloseTo(0, 3);
    expect(std).toBeCloseTo(1, 3);
  };
  expectStandard(Array.from(scores, (s) => (s - calibration.mean) / calibration.std));
  const { means, stds } = calibration.ensemble!;
  for (let k = 0; k < 4; k++) expectStandard(members.map((m) => (m[k]! - means[k]!) / stds[k]!));
});

test('single responses are scored as the policy will be paid, but those that are too long; it is said which prompts were trained on', async () => {
  const model = await loadModel(folder, 'scalar');
  const scorer = compileScorer(model, calibration.pooling, 8);
  const texts = input.comparisons.slice(1).map((c) => encodeExample(model, c.prompt, c.responseA, c.isTruncatedA));
  const raw = await scorer.score(parametersOf(model, model.params), texts);
  await scorer.dispose();
  expect(scores.map(({ responseId }) => responseId)).toEqual(texts.map((_, i) => String(i + 1)));
  scores.forEach(({ score }, i) => expect(score).toBeCloseTo((raw[i]! - calibration.mean) / calibration.std, 3));
  // Pairs of the last prompt were held out.
  expect(scores.map(({ isHeldOut }) => isHeldOut)).toEqual(scores.map((_, i) => i % 2 === 1 || i === 10));
});

test('held-out pairs are measured in groups', () => {
  expect(values).toMatchObject({
    'eval_accuracy/strength/3': 1,
    'eval_pairs/strength/3': 2,
    'eval_accuracy/round/0': 1,
    'eval_accuracy/round/1': 1,
    'eval_pairs/policy/base': 2,
    'eval_pairs/policy/round 1': 1,
    'eval_agreement/annotator/ann': 1,
    eval_ece: expect.any(Number),
  });
  const bins = Object.entries(values).filter(([key]) => key.startsWith('eval_pairs/confidence/'));
  expect(bins.reduce((sum, [, pairs]) => sum + pairs, 0)).toBe(2);
});

test('heads begin as N(0, 1/(d + 1)), each its own, on the SFT model’s body', async () => {
  const body = await loadModel(input.modelFolder, 'language');
  const model = withScalarHead(body, 1, 2000);
  const { 'score.weight': heads, ...rest } = unpack(model.layout, model.params);
  const { mean, std } = momentsOf(heads!.data);
  const d = model.config.hiddenSize;
  // 64,000 draws: standard errors of 1/253 and 1/358 of the standard deviation.
  expect(Math.abs(mean * Math.sqrt(d + 1))).toBeLessThan(0.02);
  expect(std * Math.sqrt(d + 1)).toBeCloseTo(1, 1);
  expect(new Set(heads!.data).size).toBeGreaterThan(60_000);
  const before = unpack(body.layout, body.params);
  for (const [name, tensor] of Object.entries(rest)) expect(tensor, name).toEqual(before[name]);
});

test('one head: no side file, no uncertainty', async () => {
  const { reports } = await recordStage({ ...input, config: { ...input.config, ensembleSize: 1, numTrainEpochs: 1 } });
  const plain = checkpointsIn(reports).find((c) => c.kind === 'reward')!.folder;
  expect(await readdir(plain)).not.toContain('score_heads.safetensors');
  expect((await readRewardCalibration(plain)).ensemble).toBeNull();
  expect(metricsIn(reports).at(-1)!.values).not.toHaveProperty('eval_uncertainty');
});
