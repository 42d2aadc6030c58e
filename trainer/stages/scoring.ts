/** Reward models: how a score is read off the hidden states, and scores of many texts. */
import * as tf from '@tensorflow/tfjs';
import { bucketOf, collateScoring, type Example, type ScoringBatch } from '../data/collate';
import type { ModelConfig } from '../model/config';
import type { Params } from '../model/layers';
import { hiddenStates, scalarHead } from '../model/transformer';
import type { Model } from '../model/load';
import { jit } from '../runtime/jit';
import type { ParameterArrays } from '../model/parameters';

export type Pooling = 'last' | 'mean';

/** One raw score a row: at the last token, or averaged over the response's tokens. @returns (rows) */
export function rawScores(config: ModelConfig, params: Params, batch: ScoringBatch<tf.Tensor>, pooling: Pooling): tf.Tensor {
  const [B, T] = batch.ids.shape as [number, number];
  const hidden = hiddenStates(config, params, batch.ids, batch.isPad);
  if (pooling === 'last')
    return scalarHead(params, tf.reshape(tf.slice(tf.reshape(hidden, [B, T, -1]), [0, T - 1, 0], [-1, 1, -1]), [B, -1]));
  const scores = tf.reshape(scalarHead(params, hidden), [B, T]);
  const lengths = tf.maximum(tf.sum(batch.responseMask, 1), 1);
  return tf.div(tf.sum(tf.mul(scores, batch.responseMask), 1), lengths);
}

export type Scorer = { score(params: ParameterArrays, examples: Example[]): Promise<Float32Array>; dispose(): Promise<void> };

/** Raw scores of any number of texts, `batchSize` at a time. An empty response counts its prompt's last token. */
export function compileScorer(model: Pick<Model, 'config' | 'tokenizer'>, pooling: Pooling, batchSize: number): Scorer {
  const program = jit('score', ({ params, batch }: { params: Params; batch: ScoringBatch<tf.Tensor> }) => ({
    scores: rawScores(model.config, params, batch, pooling),
  }));
  return {
    dispose: program.dispose,
    async score(params, examples) {
      const scores = new Float32Array(examples.length);
      const length = bucketOf(Math.max(1, ...examples.map((e) => e.prompt.length + e.response.length)));
      for (let at = 0; at < examples.length; at += batchSize) {
        const rows = examples.slice(at, at + batchSize);
        const filled = [...rows, ...Array<Example>(batchSize - rows.length).fill(rows[0]!)];
        const result = await program({ params, batch: collateScoring(filled, length, model.tokenizer.padId) });
        scores.set((result.scores.data as Float32Array).subarray(0, rows.length), at);
      }
      return scores;
    },
  };
}
