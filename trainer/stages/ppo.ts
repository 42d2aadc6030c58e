/**
 * Proximal policy optimization against the reward model (Schulman et al. 2017; Stiennon et al. 2020, appendix B; Ouyang et
 * al. 2022, section 3.5). Four networks: the policy, the frozen SFT policy it may not drift from, the reward model, and a
 * critic of its own that starts as the reward model. One optimizer steps over policy and critic together. The policy starts as the SFT policy,
 * or goes on from another of its shape.
 *
 * An episode is one response. Tokens are actions; the value of a token is read at the token before it. The score stands
 * on the last token. Temperature divides the logits everywhere. Point by point, with what tests it: docs/recipe.md.
 */
import type { StageInput } from '@/lib/training/contract';
import { failure } from '@/lib/training/failures';
import { bucketOf, inParts } from '../data/collate';
import { advantagesAndReturns, tokenRewards, whiten } from '../math/advantages';
import { klPerToken, nextKlCoef } from '../math/kl';
import { movingAverage } from '../math/moving-average';
import { createRng } from '@/lib/rng';
import { loadTrainable, numParameters, parametersOf, saveModel, type Model } from '../model/load';
import { pack, unpack, withoutPrefix, withPrefix } from '../model/parameters';
import { initialState } from '../optimizer/adamw';
import { readRewardCalibration } from '../checkpoint/reward-calibration';
import { readRewardHeads } from '../checkpoint/reward-heads';
import type { WatchedSample } from '../monitors/sample';
import type { WatchState } from '../monitors/watch';
import { bestOfN } from './best-of-n';
import type { StageContext } from './context';
import { drawInTurn, minibatches } from './draw';
import {
  assertOpenEnded,
  eosRules,
  resolveEosRule,
  scoresOf,
  withEosRule,
  type EosRule,
  type EpisodeScores,
  type RewardFunction,
} from './episode-scores';
import { collateEpisodes, compileForward, compilePpoTraining, initialParams, networksOf } from './ppo-networks';
import { ptxTexts } from './ppo-ptx';
import { loadPolicies } from './ppo-reference';
import { averaged, mean, ppoMetrics, sumPerRow } from './ppo-report';
import { resumeOrStart, resumePoint } from './resume';
import { compileSampler, promptRoom, type Rollout } from './rollout';
import { compileScorer } from './scoring';
import type { TrainState } from './train-state';
import { stepsPerCall, stepsPerCallWithin, trainSteps } from './training';
import { raise, watchedSamples, watchPolicy } from './watch-policy';

type Input = Extract<StageInput, { stage: 'ppo' }>;
/** A pass above this many times `earlyStopKl` is the last of its iteration (TRL's first PPO trainer, `_early_stop`). */
const EARLY_STOP_FACTOR = 1.5;

/** @param reward takes the reward model's place; the critic still starts as the reward model */
export async function runPpo(input: Input, context: StageContext, reward?: RewardFunction): Promise<void> {
  const { config, seed } = input;
  // Under adapters, all four networks compute on one copy of the base's weights.
  const { policy, reference } = await loadPolicies(input);
  const rewardModel = await loadTrainable(input.rewardFolder, 'scalar', { lora: config.lora, seed: seed + 1, isLasting: false });
  const calibration = await readRewardCalibration(input.rewardFolder);
  const prompts = promptsFor(policy, input);
  const { decode } = policy.tokenizer;

  const networks = networksOf(policy, rewardModel);
  const { layout, frozen } = networks;
  const begin = () => initialState(initialParams(networks, policy, rewardModel));
  const sampler = compileSampler(
    policy,
    { temperature: config.temperature, topK: 0, topP: 1, maxNewTokens: config.responseLength, seed },
    config.batchSize,
  );
  const scorer = compileScorer(rewardModel, calibration.pooling, config.batchSize);
  const forward = compileForward({ policy: reference.config, critic: rewardModel.config }, config.temperature);
  const training = compilePpoTraining(networks, config);
  const ptx = config.ptxCoef > 0 ? ptxTexts(input.demonstrations ?? [], policy, seed) : null;

  // One length for all iterations: every further shape is one more compiled program in memory.
  const promptLength = prompts.reduce((longest, p) => Math.max(longest, p.length), 1);
  const iterations = Math.max(1, Math.ceil(config.totalEpisodes / config.batchSize));
  const miniBatchSize = Math.max(1, Math.floor(config.batchSize / config.numMiniBatches));
  const passes = config.numPpoEpochs;
  const saved = resumePoint(context, input.outputFolder);
  const start = await resumeOrStart(input.resumeFolder, begin);
  if (start.step === 0) {
    const values = { num_examples: prompts.length, num_left_out: input.prompts.length - prompts.length };
    context.report({ type: 'metrics', step: 0, values });
  }
  let state = start.state;
  /** Optimizer steps done: fewer than planned where iterations were left early. */
  let stepsDone = start.numbers.stepsDone ?? start.step * passes * config.numMiniBatches;
  let klCoef = start.numbers.klCoef ?? config.klCoef;
  let eosRule: EosRule | null = eosRules[start.numbers.eosRule ?? -1] ?? null;
  const policyOf = (params: TrainState['params']) => pack(policy.layout, withoutPrefix('policy', unpack(layout, params)));
  /** Of the policy's weights after each iteration; null where the last ones are the result. */
  let average = config.emaDecay === null ? null : (start.extra.ema ?? policyOf(state.params));
  const watch = input.watch
    ? watchPolicy(input.watch, { rewardModel, rewardTexts: input.rewardTexts }, start.notes as WatchState | undefined)
    : null;
  const resumeAt = (step: number, then: TrainState, steps: number) => ({
    step,
    state: then,
    numbers: { klCoef, eosRule: eosRules.indexOf(eosRule!), stepsDone: steps },
    ...(average && { extra: { ema: average } }),
    notes: watch?.state(),
  });
  const refParams = parametersOf(reference, reference.params);
  const heads = calibration.ensemble && (await readRewardHeads(input.rewardFolder));
  const scoring = { scorer, params: parametersOf(rewardModel, rewardModel.params), heads, calibration, model: policy };
  const paramsOf = (network: 'policy' | 'critic') => withoutPrefix(network, { ...frozen, ...unpack(layout, state.params) });
  const score = async (rollouts: Rollout[], rule: EosRule): Promise<EpisodeScores> => {
    const plain = await scoresOf(rollouts, scoring, reward);
    return { ...plain, scores: plain.scores.map((s, i) => withEosRule(s, rollouts[i]!.isTruncated, rule, config.missingEosPenalty)) };
  };

  for (let iteration = start.step; iteration < iterations; iteration++) {
    const startedAt = performance.now();
    const asked = drawInTurn(prompts, iteration * config.batchSize, config.batchSize, seed, 'prompts');
    const rollouts = await sampler.sample(paramsOf('policy'), asked, `rollout ${iteration}`);
    // Where the policy starts as the reference and has not moved yet, its rollouts are the reference's own.
    const isUntouched = iteration === 0 && reference === policy;
    const own = iteration > 0 || isUntouched ? rollouts : await sampler.sample(refParams, asked, 'reference');
    const rule = (eosRule ??= resolveEosRule(config.eosRule, own));
    const scored = await score(rollouts, rule);
    const { scores } = scored;
    const before = state;
    const stepsBefore = stepsDone;
    const untrained: WatchedSample[] = [];
    if (iteration === 0) {
      const first = own === rollouts ? scored : await score(own, rule);
      if (watch) untrained.push(...watchedSamples(own, first, null, policy));
      if (config.bestOfN > 1) {
        const values = await bestOfN(config.bestOfN, { rollouts: own, scores: first.scores }, async (again, k) => {
          await saved.onInterruption(() => resumeAt(0, before, 0));
          const others = await sampler.sample(refParams, again, `best of n ${k}`);
          const theirs = await score(others, rule);
          if (watch) untrained.push(...watchedSamples(others, theirs, null, policy));
          return theirs.scores;
        });
        context.report({ type: 'metrics', step: 0, values });
      }
    }

    const episodes = collateEpisodes(
      rollouts,
      promptLength,
      Math.min(config.responseLength, bucketOf(Math.max(...rollouts.map((r) => r.response.length)))),
      policy.tokenizer.padId,
    );
    const measured = await forward({ refParams, criticParams: paramsOf('critic'), episodes: episodes.arrays });
    const values = measured.values.data as Float32Array;
    const batch = { rows: rollouts.length, columns: episodes.responseLength, mask: episodes.mask };
    const kl = klPerToken(config.klEstimator, episodes.logprobs, measured.refLogprobs.data as Float32Array);
    const plainRewards = tokenRewards(batch, kl, scores, klCoef);
    const rewards = config.whitenRewards ? whiten(plainRewards, batch.mask, true) : plainRewards;
    const plain = advantagesAndReturns(batch, rewards, values, config.gamma, config.gaeLambda);
    const { returns } = plain;
    const advantages = config.whitenAdvantages ? whiten(plain.advantages, batch.mask) : plain.advantages;

    const learningRate = config.learningRate * (1 - iteration / iterations);
    // The critic alone, until its values are worth an advantage (verl's critic_warmup, OpenRLHF's freezing_steps).
    const isWarmUp = iteration < config.criticWarmupIterations;
    const drawn = minibatches(rollouts.length, config, (pass) => createRng(seed).fork(`ppo ${iteration} ${pass}`));
    const rowsAt = (step: number) => drawn[step - stepsBefore]!;
    const microBatchesAt = (step: number) => {
      const parts = inParts(rowsAt(step), config.gradientAccumulationSteps).map((rows) =>
        episodes.rows(rows, { values, advantages, returns, ...(config.criticWarmupIterations > 0 && { policyWeight: isWarmUp ? 0 : 1 }) }),
      );
      const mixed = ptx?.batchAt(
        iteration * passes * config.numMiniBatches + step - stepsBefore,
        miniBatchSize / config.gradientAccumulationSteps,
        parts.map(({ mask }) => (mask!.data as Float32Array).reduce((a, b) => a + b, 0)),
      );
      return parts.map((part, i) => ({ ...part, ...mixed?.[i] }));
    };
    const updates: Record<string, number>[] = [];
    // Whether to go on is asked after a pass; who never stops takes all passes in as few calls as can be.
    const passesAtOnce = config.earlyStopKl === null ? passes : 1;
    for (let pass = 0; pass < passes; pass += passesAtOnce) {
      const ofPass: Record<string, number>[] = [];
      for await (const call of trainSteps(training, state, {
        firstStep: stepsDone,
        totalSteps: stepsDone + passesAtOnce * config.numMiniBatches,
        stepsPerCall: stepsPerCallWithin(
          passesAtOnce * config.numMiniBatches,
          stepsPerCall(
            numParameters(policy) + numParameters(rewardModel),
            miniBatchSize * episodes.arrays.ids.shape[1]!,
            context.mostStepsPerCall,
          ),
        ),
        batchAt: microBatchesAt,
        learningRateAt: () => learningRate,
        adam: config,
        evidence: {
          folder: input.outputFolder,
          examplesAt: (step) => rowsAt(step).map((row) => describeEpisode(rollouts[row]!, scores[row]!, policy)),
        },
      })) {
        state = call.state;
        stepsDone = call.stepsDone;
        ofPass.push(...call.metrics);
        // A half-done iteration is not worth keeping: what it draws depends on the seed and its number alone.
        await saved.onInterruption(() => resumeAt(iteration, before, stepsBefore));
      }
      updates.push(...ofPass);
      if (config.earlyStopKl !== null && averaged(ofPass)['policy/approxkl_avg']! > EARLY_STOP_FACTOR * config.earlyStopKl) break;
    }
    // No gradient has reached the policy; weight decay would.
    if (isWarmUp) state = { ...state, params: keepPolicy(state.params, before.params) };

    if (average) average = movingAverage(average, policyOf(state.params), config.emaDecay!);

    const klOfRows = sumPerRow(batch, kl);
    const meanKl = mean(klOfRows);
    context.report({
      type: 'metrics',
      step: iteration + 1,
      values: {
        ...ppoMetrics({ rollouts, batch, logprobs: episodes.logprobs, kl, values, returns, scores, klCoef, learningRate, updates }),
        episode: (iteration + 1) * config.batchSize,
        eps: rollouts.length / ((performance.now() - startedAt) / 1000),
        ...(config.earlyStopKl !== null && { 'policy/epochs': updates.length / config.numMiniBatches }),
      },
    });
    if (!isWarmUp) {
      const { targetKl, klHorizon } = config;
      klCoef = nextKlCoef(klCoef, meanKl, { targetKl, klHorizon, episodes: rollouts.length });
    }
    if (iteration === 0) watch?.addReference(untrained);
    if (watch && !isUntouched) {
      // Whatever the estimator of the penalty: log π − log π_ref itself.
      const logRatios = sumPerRow(batch, klPerToken('k1', episodes.logprobs, measured.refLogprobs.data as Float32Array));
      raise(watch.observe(watchedSamples(rollouts, scored, logRatios, policy), iteration + 1), context);
    }
    context.onEpisodes?.(
      rollouts.map(({ prompt, response }) => ({ prompt: decode(prompt), response: decode(response) })),
      iteration + 1,
    );
    context.report({ type: 'progress', fraction: (iteration + 1) / iterations });
    await saved.afterCall(() => resumeAt(iteration + 1, state, stepsDone));
  }
  for (const program of [sampler, scorer, forward, training]) await program.dispose();
  context.report(
    await saveModel(policy, average ?? policyOf(state.params), {
      outputFolder: input.outputFolder,
      kind: 'policy',
      step: stepsDone,
    }),
  );

  function keepPolicy(after: TrainState['params'], then: TrainState['params']): TrainState['params'] {
    const [now, old] = [unpack(layout, after), unpack(layout, then)];
    return pack(layout, { ...now, ...withPrefix('policy', withoutPrefix('policy', old)) });
  }
}

/** @throws HeedError invalid when there is nothing to answer, or no room to */
function promptsFor(model: Model, { prompts, config }: Input): number[][] {
  const room = promptRoom(model, config.responseLength);
  const fitting = prompts.map(({ text }) => ({ text, ids: model.tokenizer.encodePrompt(text) })).filter(({ ids }) => ids.length <= room);
  if (fitting.length === 0) {
    throw failure('no-rollout-prompts', {
      of: prompts.length,
      newTokens: config.responseLength,
      contextLength: model.config.contextLength,
    });
  }
  assertOpenEnded(fitting, model);
  return fitting.map(({ ids }) => ids);
}

function describeEpisode({ prompt, response }: Rollout, score: number, { tokenizer }: Model): object {
  return { prompt: tokenizer.decode(prompt), response: tokenizer.decode(response), score };
}
