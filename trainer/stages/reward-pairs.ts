/**
 * Comparisons as a reward model trains on them: batches that keep a prompt's pairs together (Ouyang et al. 2022), and their loss.
 *
 * An ensemble is K heads on one body (Osband et al. 2016): it costs what a single reward model costs, and PPO scores with it at the
 * same price. What sets the heads apart is where they begin and which prompts count how much for them: weights drawn from Exp(1), one
 * a head and prompt (the Bayesian bootstrap, Rubin 1981), which never leave a batch empty as a resampling does.
 */
import * as tf from '@tensorflow/tfjs';
import type { Comparison } from '@/lib/training/contract';
import type { RewardConfig } from '@/lib/training/hyperparameters';
import { bucketOf, collateScoring, inParts, type Example } from '../data/collate';
import { pairwiseLoss } from '../losses/pairwise';
import { createRng, type Rng } from '../math/rng';
import type { Params } from '../model/layers';
import type { Model } from '../model/load';
import { float32, type NdArray } from '../runtime/nd-array';
import type { LossFunction } from './accumulate';
import { memberScores } from './scoring';

export type Pair = {
  id?: string;
  promptId: string;
  a: Example;
  b: Example;
  chosenShare: number;
  grade: number;
  /** How much the pair counts for each head of an ensemble. */
  memberWeights?: number[];
};

/** The tokens of a response as a reward model reads it: an end token unless the text was cut off. */
export function encodeResponse(model: Pick<Model, 'tokenizer' | 'endId'>, prompt: string, response: string, isTruncated: boolean): Example {
  return {
    prompt: model.tokenizer.encodePrompt(prompt),
    response: [...model.tokenizer.encode(response), ...(isTruncated ? [] : [model.endId])],
  };
}

export function encodePair(model: Model, c: Comparison): Pair {
  return {
    id: c.id,
    promptId: c.promptId,
    a: encodeResponse(model, c.prompt, c.responseA, c.isTruncatedA),
    b: encodeResponse(model, c.prompt, c.responseB, c.isTruncatedB),
    chosenShare: c.chosenShare,
    grade: c.grade,
  };
}

/** Two responses of the same tokens: whatever people said of them, no score can part them. */
export const isSame = ({ a, b }: Pick<Pair, 'a' | 'b'>): boolean => String(a.response) === String(b.response);

/** With a weight for each of `size` heads; the same for all pairs of a prompt. */
export function withMemberWeights(pairs: Pair[], size: number, seed: number): Pair[] {
  if (size === 1) return pairs;
  const rng = createRng(seed);
  const weightOf = (promptId: string, k: number) => -Math.log(1 - rng.fork(`bootstrap ${k} ${promptId}`).next());
  return pairs.map((pair) => ({ ...pair, memberWeights: Array.from({ length: size }, (_, k) => weightOf(pair.promptId, k)) }));
}

/** Batches of at most `batchSize` pairs; a prompt's pairs are kept together, unless they alone are more. */
export function groupByPrompt<P extends { promptId: string }>(pairs: P[], batchSize: number, rng: Rng): P[][] {
  const byPrompt = new Map<string, P[]>();
  for (const pair of pairs) byPrompt.set(pair.promptId, [...(byPrompt.get(pair.promptId) ?? []), pair]);
  const batches: P[][] = [];
  let current: P[] = [];
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
    const size = part[0]!.memberWeights?.length;
    return {
      ...collateScoring([...part.map((p) => p.a), ...part.map((p) => p.b)], length, padId),
      chosenShare: column((p) => p.chosenShare),
      margin: column((p) => (p.chosenShare === 0.5 ? 0 : marginPerGrade * p.grade)),
      weight: column((p) => p.weight),
      ...(size && {
        memberWeight: float32(
          [part.length, size],
          part.flatMap((p) => p.memberWeights!.map((w) => w * p.weight)),
        ),
      }),
    };
  });
}

export function describePair({ id, promptId, a, b, chosenShare, grade }: Pair, { tokenizer }: Model): object {
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
  const members = memberScores(model.config, params, { ids, isPad, responseMask }, config.pooling);
  const [P, K] = [weight.shape[0]!, members.shape[1]!];
  const flat = (x: tf.Tensor) => tf.reshape(x, [P * K]);
  const forEveryHead = (x: tf.Tensor) => flat(tf.mul(tf.reshape(x, [P, 1]), tf.ones([1, K])));
  const [membersA, membersB] = tf.split(members as tf.Tensor2D, 2) as [tf.Tensor, tf.Tensor];
  const lossWeight = batch.memberWeight ? flat(batch.memberWeight) : forEveryHead(weight);
  const loss = pairwiseLoss(
    {
      rewardsA: flat(membersA),
      rewardsB: flat(membersB),
      chosenShare: forEveryHead(chosenShare),
      margin: forEveryHead(margin),
      weight: lossWeight,
    },
    config.centerRewardsCoefficient,
  );
  const scores = tf.mean(members, 1);
  const [rewardsA, rewardsB] = tf.split(scores as tf.Tensor1D, 2) as [tf.Tensor, tf.Tensor];
  // Ties have no chosen side: they count in the loss, not here.
  const side = tf.mul(tf.mul(tf.sub(chosenShare, 0.5), 2), weight);
  const numDecided = tf.sum(tf.abs(side));
  const decided = tf.maximum(numDecided, 1);
  const pairs = tf.sum(weight);
  const lead = tf.mul(tf.sub(rewardsA, rewardsB), side);
  return {
    loss,
    weight: tf.sum(lossWeight),
    metrics: {
      accuracy: tf.div(tf.sum(tf.cast(tf.greater(lead, 0), 'float32')), decided),
      margin: tf.div(tf.sum(lead), decided),
      mean_reward: tf.div(
        tf.sum(tf.mul(scores, tf.concat([weight as tf.Tensor1D, weight as tf.Tensor1D]))),
        tf.mul(tf.maximum(pairs, 1), 2),
      ),
      min_reward: tf.min(scores),
      max_reward: tf.max(scores),
      num_tokens: tf.sum(tf.mul(tf.sum(tf.cast(tf.logicalNot(isPad), 'float32'), 1), tf.concat([weight, weight] as tf.Tensor1D[]))),
    },
    combine: {
      accuracy: numDecided,
      margin: numDecided,
      mean_reward: pairs,
      min_reward: 'min',
      max_reward: 'max',
      num_tokens: 'sum',
    },
  };
}
