/**
 * PPO-ptx (Ouyang et al. 2022, section 3.5 and eq. 2): the language loss on texts of people, mixed into every optimizer step, so that the
 * policy does not unlearn what it could write. Their texts come from the pretraining set; here they are the round's demonstrations, as
 * DeepSpeed-Chat takes any unsupervised set. Departure: a mean over tokens, as all losses here are, so that γ is near 1 and not 27.8.
 */
import * as tf from '@tensorflow/tfjs';
import { failure } from '@/lib/training/failures';
import { bucketOf, collateLanguage, type LanguageBatch } from '../data/collate';
import { encodeExample } from '../data/encode-example';
import type { ModelConfig } from '../model/config';
import type { Params } from '../model/layers';
import type { Model } from '../model/load';
import { float32, type NdArray } from '../runtime/nd-array';
import { drawInTurn } from './draw';
import { languageLoss } from './sft';

export type PtxTexts = {
  /** Arrays to put beside each micro-batch of an optimizer step. @param weights tokens that each micro-batch's own loss is a mean over */
  batchAt(step: number, rowsPerMicroBatch: number, weights: number[]): Record<string, NdArray>[];
};

export function ptxTexts(texts: { prompt: string; response: string }[], model: Model, seed: number): PtxTexts {
  const examples = texts
    .map(({ prompt, response }) => encodeExample(model, prompt, response))
    .filter((e) => e.prompt.length + e.response.length <= model.config.contextLength);
  if (examples.length === 0) {
    throw failure('no-mixed-demonstrations', { of: texts.length, contextLength: model.config.contextLength });
  }
  const length = bucketOf(examples.reduce((longest, e) => Math.max(longest, e.prompt.length + e.response.length - 1), 0));
  return {
    batchAt(step, rows, weights) {
      const drawn = drawInTurn(examples, step * rows * weights.length, rows * weights.length, seed, 'ptx');
      const parts = weights.map((_, i) => collateLanguage(drawn.slice(i * rows, (i + 1) * rows), length, model.tokenizer.padId));
      const sum = (x: Iterable<number>) => Array.from(x).reduce((a, b) => a + b, 0);
      const tokens = sum(parts.map((part) => sum(part.lossMask.data)));
      // A micro-batch counts with its weight: over all of them this makes a mean over the step's tokens of these texts.
      return parts.map(({ ids, isPad, targets, lossMask }, i) => ({
        ptxIds: ids,
        ptxIsPad: isPad,
        ptxTargets: targets,
        ptxLossMask: lossMask,
        ptxScale: float32([1], [sum(weights) / Math.max(1, weights[i]! * tokens)]),
      }));
    },
  };
}

/** `loss` is this micro-batch's part; `mean` its plain mean over `count` tokens. */
export function ptxLoss(
  config: ModelConfig,
  params: Params,
  batch: Record<string, tf.Tensor>,
): Record<'loss' | 'mean' | 'count', tf.Tensor> {
  const { ptxIds: ids, ptxIsPad: isPad, ptxTargets: targets, ptxLossMask: lossMask, ptxScale } = batch as Record<string, tf.Tensor>;
  const { loss, weight } = languageLoss(config, params, { ids, isPad, targets, lossMask } as LanguageBatch<tf.Tensor>);
  return { loss: tf.mul(tf.mul(loss, weight), tf.reshape(ptxScale!, [])), mean: loss, count: weight };
}
