/** What stages report, under the names that TRL and lm-human-preferences gave it, and what the numbers count. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StageInput, StageReport } from '@/lib/training/contract';
import { dpoSchema, ppoSchema, rewardSchema, sftSchema } from '@/lib/training/hyperparameters';
import { loadModel, type Model } from '@/trainer/model/load';
import { checkpointsIn, metricsIn, recordStage } from '../support/run-stage';
import { dpoInput, ppoInput, rewardInput, sftInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

let root: string;
let model: Model;
const reports = {} as Record<'sft' | 'reward' | 'ppo' | 'dpo', StageReport[]>;
const inputs = {} as {
  sft: Extract<StageInput, { stage: 'sft' }>;
  reward: Extract<StageInput, { stage: 'reward' }>;
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-reports-'));
  await writeTinyModel(join(root, 'model'));
  model = await loadModel(join(root, 'model'), 'language');
  const run = async (stage: keyof typeof reports, input: StageInput) => {
    await mkdir(input.outputFolder);
    reports[stage] = (await recordStage(input)).reports;
    return checkpointsIn(reports[stage]).find(({ kind }) => kind !== 'resume')!.folder;
  };
  const sft = sftInput(model.folder, join(root, 'sft'));
  inputs.sft = { ...sft, config: sftSchema.parse({ numTrainEpochs: 2, batchSize: sft.demonstrations.length, maxLength: 128 }) };
  const policy = await run('sft', inputs.sft);
  const reward = rewardInput(policy, join(root, 'reward'));
  inputs.reward = { ...reward, config: rewardSchema.parse({ numTrainEpochs: 1, batchSize: 16 }) };
  const rewardFolder = await run('reward', inputs.reward);
  const ppo = ppoInput(policy, rewardFolder, join(root, 'ppo'));
  await run('ppo', { ...ppo, config: ppoSchema.parse({ totalEpisodes: 8, batchSize: 8, responseLength: 8 }) });
  await run('dpo', { ...dpoInput(policy, join(root, 'dpo')), config: dpoSchema.parse({ numTrainEpochs: 1 }) });
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** All numbers of a stage that have these keys' like beside them, i.e. of its steps. */
const stepOf = (stage: keyof typeof reports, key: string) => metricsIn(reports[stage]).find(({ values }) => key in values)!.values;

test.each([
  ['sft', 'loss', ['loss', 'mean_token_accuracy', 'num_tokens', 'grad_norm', 'lr', 'epoch']],
  ['sft', 'eval_loss', ['eval_loss', 'eval_perplexity', 'eval_mean_token_accuracy', 'eval_entropy', 'eval_num_tokens']],
  ['reward', 'loss', ['loss', 'accuracy', 'margin', 'min_reward', 'mean_reward', 'max_reward', 'num_tokens', 'grad_norm', 'lr']],
  ['reward', 'eval_loss', ['eval_loss', 'eval_accuracy', 'eval_margin', 'eval_ece', 'reference_mean', 'reference_std']],
  ['ppo', 'episode', ['eps', 'episode', 'lr']],
  ['ppo', 'episode', ['kl', 'entropy', 'non_score_reward', 'rlhf_reward', 'scores', 'kl_coef'].map((name) => `objective/${name}`)],
  ['ppo', 'episode', ['policy/approxkl_avg', 'policy/clipfrac_avg', 'policy/entropy_avg', 'loss/policy_avg', 'loss/value_avg']],
  ['ppo', 'episode', ['val/clipfrac_avg', 'val/ratio', 'val/ratio_var', 'val/num_eos_tokens']],
  ['ppo', 'episode', ['ppo/returns/mean', 'ppo/returns/var', 'ppo/val/vpred', 'ppo/val/error', 'ppo/val/var_explained']],
  ['dpo', 'loss', ['chosen', 'rejected', 'accuracies', 'margins'].map((name) => `rewards/${name}`)],
  ['dpo', 'loss', ['loss', 'logps/chosen', 'logps/rejected', 'logits/chosen', 'logits/rejected', 'grad_norm', 'lr', 'epoch']],
] as const)('%s, beside %s: %s', (stage, beside, names) => {
  const values = stepOf(stage, beside);
  for (const name of names) expect(values[name], name).toEqual(expect.any(Number));
});

test('SFT counts the tokens of responses with their end token, and no others', () => {
  const [train, heldOut] = [false, true].map((isHeldOut) =>
    inputs.sft.demonstrations.filter((d) => d.isHeldOut === isHeldOut).map(({ response }) => model.tokenizer.encode(response).length + 1),
  ) as [number[], number[]];
  const sum = (lengths: number[]) => lengths.reduce((a, b) => a + b, 0);
  expect(stepOf('sft', 'eval_loss').eval_num_tokens).toBe(sum(heldOut));
  // A batch as large as all demonstrations: those that train, and some of them again to fill it.
  const counted = stepOf('sft', 'loss').num_tokens!;
  expect(counted).toBeGreaterThan(sum(train));
  expect(counted).toBeLessThanOrEqual(sum(train) + heldOut.length * Math.max(...train));
});

test('the reward model counts prompts and responses of both sides, and no padding', () => {
  const counted = metricsIn(reports.reward).flatMap(({ values }) => values.num_tokens ?? []);
  const length = (prompt: string, response: string, isTruncated: boolean) =>
    model.tokenizer.encodePrompt(prompt).length + model.tokenizer.encode(response).length + (isTruncated ? 0 : 1);
  const expected = inputs.reward.comparisons
    .filter((c) => !c.isHeldOut)
    .reduce((sum, c) => sum + length(c.prompt, c.responseA, c.isTruncatedA) + length(c.prompt, c.responseB, c.isTruncatedB), 0);
  expect(counted).toEqual([expected]);
});
