/** Reward models: how a score is read off the hidden states, and scores of many texts. */
import * as tf from '@tensorflow/tfjs';
import { bucketOf, collateScoring, type Example, type ScoringBatch } from '../data/collate';
import type { ModelConfig } from '../model/config';
import { linear, type Params } from '../model/layers';
import type { PairRows, Pooling } from '../data/pack-pairs';
import { hiddenStates, packedHiddenStates } from '../model/transformer';
import type { Model } from '../model/load';
import { jit } from '../runtime/jit';
import type { ParameterArrays } from '../model/parameters';

/**
 * Raw scores of every head: at the last token, or averaged over the response's tokens. Their number is that of the rows of the
 * parameter `score.weight`: 1, or the size of an ensemble. @returns (rows, heads)
 */
function memberScores(config: ModelConfig, params: Params, batch: ScoringBatch<tf.Tensor>, pooling: Pooling): tf.Tensor {
  const [B, T] = batch.ids.shape as [number, number];
  const heads = params['score.weight']!;
  const hidden = hiddenStates(config, params, batch.ids, batch.isPad);
  if (pooling === 'last') return linear(tf.reshape(tf.slice(tf.reshape(hidden, [B, T, -1]), [0, T - 1, 0], [-1, 1, -1]), [B, -1]), heads);
  const scores = tf.reshape(linear(hidden, heads), [B, T, heads.shape[0]!]);
  const lengths = tf.maximum(tf.sum(batch.responseMask, 1, true), 1);
  return tf.div(tf.sum(tf.mul(scores, tf.reshape(batch.responseMask, [B, T, 1])), 1), lengths);
}

/** Raw scores of both sides of every place for a pair, as `memberScores` has them. @returns (rows · pairs, heads) each */
export function pairScores(config: ModelConfig, params: Params, batch: PairRows<tf.Tensor>): { a: tf.Tensor; b: tf.Tensor } {
  const [R, L] = batch.ids.shape as [number, number];
  const hidden = tf.reshape(packedHiddenStates(config, params, batch.ids, batch.segments, batch.branches), [R, L, -1]);
  const read = (from: tf.Tensor) =>
    linear(tf.reshape(tf.matMul(from, hidden), [R * from.shape[1]!, hidden.shape[2]!]), params['score.weight']!);
  return { a: read(batch.readA), b: read(batch.readB) };
}

/** One raw score a row; of an ensemble, the mean over its members. @returns (rows) */
export const rawScores = (config: ModelConfig, params: Params, batch: ScoringBatch<tf.Tensor>, pooling: Pooling): tf.Tensor =>
  tf.mean(memberScores(config, params, batch, pooling), 1);

export type Scorer = {
  score(params: ParameterArrays, examples: Example[]): Promise<Float32Array>;
  /** Of every text the scores of all heads: of an ensemble where `params` hold one (see checkpoint/reward-heads.ts), else the one. */
  members(params: ParameterArrays, examples: Example[]): Promise<Float32Array[]>;
  dispose(): Promise<void>;
};

/**
 * Raw scores of any number of texts, `batchSize` at a time: texts of like length together, so that short ones are not padded to the
 * longest of all. An empty response counts its prompt's last token.
 */
export function compileScorer(model: Pick<Model, 'config' | 'tokenizer'>, pooling: Pooling, batchSize: number): Scorer {
  const program = jit('score', ({ params, batch }: { params: Params; batch: ScoringBatch<tf.Tensor> }) => ({
    scores: memberScores(model.config, params, batch, pooling),
  }));
  const members: Scorer['members'] = async (params, examples) => {
    const all: Float32Array[] = [];
    const lengthOf = ({ prompt, response }: Example) => prompt.length + response.length;
    const order = examples.map((_, i) => i).sort((a, b) => lengthOf(examples[b]!) - lengthOf(examples[a]!));
    for (let at = 0; at < order.length; at += batchSize) {
      const places = order.slice(at, at + batchSize);
      const rows = places.map((i) => examples[i]!);
      const filled = [...rows, ...Array<Example>(batchSize - rows.length).fill(rows[0]!)];
      const length = bucketOf(Math.max(1, lengthOf(rows[0]!)));
      const { scores } = await program({ params, batch: collateScoring(filled, length, model.tokenizer.padId) });
      const size = scores.shape[1]!;
      places.forEach((place, r) => (all[place] = (scores.data as Float32Array).slice(r * size, (r + 1) * size)));
    }
    return all;
  };
  return {
    dispose: program.dispose,
    members,
    score: async (params, examples) =>
      Float32Array.from(await members(params, examples), (scores) => scores.reduce((a, b) => a + b, 0) / scores.length),
  };
}
