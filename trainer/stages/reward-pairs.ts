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
import type { Example } from '../data/collate';
import { encodeExample } from '../data/encode-example';
import { collatePairRows, pairLength, type PairPlan, type PairRows, type Sides } from '../data/pack-pairs';
import { pairwiseLoss } from '../losses/pairwise';
import { createRng, type Rng } from '@/lib/rng';
import type { Params } from '../model/layers';
import type { Model } from '../model/load';
import { float32, type NdArray } from '../runtime/nd-array';
import type { LossFunction } from './accumulate';
import { pairScores } from './scoring';

export type Pair = {
  id?: string;
  responseIds?: Comparison['responseIds'];
  promptId: string;
  a: Example;
  b: Example;
  chosenShare: number;
  grade: number;
  /** How much the pair counts for each head of an ensemble. */
  memberWeights?: number[];
};

export function encodePair(model: Model, c: Comparison): Pair {
  return {
    id: c.id,
    responseIds: c.responseIds,
    promptId: c.promptId,
    a: encodeExample(model, c.prompt, c.responseA, c.isTruncatedA),
    b: encodeExample(model, c.prompt, c.responseB, c.isTruncatedB),
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

/**
 * Batches of at most `batchSize` pairs; a prompt's pairs are kept together. Where they alone are more they cannot be, and are dealt one by one:
 * batches of one prompt each would pull the model from prompt to prompt. Each batch has groups of every class of length, so that all
 * hold about as many tokens.
 */
export function groupByPrompt<P extends Sides & { promptId: string }>(pairs: P[], batchSize: number, rng: Rng): P[][] {
  const byPrompt = new Map<string, P[]>();
  for (const pair of pairs) byPrompt.set(pair.promptId, [...(byPrompt.get(pair.promptId) ?? []), pair]);
  const groups = [...byPrompt.values()].flatMap((group) => (group.length > batchSize ? group.map((pair) => [pair]) : [group]));
  const batches: P[][] = [];
  let current: P[] = [];
  for (const group of inEvenOrder(groups, Math.ceil(pairs.length / batchSize), rng)) {
    if (current.length + group.length > batchSize) {
      batches.push(current);
      current = [];
    }
    current = [...current, ...group];
  }
  if (current.length) batches.push(current);
  return batches;
}

/** Groups shuffled so that each of `count` stretches has one of every class of length. */
function inEvenOrder<P extends Sides>(groups: P[][], count: number, rng: Rng): P[][] {
  const measured = rng.shuffle(groups).map((group) => ({ group, length: group.reduce((sum, pair) => sum + pairLength(pair), 0) }));
  const ordered = measured.sort((x, y) => x.length - y.length);
  const classes = Array.from({ length: Math.ceil(ordered.length / count) }, (_, c) =>
    rng.shuffle(ordered.slice(c * count, (c + 1) * count)),
  );
  return Array.from({ length: count }, (_, s) => classes.flatMap((of) => of.slice(s, s + 1).map(({ group }) => group))).flat();
}

/** Micro-batches as planned: rows of pairs, and each place's label; a place without a pair has weight 0. */
export function collatePairs(
  pairs: Pair[],
  plan: PairPlan,
  { marginPerGrade, pooling }: Pick<RewardConfig, 'marginPerGrade' | 'pooling'>,
  padId: number,
): Record<string, NdArray>[] {
  return collatePairRows(pairs, plan, pooling, padId).map(({ rows, places }) => {
    const column = (value: (pair: Pair) => number) =>
      float32(
        [places.length],
        places.map((p) => (p ? value(p) : 0)),
      );
    const size = pairs[0]!.memberWeights?.length;
    return {
      ...rows,
      chosenShare: column((p) => p.chosenShare),
      margin: column((p) => (p.chosenShare === 0.5 ? 0 : marginPerGrade * p.grade)),
      weight: column(() => 1),
      // Of both sides, as everyone counts them, however many of them stand in the row once.
      numTokens: column(({ a, b }) => [a, b].reduce((sum, { prompt, response }) => sum + prompt.length + response.length, 0)),
      ...(size && {
        memberWeight: float32(
          [places.length, size],
          places.flatMap((p) => p?.memberWeights ?? Array<number>(size).fill(0)),
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
  config: Pick<RewardConfig, 'centerRewardsCoefficient'>,
): ReturnType<LossFunction> {
  const { chosenShare, margin, weight, numTokens } = batch as Record<'chosenShare' | 'margin' | 'weight' | 'numTokens', tf.Tensor>;
  const { a: membersA, b: membersB } = pairScores(model.config, params, batch as PairRows<tf.Tensor>);
  const [P, K] = membersA.shape as [number, number];
  const flat = (x: tf.Tensor) => tf.reshape(x, [P * K]);
  const forEveryHead = (x: tf.Tensor) => flat(tf.mul(tf.reshape(x, [P, 1]), tf.ones([1, K])));
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
  const [rewardsA, rewardsB] = [tf.mean(membersA, 1), tf.mean(membersB, 1)];
  // Ties have no chosen side: they count in the loss, not here.
  const side = tf.mul(tf.mul(tf.sub(chosenShare, 0.5), 2), weight);
  const numDecided = tf.sum(tf.abs(side));
  const decided = tf.maximum(numDecided, 1);
  const pairs = tf.sum(weight);
  // Where no pair is, there is no reward.
  const nowhere = tf.mul(tf.sub(1, weight), 1e30);
  const lead = tf.mul(tf.sub(rewardsA, rewardsB), side);
  return {
    loss,
    weight: tf.sum(lossWeight),
    metrics: {
      accuracy: tf.div(tf.sum(tf.cast(tf.greater(lead, 0), 'float32')), decided),
      margin: tf.div(tf.sum(lead), decided),
      mean_reward: tf.div(tf.sum(tf.mul(tf.add(rewardsA, rewardsB), weight)), tf.mul(tf.maximum(pairs, 1), 2)),
      min_reward: tf.min(tf.add(tf.minimum(rewardsA, rewardsB), nowhere)),
      max_reward: tf.max(tf.sub(tf.maximum(rewardsA, rewardsB), nowhere)),
      num_tokens: tf.sum(numTokens),
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
