/** DPO as a stage: starts at its reference, learns what people prefer, and does the same in pieces. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StageInput } from '@/lib/training/contract';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import { loadModel } from '@/trainer/model/load';
import { expectNear } from '../support/close';
import { checkpointsIn, metricsIn, recordStage } from '../support/run-stage';
import { dpoInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

type DpoInput = Extract<StageInput, { stage: 'dpo' }>;
let root: string;
let input: DpoInput;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-dpo-'));
  await writeTinyModel(join(root, 'model'));
  input = dpoInput(join(root, 'model'), root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('the first step is at the reference: rewards 0, loss log 2; the last one prefers what people prefer, held out, too', async () => {
  const { reports } = await recordStage(input);
  const steps = metricsIn(reports).filter(({ values }) => 'loss' in values);
  const [first, last] = [steps[0]!.values, steps.at(-1)!.values];
  expect(first.loss).toBeCloseTo(Math.LN2, 4);
  for (const key of ['rewards/chosen', 'rewards/rejected', 'rewards/margins']) expect(first[key], key).toBeCloseTo(0, 4);
  expect(last.loss).toBeLessThan(0.3);
  expect(last['rewards/margins']).toBeCloseTo(last['rewards/chosen']! - last['rewards/rejected']!, 4);
  expect(metricsIn(reports).at(-1)!.values).toMatchObject({ 'eval_rewards/accuracies': 1, eval_pairs: 2 });
  expect(steps[0]!.step).toBe(1);
  expect(steps.length).toBe(3 * input.config.numTrainEpochs);
  const saved = checkpointsIn(reports).find(({ kind }) => kind === 'policy')!;
  expect((await loadModel(saved.folder, 'language')).head).toBe('language');
});

test('the same in pieces', async () => {
  const weights = async (gradientAccumulationSteps: number) => {
    const config = { ...input.config, numTrainEpochs: 2, learningRate: 1e-3, gradientAccumulationSteps };
    const { reports } = await recordStage({ ...input, config });
    return (await loadModel(checkpointsIn(reports).find(({ kind }) => kind === 'policy')!.folder, 'language')).params.data;
  };
  const whole = await weights(1);
  expectNear(await weights(4), whole, 'in four', 1e-3);
});

test('a step that overflows is named, and its pairs are kept', async () => {
  const config = { ...input.config, learningRate: 1e30, lrScheduler: 'constant' as const, warmupRatio: 0 };
  const error = await recordStage({ ...input, config }).catch((e: Error) => e as Error);
  expect(error).toMatchObject({ code: 'invalid', message: expect.stringMatching(/^Step \d of 144 did not end in numbers/) });
  const file = /kept in (.*batch\.json)\./.exec((error as Error).message)![1]!;
  const { examples } = JSON.parse(await readFile(file, 'utf8')) as { examples: { prompt: string; responseA: string }[] };
  expect(input.comparisons.map(({ prompt }) => prompt)).toContain(examples[0]!.prompt);
});

test('ties alone cannot be trained on, and it says so', async () => {
  const comparisons = input.comparisons.map((c) => ({ ...c, chosenShare: 0.5 }));
  await expect(recordStage({ ...input, comparisons })).rejects.toThrow(/None of the 12 comparisons can be trained on.*dpo\.maxLength/);
});

test('settings: PPO unless asked, one adapter for all', () => {
  expect(roundConfigSchema.parse({}).policyOptimizer).toBe('ppo');
  expect(roundConfigSchema.safeParse({ policyOptimizer: 'grpo' }).success).toBe(false);
  expect(roundConfigSchema.safeParse({ dpo: { labelSmoothing: 0.5 } }).success).toBe(false);
  const [lora, other] = [{ r: 4 }, { r: 5 }];
  expect(roundConfigSchema.safeParse({ sft: { lora }, dpo: { lora: other } }).success).toBe(false);
});
