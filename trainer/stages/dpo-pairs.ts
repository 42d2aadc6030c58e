/** What DPO computes with tensors: log-probabilities of whole responses, and the loss of a batch of pairs with TRL's metrics. */
import * as tf from '@tensorflow/tfjs';
import type { DpoConfig } from '@/lib/training/hyperparameters';
import { bucketOf, collateLanguage, inParts, type Example, type LanguageBatch } from '../data/collate';
import { dpoLoss } from '../losses/dpo';
import type { ModelConfig } from '../model/config';
import type { Params } from '../model/layers';
import type { Model } from '../model/load';
import type { ParameterArrays } from '../model/parameters';
import { headLogprobs, hiddenStates, meanLogits } from '../model/transformer';
import { jit } from '../runtime/jit';
import { float32, type NdArray } from '../runtime/nd-array';
import type { LossFunction } from './accumulate';
import type { Pair } from './reward-pairs';

/** With the frozen reference's log-probabilities of both responses, nats. */
export type ReferencedPair = Pair & { refA: number; refB: number };

const inputLength = ({ prompt, response }: Example) => prompt.length + response.length - 1;

/** Inputs of the longest response of these pairs. */
export const lengthOf = (pairs: readonly Pair[]): number =>
  bucketOf(Math.max(1, ...pairs.flatMap(({ a, b }) => [inputLength(a), inputLength(b)])));

/** Log π(y|x) of each row, summed over the response's tokens; with it the mean logit at each of them, averaged. Both (rows). */
function responseLogprobs(config: ModelConfig, params: Params, { ids, isPad, targets, lossMask }: LanguageBatch<tf.Tensor>) {
  const hidden = hiddenStates(config, params, ids, isPad);
  const perToken = tf.reshape(headLogprobs(config, params, hidden, tf.reshape(targets, [-1])).logprobs, ids.shape);
  const logits = tf.reshape(meanLogits(config, params, hidden), ids.shape);
  const lengths = tf.maximum(tf.sum(lossMask, 1), 1);
  return { logprobs: tf.sum(tf.mul(perToken, lossMask), 1), logits: tf.div(tf.sum(tf.mul(logits, lossMask), 1), lengths) };
}

/** Micro-batches. Rows 0 … P−1 are the A sides, P … 2P−1 the B sides; missing pairs repeat the first with weight 0. */
export function collateDpo(
  pairs: ReferencedPair[],
  { batchSize, gradientAccumulationSteps }: Pick<DpoConfig, 'batchSize' | 'gradientAccumulationSteps'>,
  length: number,
  padId: number,
): Record<string, NdArray>[] {
  const filled = Array.from({ length: batchSize }, (_, i) => ({ ...(pairs[i] ?? pairs[0]!), weight: i < pairs.length ? 1 : 0 }));
  return inParts(filled, gradientAccumulationSteps).map((part) => {
    const column = (value: (pair: (typeof part)[number]) => number) => float32([part.length], part.map(value));
    return {
      ...collateLanguage([...part.map((p) => p.a), ...part.map((p) => p.b)], length, padId),
      refA: column((p) => p.refA),
      refB: column((p) => p.refB),
      chosenShare: column((p) => p.chosenShare),
      weight: column((p) => p.weight),
    };
  });
}

export function dpoPairLoss(
  config: ModelConfig,
  params: Params,
  batch: Record<string, tf.Tensor>,
  settings: Pick<DpoConfig, 'beta' | 'labelSmoothing'>,
): ReturnType<LossFunction> {
  const { refA, refB, chosenShare, weight } = batch as Record<'refA' | 'refB' | 'chosenShare' | 'weight', tf.Tensor>;
  const { logprobs, logits } = responseLogprobs(config, params, batch as LanguageBatch<tf.Tensor>);
  const sides = (x: tf.Tensor) => tf.split(x as tf.Tensor1D, 2) as [tf.Tensor, tf.Tensor];
  const [logprobsA, logprobsB] = sides(logprobs);
  const [logitsA, logitsB] = sides(logits);
  const { loss, rewardsA, rewardsB } = dpoLoss(
    { logprobsA, logprobsB, refLogprobsA: refA, refLogprobsB: refB, chosenShare, weight },
    settings,
  );
  // Ties have no chosen side: they count in the loss, not in what is said of chosen and rejected.
  const isDecided = tf.mul(tf.abs(tf.mul(tf.sub(chosenShare, 0.5), 2)), weight);
  const numDecided = tf.sum(isDecided);
  const mean = (x: tf.Tensor) => tf.div(tf.sum(tf.mul(x, isDecided)), tf.maximum(numDecided, 1));
  const chosen = (a: tf.Tensor, b: tf.Tensor) => mean(tf.add(tf.mul(chosenShare, a), tf.mul(tf.sub(1, chosenShare), b)));
  const margins = tf.mul(tf.sub(rewardsA, rewardsB), tf.sub(tf.mul(chosenShare, 2), 1));
  const metrics = {
    'rewards/chosen': chosen(rewardsA, rewardsB),
    'rewards/rejected': chosen(rewardsB, rewardsA),
    'rewards/accuracies': mean(tf.cast(tf.greater(margins, 0), 'float32')),
    'rewards/margins': mean(margins),
    'logps/chosen': chosen(logprobsA, logprobsB),
    'logps/rejected': chosen(logprobsB, logprobsA),
    'logits/chosen': chosen(logitsA, logitsB),
    'logits/rejected': chosen(logitsB, logitsA),
  };
  return {
    loss,
    weight: tf.sum(weight),
    metrics,
    combine: Object.fromEntries(Object.keys(metrics).map((key) => [key, numDecided])),
  };
}

export type ResponseScorer = {
  logprobs(params: ParameterArrays, pairs: Pair[]): Promise<{ a: number; b: number }[]>;
  dispose(): Promise<void>;
};

/** Log-probabilities of both responses of any number of pairs, `batchSize` pairs at a time in rows of `length` inputs. */
export function compileResponseLogprobs(model: Pick<Model, 'config' | 'tokenizer'>, length: number, batchSize: number): ResponseScorer {
  const program = jit('dpo-logprobs', ({ params, batch }: { params: Params; batch: LanguageBatch<tf.Tensor> }) => ({
    logprobs: responseLogprobs(model.config, params, batch).logprobs,
  }));
  return {
    dispose: program.dispose,
    async logprobs(params, pairs) {
      const all: { a: number; b: number }[] = [];
      for (let at = 0; at < pairs.length; at += batchSize) {
        const part = pairs.slice(at, at + batchSize);
        const filled = Array.from({ length: batchSize }, (_, i) => part[i] ?? part[0]!);
        const batch = collateLanguage([...filled.map((p) => p.a), ...filled.map((p) => p.b)], length, model.tokenizer.padId);
        const { logprobs } = await program({ params, batch });
        part.forEach((_, i) => all.push({ a: logprobs.data[i] as number, b: logprobs.data[batchSize + i] as number }));
      }
      return all;
    },
  };
}
