/**
 * A decoder-only transformer as pure functions of (parameters, inputs): whole sequences, prefill and decoding with a
 * key-value cache, and the heads. The stack of layers is the family's.
 *
 * Sequences are padded on the left, so that the last column is every row's newest token; a pad position attends to
 * whatever it likes, since nobody attends to it.
 */
import * as tf from '@tensorflow/tfjs';
import { attention } from '../runtime/ops/attention';
import { writeSlot } from '../runtime/ops/cache';
import { causalBias, slotBias } from './attention';
import type { ModelConfig } from './config';
import { gpt2Layers } from './families/gpt2';
import { llamaLayers } from './families/llama';
import { linear, type Attend, type Params } from './layers';
import { embeddingName } from './parameter-shapes';

/** Keys and values of one layer, (B, kvHeads, S, headDim). */
export type LayerCache = { key: tf.Tensor; value: tf.Tensor };

/** Position of each token counted from the row's first real one; 0 on padding. @param isPad bool (B, T) @returns int32 (B, T) */
export function positionsOf(isPad: tf.Tensor): tf.Tensor {
  return tf.maximum(tf.sub(tf.cumsum(tf.cast(tf.logicalNot(isPad), 'int32'), 1), tf.scalar(1, 'int32')), tf.scalar(0, 'int32'));
}

function layers(config: ModelConfig, params: Params, ids: tf.Tensor, positions: tf.Tensor, attend: Attend): tf.Tensor {
  return config.architecture === 'gpt2'
    ? gpt2Layers(config, params, ids, positions, attend)
    : llamaLayers(config, params, ids, positions, attend);
}

/** Last hidden states of whole sequences. @param ids int32 (B, T) @param isPad bool (B, T), padding on the left @returns (B·T, d) */
export function hiddenStates(config: ModelConfig, params: Params, ids: tf.Tensor, isPad: tf.Tensor): tf.Tensor {
  const bias = causalBias(isPad);
  return layers(config, params, ids, positionsOf(isPad), (_, q, key, value) => attention({ q, key, value, bias }, true));
}

/** The same, keeping keys and values in caches with room for `slots` tokens in all. */
export function prefill(
  config: ModelConfig,
  params: Params,
  ids: tf.Tensor,
  isPad: tf.Tensor,
  slots: number,
): { hidden: tf.Tensor; caches: LayerCache[] } {
  const bias = causalBias(isPad);
  const room = slots - ids.shape[1]!;
  const widen = (x: tf.Tensor) =>
    tf.pad(x, [
      [0, 0],
      [0, 0],
      [0, room],
      [0, 0],
    ]);
  const caches: LayerCache[] = [];
  const hidden = layers(config, params, ids, positionsOf(isPad), (i, q, key, value) => {
    caches[i] = { key: widen(key), value: widen(value) };
    return attention({ q, key, value, bias }, true);
  });
  return { hidden, caches };
}

/**
 * One more token for every row. @param ids int32 (B, 1) @param positions int32 (B, 1) @param slot int32 scalar: where it goes
 * in the caches @param isHidden bool (B, S): slots that are padding or not yet written @returns hidden (B, d)
 */
export function decodeStep(
  config: ModelConfig,
  params: Params,
  caches: LayerCache[],
  { ids, positions, slot, isHidden }: { ids: tf.Tensor; positions: tf.Tensor; slot: tf.Tensor; isHidden: tf.Tensor },
): { hidden: tf.Tensor; caches: LayerCache[] } {
  const bias = slotBias(isHidden);
  const next: LayerCache[] = [];
  const hidden = layers(config, params, ids, positions, (i, q, k, v) => {
    next[i] = { key: writeSlot(caches[i]!.key, k, slot), value: writeSlot(caches[i]!.value, v, slot) };
    return attention({ q, ...next[i]!, bias }, false);
  });
  return { hidden, caches: next };
}

/** Next-token logits. @param hidden (N, d) @returns (N, V) */
export function languageHead(config: ModelConfig, params: Params, hidden: tf.Tensor): tf.Tensor {
  return linear(hidden, params[config.tieWordEmbeddings ? embeddingName(config) : 'lm_head.weight']!);
}

/** The scalar head of reward models and critics. @param hidden (N, d) @returns (N) */
export function scalarHead(params: Params, hidden: tf.Tensor): tf.Tensor {
  return tf.reshape(linear(hidden, params['score.weight']!), [hidden.shape[0]!]);
}
