/**
 * The compiled call that decodes up to C tokens: one ONNX Loop, ended early when every row has ended. Two forms that compute
 * the same. `whole` carries the key-value caches from step to step, which copies them each time: the fewest operations, for
 * few rows. `split` leaves the caches that came in where they are and carries only what the call adds: for many rows.
 */
import * as tf from '@tensorflow/tfjs';
import { whileLoop } from '../runtime/control';
import { jit } from '../runtime/jit';
import { cachedAttention } from '../runtime/ops/cached-attention';
import { cacheBias, splitCacheAttention } from '../runtime/ops/split-cache-attention';
import type { ModelConfig } from './config';
import type { Params } from './layers';
import { sampleToken, type Sampling } from './sampling';
import { decodeStep, languageHead, type LayerCache, type NewToken } from './transformer';

export type DecodeForm = 'whole' | 'split';
/** caches (B, kvHeads, S, headDim) a layer; token, lengths int32 (B); isDone float32 (B); noise (C, B); temperature, limit (int32) scalars. */
export type DecodeInputs = { params: Params; caches: LayerCache[] } & Record<
  'token' | 'lengths' | 'isDone' | 'noise' | 'temperature' | 'limit',
  tf.Tensor
>;
/** Step by step: token int32, logprob (steps, B), and the rows that each layer's caches gain, (steps, B, 1, kvHeads·headDim). */
export type DecodeOutputs = { token: tf.Tensor; logprob: tf.Tensor; rows: LayerCache[] };

type Config = Sampling & { endIds: number[] };
type Step = { i: tf.Tensor; lengths: tf.Tensor };
/** How a layer's new token meets the cache: `state` is what the loop carries. */
type Memory = {
  init: LayerCache[];
  at(step: Step): (state: LayerCache, past: LayerCache, token: NewToken) => { mixed: tf.Tensor; state: LayerCache };
};

export function compileDecode(form: DecodeForm, model: ModelConfig, config: Config, most: number) {
  const endTable = new Float32Array(model.vocabSize);
  for (const id of config.endIds) endTable[id] = 1;
  const hasEnd = config.endIds.length > 0;
  const isEnd = (token: tf.Tensor) => tf.gather(tf.tensor1d(endTable), token as tf.Tensor1D);

  return jit(`decode-${form}`, ({ params, caches, token, lengths, isDone, noise, temperature, limit }: DecodeInputs): DecodeOutputs => {
    const memory = form === 'whole' ? wholeMemory(model, caches) : splitMemory(model, caches, lengths, most);
    const { outs } = whileLoop(most, { token, isDone, state: memory.init }, (before, i) => {
      const at = tf.add(lengths, i);
      const attend = memory.at({ i, lengths: at });
      const state: LayerCache[] = [];
      const rows: LayerCache[] = [];
      const hidden = decodeStep(model, params, { ids: before.token, positions: at }, (layer, row) => {
        const met = attend(before.state[layer]!, caches[layer]!, row);
        state[layer] = met.state;
        rows[layer] = { key: row.key, value: row.value };
        return met.mixed;
      });
      const sampled = sampleToken(languageHead(model, params, hidden), tf.gather(noise, i as tf.Tensor1D), config, temperature);
      const done = hasEnd ? tf.maximum(before.isDone, isEnd(sampled.token)) : before.isDone;
      const isWithin = tf.less(tf.add(i, tf.scalar(1, 'int32')), limit);
      return {
        carry: { token: sampled.token, isDone: done, state },
        proceed: hasEnd ? tf.logicalAnd(isWithin, tf.less(tf.min(done), 1)) : isWithin,
        out: { ...sampled, rows },
      };
    });
    return outs;
  });
}

function wholeMemory({ numHeads, numKvHeads }: ModelConfig, caches: LayerCache[]): Memory {
  return {
    init: caches,
    at:
      ({ lengths }) =>
      (state, _past, token) => {
        const inputs = { ...token, keyCache: state.key, valueCache: state.value, lengths };
        const { mixed, keyCache, valueCache } = cachedAttention(inputs, { numHeads, numKvHeads });
        return { mixed, state: { key: keyCache, value: valueCache } };
      },
  };
}

function splitMemory({ numHeads, numKvHeads, headDim }: ModelConfig, caches: LayerCache[], lengths: tf.Tensor, most: number): Memory {
  const [B, , S] = caches[0]!.key.shape as [number, number, number];
  const empty = () => tf.zeros([B, numKvHeads, most, headDim]);
  return {
    init: caches.map(() => ({ key: empty(), value: empty() })),
    at: ({ i }) => {
      const bias = cacheBias({ lengths, i }, { B, S, most });
      return (recent, past, token) => {
        const inputs = { ...token, pastKey: past.key, pastValue: past.value, recentKey: recent.key, recentValue: recent.value, bias, i };
        const { mixed, recentKey, recentValue } = splitCacheAttention(inputs, { numHeads, numKvHeads });
        return { mixed, state: { key: recentKey, value: recentValue } };
      };
    },
  };
}
