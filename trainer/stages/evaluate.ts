/**
 * The same measurements after every stage that makes or judges a policy, on the same texts in every round, so that rounds can be
 * compared: held-out demonstrations, held-out prompts, and text that the base model knows. Read from the saved folder: what is measured
 * is what others will load.
 *
 * Text that the base model knows is what it writes by itself: sampled without a prompt at temperature 1, with one seed for all rounds.
 * The policy's loss on it minus the base's own is an estimate of KL(base ‖ policy) a token (retention): what was forgotten.
 */
import type { EvaluationInput, StageSample } from '@/lib/training/contract';
import { readRewardCalibration } from '../checkpoint/reward-calibration';
import { readRewardHeads } from '../checkpoint/reward-heads';
import { bucketOf, collateLanguage, type Example } from '../data/collate';
import { uncertaintyOf } from '../math/ensemble';
import { distinct, isRefusal } from '../math/text-statistics';
import { loadModel, parametersOf, type Model } from '../model/load';
import { Stopped, type StageContext } from './context';
import { compileSampler, promptRoom, type Rollout } from './rollout';
import { compileScorer } from './scoring';
import { compileEvaluation } from './sft';

const BATCH = 16;
/** Texts of the base model, and their longest, in tokens. */
const retentionTexts = 32;
const retentionLength = 64;
/** Responses that people get to see. */
const shownSamples = 8;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export type Evaluation = { values: Record<string, number>; samples: StageSample[] };

/** @param rewardFolder null where there is no reward model yet */
export async function evaluatePolicy(
  policyFolder: string,
  rewardFolder: string | null,
  input: EvaluationInput,
  context: StageContext,
): Promise<Evaluation> {
  const goOn = async () => {
    if (await context.interruption()) throw new Stopped();
  };
  const known = await baseTexts(input.baseFolder);
  await goOn();
  const policy = await loadModel(policyFolder, 'language');
  const demonstrations = input.demonstrations.map(({ prompt, response }): Example => ({
    prompt: policy.tokenizer.encodePrompt(prompt),
    response: [...policy.tokenizer.encode(response), policy.endId],
  }));
  const demonstrationLoss = await meanLoss(policy, demonstrations);
  const retentionLoss = await meanLoss(policy, known);
  await goOn();
  const rollouts = await answers(policy, input);
  await goOn();
  const texts = rollouts.map(({ response }) => policy.tokenizer.decode(response));
  const rewards = rewardFolder && rollouts.length > 0 ? await rewardsOf(rewardFolder, rollouts) : null;
  const baseLoss = -mean(known.flatMap(({ logprobs }) => logprobs));
  return {
    values: {
      ...(demonstrationLoss !== null && { 'eval/demonstration_loss': demonstrationLoss }),
      ...(retentionLoss !== null && { 'eval/retention_loss': retentionLoss, 'eval/retention_kl': retentionLoss - baseLoss }),
      ...(rollouts.length > 0 && {
        'eval/length': mean(rollouts.map(({ response }) => response.length)),
        'eval/ended_rate': mean(rollouts.map(({ isTruncated }) => (isTruncated ? 0 : 1))),
        'eval/refusal_rate': mean(texts.map((text) => (isRefusal(text) ? 1 : 0))),
        'eval/distinct_1': distinct(
          rollouts.map((r) => r.response),
          1,
        ),
        'eval/distinct_2': distinct(
          rollouts.map((r) => r.response),
          2,
        ),
      }),
      ...(rewards && { 'eval/reward': mean(rewards.scores) }),
      ...(rewards?.uncertainty && { 'eval/reward_uncertainty': mean(rewards.uncertainty) }),
    },
    samples: rollouts.slice(0, shownSamples).map(({ prompt, isTruncated }, i) => ({
      prompt: input.prompts.find(({ text }) => String(policy.tokenizer.encodePrompt(text)) === String(prompt))!.text,
      response: texts[i]!,
      isTruncated,
      score: rewards?.scores[i] ?? null,
    })),
  };
}

/** Nats a token; null without texts that fit. */
async function meanLoss(model: Model, examples: Example[]): Promise<number | null> {
  const fitting = examples.filter(({ prompt, response }) => prompt.length + response.length <= model.config.contextLength);
  if (fitting.length === 0) return null;
  const length = bucketOf(Math.max(...fitting.map(({ prompt, response }) => prompt.length + response.length - 1)));
  const program = compileEvaluation(model.config);
  const params = parametersOf(model, model.params);
  let loss = 0;
  let tokens = 0;
  for (let at = 0; at < fitting.length; at += BATCH) {
    const rows = fitting.slice(at, at + BATCH);
    const batch = collateLanguage([...rows, ...Array<Example>(BATCH - rows.length).fill(rows[0]!)], length, model.tokenizer.padId);
    batch.lossMask.data.fill(0, rows.length * length);
    const result = await program({ params, batch });
    loss += result.loss.data[0] as number;
    tokens += result.tokens.data[0] as number;
  }
  await program.dispose();
  return loss / tokens;
}

/** One response a prompt, by the same noise in every round. */
async function answers(policy: Model, { prompts, decoding }: EvaluationInput): Promise<Rollout[]> {
  const room = promptRoom(policy, decoding.maxNewTokens);
  const fitting = prompts.map(({ text }) => policy.tokenizer.encodePrompt(text)).filter((ids) => ids.length <= room);
  if (fitting.length === 0) return [];
  const sampler = compileSampler(policy, decoding, BATCH);
  const rollouts = await sampler.sample(parametersOf(policy, policy.params), fitting, 'evaluation');
  await sampler.dispose();
  return rollouts;
}

async function baseTexts(baseFolder: string): Promise<Rollout[]> {
  const base = await loadModel(baseFolder, 'language');
  const empty = base.tokenizer.encodePrompt('');
  const start = empty.length > 0 ? empty : [base.endId];
  const maxNewTokens = Math.min(retentionLength, promptRoom(base, start.length));
  const sampler = compileSampler(base, { temperature: 1, topK: 0, topP: 1, maxNewTokens, seed: 0 }, BATCH);
  const rollouts = await sampler.sample(parametersOf(base, base.params), Array<number[]>(retentionTexts).fill(start), 'retention');
  await sampler.dispose();
  return rollouts;
}

/** Normalised, as PPO sees them, but without the rule for missing ends; and how far an ensemble's heads disagree about each. */
async function rewardsOf(folder: string, rollouts: Rollout[]): Promise<{ scores: number[]; uncertainty: number[] | null }> {
  const { mean: zero, std, pooling, ensemble } = await readRewardCalibration(folder);
  const model = await loadModel(folder, 'scalar');
  const heads = await readRewardHeads(folder);
  const scorer = compileScorer(model, pooling, BATCH);
  const params = { ...parametersOf(model, model.params), ...(heads && { 'score.weight': heads }) };
  const members = await scorer.members(params, rollouts);
  await scorer.dispose();
  return {
    scores: members.map((own) => (mean([...own]) - zero) / std),
    uncertainty: ensemble && heads ? uncertaintyOf(members, ensemble) : null,
  };
}
