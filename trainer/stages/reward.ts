/**
 * The reward model: the SFT model's body with a scalar head, trained on comparisons (Stiennon et al. 2020, eq. 1; Ouyang
 * et al. 2022: all comparisons of a prompt in one batch). Ties are soft labels of ½. Afterwards the scores of the SFT
 * model's own samples define zero and one: `mean` and `std` in config.json.
 */
import * as tf from '@tensorflow/tfjs';
import { HeedError } from '@/lib/errors';
import type { Comparison, StageInput } from '@/lib/training/contract';
import type { RewardConfig } from '@/lib/training/hyperparameters';
import { bucketOf, collateScoring, inParts, type Example } from '../data/collate';
import { pairwiseLoss } from '../losses/pairwise';
import { createRng, type Rng } from '../math/rng';
import { learningRateAt } from '../math/schedule';
import { loadTrainable, numParameters, parametersOf, saveModel, withScalarHead, type Model } from '../model/load';
import type { Params } from '../model/layers';
import type { ParameterArrays } from '../model/parameters';
import { initialState } from '../optimizer/adamw';
import { float32, type NdArray } from '../runtime/nd-array';
import type { LossFunction } from './accumulate';
import type { StageContext } from './context';
import { resumeOrStart, resumePoint } from './resume';
import { compileSampler, promptRoom } from './rollout';
import { compileScorer, rawScores, type Scorer } from './scoring';
import { compileTraining, stepsPerCall, trainSteps } from './training';

export type Pair = { id?: string; promptId: string; a: Example; b: Example; chosenShare: number; grade: number };
const SCORING_BATCH = 32;

export async function runReward(input: Extract<StageInput, { stage: 'reward' }>, context: StageContext): Promise<void> {
  const { config, seed } = input;
  const policy = await loadTrainable(input.modelFolder, 'language', { lora: config.lora, seed, isLasting: false });
  const model = withScalarHead(policy, seed);
  const maxLength = Math.min(config.maxLength ?? Infinity, model.config.contextLength);
  const lengthOf = ({ prompt, response }: Example) => prompt.length + response.length;
  const isFitting = (p: Pair) => Math.max(lengthOf(p.a), lengthOf(p.b)) <= maxLength;
  const train = input.comparisons
    .filter((c) => !c.isHeldOut)
    .map((c) => encodePair(model, c))
    .filter(isFitting);
  const heldOut = input.comparisons
    .filter((c) => c.isHeldOut)
    .map((c) => encodePair(model, c))
    .filter(isFitting);
  if (!train.some((p) => p.chosenShare !== 0.5)) {
    throw new HeedError(
      'invalid',
      `None of the ${input.comparisons.length} comparisons can be trained on: they are ties, held out, or longer than ${maxLength} tokens. Compare more pairs, or raise reward.maxLength.`,
    );
  }

  const epochs = Array.from({ length: config.numTrainEpochs }, (_, e) =>
    groupByPrompt(train, config.batchSize, createRng(seed).fork(`reward epoch ${e}`)),
  );
  const batches = epochs.flat();
  const program = compileTraining('reward', (params, batch) => pairLoss(model, params, batch, config), config, model.layout, model.frozen);
  const scorer = compileScorer(model, config.pooling, SCORING_BATCH);
  const start = await resumeOrStart(input.resumeFolder, () => initialState(model.params));
  if (start.step === 0) {
    const fitting = train.length + heldOut.length;
    context.report({ type: 'metrics', step: 0, values: { num_examples: fitting, num_left_out: input.comparisons.length - fitting } });
  }
  const saved = resumePoint(context, input.outputFolder);
  let state = start.state;
  for await (const { state: after, stepsDone, metrics } of trainSteps(program, state, {
    firstStep: start.step,
    totalSteps: batches.length,
    stepsPerCall: stepsPerCall(
      numParameters(model),
      2 * config.batchSize * Math.max(...train.flatMap((p) => [lengthOf(p.a), lengthOf(p.b)])),
    ),
    batchAt: (step) => collatePairs(batches[step]!, config, model.tokenizer.padId),
    learningRateAt: (step) => learningRateAt(config, step, batches.length),
    adam: config,
    evidence: { folder: input.outputFolder, examplesAt: (step) => batches[step]!.map((pair) => describePair(pair, model)) },
  })) {
    state = after;
    metrics.forEach((values, i) =>
      context.report({
        type: 'metrics',
        step: stepsDone - metrics.length + i + 1,
        values: { ...values, lr: learningRateAt(config, stepsDone - metrics.length + i, batches.length) },
      }),
    );
    context.report({ type: 'progress', fraction: (0.9 * stepsDone) / batches.length });
    await saved.afterCall(() => ({ step: stepsDone, state }));
  }
  await program.dispose();

  const params = parametersOf(model, state.params);
  const evaluation = await evaluate(scorer, params, heldOut);
  const { mean, std } = await referenceMoments(policy, scorer, params, input);
  context.report({ type: 'metrics', step: batches.length, values: { ...evaluation, reference_mean: mean, reference_std: std } });
  await scorer.dispose();
  context.report(
    await saveModel(model, state.params, {
      outputFolder: input.outputFolder,
      kind: 'reward',
      step: batches.length,
      extraConfig: { mean, std, pooling: config.pooling },
    }),
  );
}

/** The tokens of a response as a reward model reads it: an end token unless the text was cut off. */
export function encodeResponse(model: Pick<Model, 'tokenizer' | 'endId'>, prompt: string, response: string, isTruncated: boolean): Example {
  return {
    prompt: model.tokenizer.encodePrompt(prompt),
    response: [...model.tokenizer.encode(response), ...(isTruncated ? [] : [model.endId])],
  };
}

function encodePair(model: Model, c: Comparison): Pair {
  return {
    id: c.id,
    promptId: c.promptId,
    a: encodeResponse(model, c.prompt, c.responseA, c.isTruncatedA),
    b: encodeResponse(model, c.prompt, c.responseB, c.isTruncatedB),
    chosenShare: c.chosenShare,
    grade: c.grade,
  };
}

/** Batches of at most `batchSize` pairs; a prompt's pairs are kept together, unless they alone are more. */
function groupByPrompt(pairs: Pair[], batchSize: number, rng: Rng): Pair[][] {
  const byPrompt = new Map<string, Pair[]>();
  for (const pair of pairs) byPrompt.set(pair.promptId, [...(byPrompt.get(pair.promptId) ?? []), pair]);
  const batches: Pair[][] = [];
  let current: Pair[] = [];
  for (const group of rng.shuffle([...byPrompt.values()])) {
    for (let at = 0; at < group.length; at += batchSize) {
      const part = group.slice(at, at + batchSize);
      if (current.length + part.length > batchSize) {
        batches.push(current);
        current = [];
      }
      current = [...current, ...part];
    }
  }
  if (current.length) batches.push(current);
  return batches;
}

/** Micro-batches. Rows 0 … P−1 are the A sides, P … 2P−1 the B sides; missing pairs repeat the first with weight 0. */
export function collatePairs(
  pairs: Pair[],
  { batchSize, gradientAccumulationSteps, marginPerGrade }: RewardConfig,
  padId: number,
): Record<string, NdArray>[] {
  const filled = [...pairs, ...Array<Pair>(batchSize - pairs.length).fill(pairs[0]!)].map((pair, i) => ({
    ...pair,
    weight: i < pairs.length ? 1 : 0,
  }));
  const length = bucketOf(Math.max(1, ...pairs.flatMap(({ a, b }) => [a, b]).map((e) => e.prompt.length + e.response.length)));
  return inParts(filled, gradientAccumulationSteps).map((part) => {
    const column = (value: (pair: (typeof part)[number]) => number) => float32([part.length], part.map(value));
    return {
      ...collateScoring([...part.map((p) => p.a), ...part.map((p) => p.b)], length, padId),
      chosenShare: column((p) => p.chosenShare),
      margin: column((p) => (p.chosenShare === 0.5 ? 0 : marginPerGrade * p.grade)),
      weight: column((p) => p.weight),
    };
  });
}

function describePair({ id, promptId, a, b, chosenShare, grade }: Pair, { tokenizer }: Model): object {
  const { decode } = tokenizer;
  return {
    preferenceId: id,
    promptId,
    prompt: decode(a.prompt),
    responseA: decode(a.response),
    responseB: decode(b.response),
    chosenShare,
    grade,
  };
}

export function pairLoss(
  model: Pick<Model, 'config'>,
  params: Params,
  batch: Record<string, tf.Tensor>,
  config: { pooling: 'last' | 'mean'; centerRewardsCoefficient: number },
): ReturnType<LossFunction> {
  const { ids, isPad, responseMask, chosenShare, margin, weight } = batch as Record<
    'ids' | 'isPad' | 'responseMask' | 'chosenShare' | 'margin' | 'weight',
    tf.Tensor
  >;
  const scores = rawScores(model.config, params, { ids, isPad, responseMask }, config.pooling);
  const [rewardsA, rewardsB] = tf.split(scores as tf.Tensor1D, 2) as [tf.Tensor, tf.Tensor];
  const loss = pairwiseLoss({ rewardsA, rewardsB, chosenShare, margin, weight }, config.centerRewardsCoefficient);
  // Ties have no chosen side: they count in the loss, not here.
  const side = tf.mul(tf.mul(tf.sub(chosenShare, 0.5), 2), weight);
  const numDecided = tf.sum(tf.abs(side));
  const decided = tf.maximum(numDecided, 1);
  const pairs = tf.sum(weight);
  const lead = tf.mul(tf.sub(rewardsA, rewardsB), side);
  return {
    loss,
    weight: pairs,
    metrics: {
      accuracy: tf.div(tf.sum(tf.cast(tf.greater(lead, 0), 'float32')), decided),
      margin: tf.div(tf.sum(lead), decided),
      mean_reward: tf.div(
        tf.sum(tf.mul(scores, tf.concat([weight as tf.Tensor1D, weight as tf.Tensor1D]))),
        tf.mul(tf.maximum(pairs, 1), 2),
      ),
      min_reward: tf.min(scores),
      max_reward: tf.max(scores),
    },
    combine: { accuracy: numDecided, margin: numDecided, min_reward: 'min', max_reward: 'max' },
  };
}

/** Accuracy over the held-out pairs that people decided. */
async function evaluate(scorer: Scorer, params: ParameterArrays, pairs: Pair[]): Promise<Record<string, number>> {
  const decided = pairs.filter((p) => p.chosenShare !== 0.5);
  if (decided.length === 0) return {};
  const a = await scorer.score(
    params,
    decided.map((p) => p.a),
  );
  const b = await scorer.score(
    params,
    decided.map((p) => p.b),
  );
  const leads = decided.map((p, i) => (a[i]! - b[i]!) * Math.sign(p.chosenShare - 0.5));
  const mean = (values: number[]) => values.reduce((x, y) => x + y, 0) / values.length;
  return {
    eval_accuracy: mean(leads.map((lead) => (lead > 0 ? 1 : lead === 0 ? 0.5 : 0))),
    eval_loss: mean(leads.map((lead) => Math.log1p(Math.exp(-Math.abs(lead))) + Math.max(0, -lead))),
    eval_margin: mean(leads),
    eval_pairs: decided.length,
  };
}

/** Mean and standard deviation of the raw scores of the SFT model's own samples. */
async function referenceMoments(
  policy: Model,
  scorer: Scorer,
  params: ParameterArrays,
  input: Extract<StageInput, { stage: 'reward' }>,
): Promise<{ mean: number; std: number }> {
  const { referenceDecoding, referencePrompts } = input;
  const room = promptRoom(policy, referenceDecoding.maxNewTokens);
  const prompts = referencePrompts.map((p) => policy.tokenizer.encodePrompt(p.text)).filter((p) => p.length <= room);
  if (prompts.length === 0) return { mean: 0, std: 1 };
  const sampler = compileSampler(policy, { ...referenceDecoding, seed: input.seed }, SCORING_BATCH);
  const rollouts = await sampler.sample(parametersOf(policy, policy.params), prompts, 'reference');
  await sampler.dispose();
  const scores = await scorer.score(params, rollouts);
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  const variance = scores.reduce((sum, s) => sum + (s - mean) ** 2, 0) / scores.length;
  return { mean, std: Math.max(1e-3, Math.sqrt(variance)) };
}
