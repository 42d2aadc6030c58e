/** What is measured after a stage: agrees with what the stage measured itself, is 0 where it must be, and is the same every time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvaluationInput, StageInput, StageReport } from '@/lib/training/contract';
import { decodingSchema } from '@/lib/training/hyperparameters';
import { Stopped, type StageContext } from '@/trainer/stages/context';
import { evaluatePolicy, overSft } from '@/trainer/stages/evaluate';
import { checkpointsIn, metricsIn, recordStage } from '../support/run-stage';
import { dpoInput, rewardInput, sftInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

let root: string;
let base: string;
let evaluation: EvaluationInput;
const silent: StageContext = { report: () => {}, interruption: async () => null };
const reportsOf = {} as Record<'sft' | 'reward' | 'dpo', StageReport[]>;
const folderOf = (stage: keyof typeof reportsOf) => checkpointsIn(reportsOf[stage]).find((c) => c.kind !== 'resume')!.folder;
const valuesOf = (stage: keyof typeof reportsOf) => metricsIn(reportsOf[stage]).at(-1)!.values;
const samplesOf = (stage: keyof typeof reportsOf) => reportsOf[stage].flatMap((r) => (r.type === 'stage-samples' ? r.samples : []));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-evaluation-'));
  base = join(root, 'model');
  await writeTinyModel(base);
  const sft = sftInput(base, root);
  evaluation = {
    baseFolder: base,
    rewardFolder: null,
    prompts: ['My clock is late.', 'Where is my clock?', 'Is my clock blue?'].map((text, i) => ({ promptId: String(i), text })),
    demonstrations: sft.demonstrations.filter((d) => d.isHeldOut),
    decoding: decodingSchema.parse({ temperature: 1, maxNewTokens: 12 }),
  };
  const run = async (stage: keyof typeof reportsOf, input: StageInput) => void (reportsOf[stage] = (await recordStage(input)).reports);
  await run('sft', { ...sft, evaluation, config: { ...sft.config, numTrainEpochs: 8 } });
  const reward = rewardInput(folderOf('sft'), root);
  const comparisons = reward.comparisons.map((one, i) => ({ ...one, responseIds: [`${i} a`, `${i} b`] as [string, string] }));
  const config = { ...reward.config, ensembleSize: 2 };
  await run('reward', { ...reward, comparisons: [...comparisons, comparisons[0]!], evaluation, config, mostPairScores: 5 });
  const sftSamples = samplesOf('reward');
  await run('dpo', { ...dpoInput(folderOf('sft'), root), evaluation: { ...evaluation, rewardFolder: folderOf('reward'), sftSamples } });
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

test('the base model has forgotten nothing: its loss on its own texts is what it sampled them with', async () => {
  const { values } = await evaluatePolicy(base, null, evaluation, silent);
  expect(values['eval/retention_kl']).toBeCloseTo(0, 4);
  expect(valuesOf('sft')['eval/retention_kl']).toBeGreaterThan(0.05);
  expect(valuesOf('sft')['eval/retention_loss']! - valuesOf('sft')['eval/retention_kl']!).toBeCloseTo(values['eval/retention_loss']!, 3);
});

test('loss on held-out demonstrations is what SFT measured itself, packed in rows', () => {
  const own = metricsIn(reportsOf.sft).findLast(({ values }) => 'eval_loss' in values)!.values.eval_loss!;
  expect(valuesOf('sft')['eval/demonstration_loss']).toBeCloseTo(own, 4);
});

test('answers, and what is said of them', () => {
  const samples = samplesOf('sft');
  expect(samples.map(({ prompt }) => prompt)).toEqual(evaluation.prompts.map(({ text }) => text));
  expect(samples.every(({ score }) => score === null)).toBe(true);
  const values = valuesOf('sft');
  expect(values['eval/ended_rate']).toBeCloseTo(samples.filter((s) => !s.isTruncated).length / 3, 6);
  expect(values['eval/length']).toBeLessThanOrEqual(12);
  for (const key of ['eval/distinct_1', 'eval/distinct_2', 'eval/refusal_rate']) {
    expect(values[key], key).toBeGreaterThanOrEqual(0);
    expect(values[key], key).toBeLessThanOrEqual(1);
  }
  expect(values).not.toHaveProperty('eval/reward');
});

test('the reward model scores the SFT policy, then DPO’s, with an uncertainty', () => {
  const [before, after] = [valuesOf('reward'), valuesOf('dpo')];
  const scores = samplesOf('dpo').map(({ score }) => score!);
  expect(after['eval/reward']).toBeCloseTo(scores.reduce((a, b) => a + b, 0) / scores.length, 5);
  expect(before['eval/reward_uncertainty']).toBeGreaterThan(0);
  expect(after['eval/reward']).not.toBe(before['eval/reward']);
  // The same SFT policy, the same noise.
  expect(samplesOf('reward').map(({ response }) => response)).toEqual(samplesOf('sft').map(({ response }) => response));
  expect(before['eval/retention_loss']).toBe(valuesOf('sft')['eval/retention_loss']);
});

test('what the reward model thinks of pairs: held-out ones first, each once, as its evaluation counts them', () => {
  const [report] = reportsOf.reward.filter((r) => r.type === 'pair-scores');
  const { scores } = report!;
  expect(new Set(scores.map(({ responseIds }) => responseIds.join())).size).toBe(5);
  expect(scores.map(({ isHeldOut }) => isHeldOut)).toEqual([true, true, false, false, false]);
  // Of the two that are held out, A is better in the first, B in the second.
  const [first, second] = scores.map(({ lead }) => lead) as [number, number];
  const evaluated = metricsIn(reportsOf.reward).find(({ values }) => 'eval_margin' in values)!.values;
  expect((first - second) / 2).toBeCloseTo(evaluated.eval_margin!, 4);
  expect([first, -second].filter((lead) => lead > 0).length / 2).toBe(evaluated.eval_accuracy);
});

test('against the SFT policy, prompt by prompt and by one reward model', () => {
  const [sft, dpo] = [samplesOf('reward'), samplesOf('dpo')].map((samples) => samples.map(({ score }) => score!)) as [number[], number[]];
  const leads = dpo.map((score, i) => score - sft[i]!);
  const values = valuesOf('dpo');
  expect(values['eval/reward_over_sft']).toBeCloseTo(values['eval/reward']! - valuesOf('reward')['eval/reward']!, 5);
  expect(values['eval/win_rate_over_sft']).toBeCloseTo(leads.filter((lead) => lead > 0).length / leads.length, 6);
  expect(valuesOf('reward')).not.toHaveProperty('eval/win_rate_over_sft');

  const sample = (prompt: string, score: number | null) => ({ prompt, response: '', isTruncated: false, score });
  const of = overSft([sample('a', 2), sample('b', -1), sample('c', 0), sample('d', null), sample('e', 5)], [sample('a', 1), sample('b', 1), sample('c', 0), sample('d', 1)]); // prettier-ignore
  expect(of).toEqual({ 'eval/reward_over_sft': -1 / 3, 'eval/win_rate_over_sft': 0.5 });
  expect(overSft([sample('a', 1)], [])).toEqual({});
});

test('a new reward model scores what earlier rounds answered, to the prompts that are still asked', async () => {
  const samples = samplesOf('dpo');
  const gone = { prompt: 'Nobody asks this any more.', response: 'So what?', isTruncated: false, score: 0 };
  const earlier = [
    { round: 1, samples: [...samples, gone] },
    { round: 2, samples: samplesOf('reward') },
    { round: 3, samples: [gone] },
  ];
  const { values } = await evaluatePolicy(folderOf('sft'), folderOf('reward'), { ...evaluation, earlier }, silent);
  // The same reward model says the same of the same answers.
  expect(values['eval/reward/round/1']).toBeCloseTo(valuesOf('dpo')['eval/reward']!, 4);
  expect(values['eval/reward/round/2']).toBeCloseTo(values['eval/reward']!, 4);
  expect(values).not.toHaveProperty('eval/reward/round/3');
  // Another one says something else.
  const reward = rewardInput(folderOf('sft'), root);
  const other = (await recordStage({ ...reward, seed: 99, evaluation: { ...evaluation, earlier } })).reports;
  expect(metricsIn(other).at(-1)!.values['eval/reward/round/1']).not.toBeCloseTo(values['eval/reward/round/1']!, 4);
  await expect(
    evaluatePolicy(folderOf('sft'), null, { ...evaluation, earlier }, silent).then(({ values: none }) => Object.keys(none)),
  ).resolves.not.toContain('eval/reward/round/1');
});

test('without held-out data only what needs none is measured; it can be stopped', async () => {
  const nothing = { ...evaluation, prompts: [], demonstrations: [] };
  const { values, samples } = await evaluatePolicy(base, null, nothing, silent);
  expect(Object.keys(values)).toEqual(['eval/retention_loss', 'eval/retention_kl']);
  expect(samples).toEqual([]);
  await expect(evaluatePolicy(base, null, nothing, { ...silent, interruption: async () => 'stop' })).rejects.toThrow(Stopped);
});
