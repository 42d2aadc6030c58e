/**
 * Proximal policy optimization against the reward model (Schulman et al. 2017; Stiennon et al. 2020, appendix B; Ouyang et
 * al. 2022, section 3.5). Four networks: the policy, the frozen SFT policy it may not drift from, the reward model, and a
 * critic of its own that starts as the reward model. One optimizer steps over policy and critic together.
 *
 * An episode is one response. Tokens are actions; the value of a token is read at the token before it. The score stands
 * on the last token. Temperature divides the logits everywhere.
 */
import type { StageInput } from '@/lib/training/contract';
import { HeedError } from '@/lib/errors';
import { bucketOf, inParts } from '../data/collate';
import { advantagesAndReturns, tokenRewards, whiten } from '../math/advantages';
import { nextKlCoef } from '../math/kl';
import { createRng } from '../math/rng';
import { loadTrainable, numParameters, parametersOf, saveModel, type Model } from '../model/load';
import { layoutOf, pack, shapesOf, unpack, withoutPrefix, withPrefix } from '../model/parameters';
import { initialState } from '../optimizer/adamw';
import { readRewardCalibration } from '../checkpoint/reward-calibration';
import type { StageContext } from './context';
import { collateEpisodes, compileForward, compilePpoTraining } from './ppo-networks';
import { resumeOrStart, resumePoint } from './resume';
import { compileSampler, promptRoom, type Rollout } from './rollout';
import { compileScorer } from './scoring';
import { stepsPerCall, trainSteps, type TrainState } from './training';

type Input = Extract<StageInput, { stage: 'ppo' }>;
/** In a fixed order: a resume point keeps the place of the one in force. */
const eosRules = ['none', 'replace', 'subtract'] as const;
type EosRule = (typeof eosRules)[number];

export async function runPpo(input: Input, context: StageContext): Promise<void> {
  const { config, seed } = input;
  // Under adapters, all four networks compute on one copy of the base's weights.
  const reference = await loadTrainable(input.policyFolder, 'language', { lora: config.lora, seed, isLasting: false });
  const rewardModel = await loadTrainable(input.rewardFolder, 'scalar', { lora: config.lora, seed: seed + 1, isLasting: false });
  const calibration = await readRewardCalibration(input.rewardFolder);
  const room = promptRoom(reference, config.responseLength);
  const prompts = input.prompts.map((p) => reference.tokenizer.encodePrompt(p.text)).filter((p) => p.length <= room);
  if (prompts.length === 0) {
    throw new HeedError(
      'invalid',
      `PPO has no prompts: none of ${input.prompts.length} leaves room for a response of ${config.responseLength} tokens in a context of ${reference.config.contextLength}. Add prompts, or lower ppo.responseLength.`,
    );
  }

  const layout = layoutOf({
    ...withPrefix('policy', shapesOf(reference.layout)),
    ...withPrefix('critic', shapesOf(rewardModel.layout)),
  });
  const begin = () =>
    initialState(
      pack(layout, {
        ...withPrefix('policy', unpack(reference.layout, reference.params)),
        ...withPrefix('critic', unpack(rewardModel.layout, rewardModel.params)),
      }),
    );
  const frozen = { ...withPrefix('policy', reference.frozen), ...withPrefix('critic', rewardModel.frozen) };
  const networks = { policy: reference.config, critic: rewardModel.config, layout, frozen };
  const sampler = compileSampler(
    reference,
    { temperature: config.temperature, topK: 0, topP: 1, maxNewTokens: config.responseLength, seed },
    config.batchSize,
  );
  const scorer = compileScorer(rewardModel, calibration.pooling, config.batchSize);
  const forward = compileForward(networks, config.temperature);
  const training = compilePpoTraining(networks, config);

  // One length for all iterations: every further shape is one more compiled program in memory.
  const promptLength = bucketOf(prompts.reduce((longest, p) => Math.max(longest, p.length), 0));
  const iterations = Math.max(1, Math.ceil(config.totalEpisodes / config.batchSize));
  const miniBatchSize = Math.max(1, Math.floor(config.batchSize / config.numMiniBatches));
  const stepsPerIteration = config.numPpoEpochs * config.numMiniBatches;
  const saved = resumePoint(context, input.outputFolder);
  const start = await resumeOrStart(input.resumeFolder, begin);
  if (start.step === 0) {
    const values = { num_examples: prompts.length, num_left_out: input.prompts.length - prompts.length };
    context.report({ type: 'metrics', step: 0, values });
  }
  let state = start.state;
  let klCoef = start.numbers.klCoef ?? config.klCoef;
  let eosRule: EosRule | null = eosRules[start.numbers.eosRule ?? -1] ?? null;
  const resumeAt = (step: number, then: TrainState) => ({ step, state: then, numbers: { klCoef, eosRule: eosRules.indexOf(eosRule!) } });
  const refParams = parametersOf(reference, reference.params);
  const rewardParams = parametersOf(rewardModel, rewardModel.params);
  const paramsOf = (network: 'policy' | 'critic') => withoutPrefix(network, { ...frozen, ...unpack(layout, state.params) });

  for (let iteration = start.step; iteration < iterations; iteration++) {
    const startedAt = performance.now();
    const rollouts = await sampler.sample(
      paramsOf('policy'),
      promptsOf(prompts, iteration, config.batchSize, seed),
      `rollout ${iteration}`,
    );
    eosRule ??= resolveEosRule(config.eosRule, rollouts);
    const raw = await scorer.score(rewardParams, rollouts);
    const scores = raw.map((s, i) =>
      withEosRule((s - calibration.mean) / calibration.std, rollouts[i]!.isTruncated, eosRule!, config.missingEosPenalty),
    );

    const episodes = collateEpisodes(
      rollouts,
      promptLength,
      bucketOf(Math.max(...rollouts.map((r) => r.response.length))),
      reference.tokenizer.padId,
    );
    const { refLogprobs, values } = await forward({ refParams, criticParams: paramsOf('critic'), episodes: episodes.arrays });
    const batch = { rows: rollouts.length, columns: episodes.responseLength, mask: episodes.mask };
    const kl = sumPerRow(batch, (i) => episodes.logprobs[i]! - (refLogprobs.data as Float32Array)[i]!);
    const plainRewards = tokenRewards(batch, episodes.logprobs, refLogprobs.data as Float32Array, scores, klCoef);
    const rewards = config.whitenRewards ? whiten(plainRewards, batch.mask, true) : plainRewards;
    const { advantages, returns } = advantagesAndReturns(batch, rewards, values.data as Float32Array, config.gamma, config.gaeLambda);
    const whitened = whiten(advantages, batch.mask);

    const learningRate = config.learningRate * (1 - iteration / iterations);
    const firstStep = iteration * stepsPerIteration;
    const order = Array.from({ length: config.numPpoEpochs }, (_, e) =>
      createRng(seed)
        .fork(`ppo ${iteration} ${e}`)
        .shuffle(rollouts.map((_, i) => i)),
    ).map((o) => o.slice(0, miniBatchSize * config.numMiniBatches));
    const flatOrder = order.flat();
    const rowsAt = (step: number) => flatOrder.slice((step - firstStep) * miniBatchSize, (step - firstStep + 1) * miniBatchSize);
    const before = state;
    const updates: Record<string, number>[] = [];
    for await (const call of trainSteps(training, state, {
      firstStep,
      totalSteps: firstStep + stepsPerIteration,
      stepsPerCall: stepsPerCall(numParameters(reference) + numParameters(rewardModel), miniBatchSize * episodes.arrays.ids.shape[1]!),
      batchAt: (step) =>
        inParts(rowsAt(step), config.gradientAccumulationSteps).map((rows) =>
          episodes.rows(rows, { values: values.data as Float32Array, advantages: whitened, returns }),
        ),
      learningRateAt: () => learningRate,
      adam: config,
      evidence: {
        folder: input.outputFolder,
        examplesAt: (step) => rowsAt(step).map((row) => describeEpisode(rollouts[row]!, scores[row]!, reference)),
      },
    })) {
      state = call.state;
      updates.push(...call.metrics);
      // A half-done iteration is not worth keeping: what it draws depends on the seed and its number alone.
      await saved.onInterruption(() => resumeAt(iteration, before));
    }

    const meanKl = mean(kl);
    const score = mean(scores);
    const nonScore = -klCoef * meanKl;
    context.report({
      type: 'metrics',
      step: iteration + 1,
      values: {
        ...averaged(updates),
        episode: (iteration + 1) * config.batchSize,
        eps: rollouts.length / ((performance.now() - startedAt) / 1000),
        lr: learningRate,
        'objective/kl': meanKl,
        'objective/kl_coef': klCoef,
        'objective/entropy': mean(sumPerRow(batch, (i) => -episodes.logprobs[i]!)),
        'objective/non_score_reward': nonScore,
        'objective/rlhf_reward': score + nonScore,
        'objective/scores': score,
        'val/num_eos_tokens': rollouts.filter((r) => !r.isTruncated).length,
        'response_length/mean': mean(rollouts.map((r) => r.response.length)),
      },
    });
    klCoef = nextKlCoef(klCoef, meanKl, { targetKl: config.targetKl, klHorizon: config.klHorizon, episodes: rollouts.length });
    context.report({ type: 'progress', fraction: (iteration + 1) / iterations });
    await saved.afterCall(() => resumeAt(iteration + 1, state));
  }
  for (const program of [sampler, scorer, forward, training]) await program.dispose();
  context.report(
    await saveModel(reference, pack(reference.layout, paramsOf('policy')), {
      outputFolder: input.outputFolder,
      kind: 'policy',
      step: iterations * stepsPerIteration,
    }),
  );
}

function describeEpisode({ prompt, response }: Rollout, score: number, { tokenizer }: Model): object {
  return { prompt: tokenizer.decode(prompt), response: tokenizer.decode(response), score };
}

/** Each pass over the prompts is a fresh permutation; a batch may span two passes. */
function promptsOf(prompts: number[][], iteration: number, batchSize: number, seed: number): number[][] {
  const permutations = new Map<number, number[][]>();
  return Array.from({ length: batchSize }, (_, i) => {
    const at = iteration * batchSize + i;
    const pass = Math.floor(at / prompts.length);
    if (!permutations.has(pass)) permutations.set(pass, createRng(seed).fork(`prompts ${pass}`).shuffle(prompts));
    return permutations.get(pass)![at % prompts.length]!;
  });
}

/** Where most of the reference's own samples never end (texts cut off by length), a missing end is no fault. */
function resolveEosRule(rule: 'auto' | EosRule, rollouts: Rollout[]): EosRule {
  if (rule !== 'auto') return rule;
  return rollouts.filter((r) => !r.isTruncated).length * 2 < rollouts.length ? 'none' : 'replace';
}

function withEosRule(score: number, isTruncated: boolean, rule: EosRule, penalty: number): number {
  if (!isTruncated || rule === 'none') return score;
  return rule === 'replace' ? -penalty : score - penalty;
}

function sumPerRow({ rows, columns, mask }: { rows: number; columns: number; mask: Float32Array }, value: (i: number) => number): number[] {
  return Array.from({ length: rows }, (_, b) => {
    let sum = 0;
    for (let i = b * columns; i < (b + 1) * columns; i++) if (mask[i]) sum += value(i);
    return sum;
  });
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

function averaged(rows: Record<string, number>[]): Record<string, number> {
  return Object.fromEntries(Object.keys(rows[0] ?? {}).map((key) => [key, mean(rows.map((r) => r[key]!))]));
}
