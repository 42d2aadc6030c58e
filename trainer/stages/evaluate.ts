/**
 * The same measurements after every stage that makes or judges a policy, on the same texts in every round, so that rounds can be
 * compared: held-out demonstrations, held-out prompts, and text that the base model knows. Read from the saved folder: what is measured
 * is what others will load.
 *
 * Text that the base model knows is what it writes by itself: sampled without a prompt at temperature 1, with one seed for all rounds.
 * The policy's loss on it minus the base's own is an estimate of KL(base ‖ policy) a token (retention): what was forgotten.
 *
 * Rewards of different reward models cannot be compared: each has a zero and a unit of its own. So a round's answers are compared with its SFT
 * policy's, prompt by prompt, by the one reward model that the round has; and every new reward model scores what earlier rounds answered.
 */
import { earlierRewardKey, type EvaluationInput, type StageSample } from '@/lib/training/contract';
import { readRewardCalibration } from '../checkpoint/reward-calibration';
import { readRewardHeads } from '../checkpoint/reward-heads';
import { bucketOf, collateLanguage, type Example } from '../data/collate';
import { encodeExample } from '../data/encode-example';
import { uncertaintyOf } from '../math/ensemble';
import { accuracyOf } from '../math/preference-accuracy';
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
  const demonstrations = input.demonstrations.map(({ prompt, response }) => encodeExample(policy, prompt, response));
  const demonstrationLoss = await meanLoss(policy, demonstrations);
  const retentionLoss = await meanLoss(policy, known);
  await goOn();
  const { prompts, rollouts } = await answers(policy, input);
  await goOn();
  const answered = rollouts.map(({ response, isTruncated }, i) => ({
    prompt: prompts[i]!,
    response: policy.tokenizer.decode(response),
    isTruncated,
  }));
  const judge = rewardFolder && answered.length > 0 ? await loadJudge(rewardFolder) : null;
  const verdict = judge && (await judge.score(answered));
  const samples = answered.map((sample, i): StageSample => ({ ...sample, score: verdict?.scores[i] ?? null }));
  const earlier: Record<string, number> = {};
  for (const { round, samples: theirs } of judge ? (input.earlier ?? []) : []) {
    await goOn();
    // To the same prompts, as far as they were there.
    const { scores } = await judge!.score(theirs.filter(({ prompt }) => prompts.includes(prompt)));
    if (scores.some(isScore)) earlier[earlierRewardKey(round)] = mean(scores.filter(isScore));
  }
  await judge?.dispose();
  const baseLoss = -mean(known.flatMap(({ logprobs }) => logprobs));
  return {
    values: {
      ...(demonstrationLoss !== null && { 'eval/demonstration_loss': demonstrationLoss }),
      ...(retentionLoss !== null && { 'eval/retention_loss': retentionLoss, 'eval/retention_kl': retentionLoss - baseLoss }),
      ...(rollouts.length > 0 && {
        'eval/length': mean(rollouts.map(({ response }) => response.length)),
        'eval/ended_rate': mean(rollouts.map(({ isTruncated }) => (isTruncated ? 0 : 1))),
        'eval/refusal_rate': mean(answered.map(({ response }) => (isRefusal(response) ? 1 : 0))),
        'eval/distinct_1': distinct(
          rollouts.map((r) => r.response),
          1,
        ),
        'eval/distinct_2': distinct(
          rollouts.map((r) => r.response),
          2,
        ),
      }),
      ...(verdict?.scores.some(isScore) && { 'eval/reward': mean(verdict.scores.filter(isScore)) }),
      ...(verdict?.uncertainty.length && { 'eval/reward_uncertainty': mean(verdict.uncertainty) }),
      ...overSft(samples, input.sftSamples ?? []),
      ...earlier,
    },
    samples,
  };
}

const isScore = (score: number | null): score is number => score !== null;

/** Prompt by prompt against the SFT policy's answers, both by one reward model: mean difference, and share of prompts won (a tie is half). */
export function overSft(samples: StageSample[], sftSamples: StageSample[]): Record<string, number> {
  const scoreOf = new Map(sftSamples.map(({ prompt, score }) => [prompt, score]));
  const leads = samples.flatMap(({ prompt, score }) => {
    const theirs = scoreOf.get(prompt) ?? null;
    return score === null || theirs === null ? [] : [score - theirs];
  });
  return leads.length === 0 ? {} : { 'eval/reward_over_sft': mean(leads), 'eval/win_rate_over_sft': accuracyOf(leads) };
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

/** One response a prompt that leaves room for it, by the same noise in every round. */
async function answers(policy: Model, { prompts, decoding }: EvaluationInput): Promise<{ prompts: string[]; rollouts: Rollout[] }> {
  const room = promptRoom(policy, decoding.maxNewTokens);
  const fitting = prompts.map(({ text }) => ({ text, ids: policy.tokenizer.encodePrompt(text) })).filter(({ ids }) => ids.length <= room);
  if (fitting.length === 0) return { prompts: [], rollouts: [] };
  const sampler = compileSampler(policy, decoding, BATCH);
  const ids = fitting.map((prompt) => prompt.ids);
  const rollouts = await sampler.sample(parametersOf(policy, policy.params), ids, 'evaluation');
  await sampler.dispose();
  return { prompts: fitting.map(({ text }) => text), rollouts };
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

type Judge = {
  /** Null where a text does not fit. `uncertainty`: of those that do, how far an ensemble's heads disagree; empty without one. */
  score(texts: Omit<StageSample, 'score'>[]): Promise<{ scores: (number | null)[]; uncertainty: number[] }>;
  dispose(): Promise<void>;
};

/**
 * The reward model over texts as it was trained to read them, whoever wrote them and when. Normalised as PPO sees scores, but without the rule
 * for missing ends.
 */
async function loadJudge(folder: string): Promise<Judge> {
  const { mean: zero, std, pooling, ensemble } = await readRewardCalibration(folder);
  const model = await loadModel(folder, 'scalar');
  const heads = await readRewardHeads(folder);
  const scorer = compileScorer(model, pooling, BATCH);
  const params = { ...parametersOf(model, model.params), ...(heads && { 'score.weight': heads }) };
  return {
    dispose: scorer.dispose,
    async score(texts) {
      const examples = texts.map(({ prompt, response, isTruncated }) => encodeExample(model, prompt, response, isTruncated));
      const fits = (e: Example) => e.prompt.length + e.response.length <= model.config.contextLength;
      const members = await scorer.members(params, examples.filter(fits));
      const scores = members.map((own) => (mean([...own]) - zero) / std);
      let next = 0;
      return {
        scores: examples.map((example) => (fits(example) ? scores[next++]! : null)),
        uncertainty: ensemble && heads ? uncertaintyOf(members, ensemble) : [],
      };
    },
  };
}
