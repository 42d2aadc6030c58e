/**
 * Sampling in one compiled call: prefill, key-value cache, temperature, top-k and top-p, end tokens per row, early exit.
 * Randomness comes in as numbers, so that the same noise gives the same text. The log-probabilities returned are those of
 * the temperature-scaled, untruncated distribution: what PPO needs.
 */
import * as tf from '@tensorflow/tfjs';
import { whileLoop } from '../runtime/control';
import { jit, type Compiled } from '../runtime/jit';
import { tokenLogprobs } from '../runtime/ops/token-logprobs';
import type { ModelConfig } from './config';
import type { Params } from './layers';
import { decodeStep, languageHead, prefill, type LayerCache } from './transformer';

/** temperature 0 is greedy. */
export type GenerateConfig = { temperature: number; topK: number; topP: number; maxNewTokens: number; endIds: number[]; padId: number };

type Inputs = { params: Params } & Record<'ids' | 'isPad' | 'noise', tf.Tensor>;
/**
 * params by name; ids int32 (B, P) and isPad bool (B, P), padded on the left; noise (N, B) uniform in [0, 1).
 * tokens int32 (B, N): the end token included, padId after it; logprobs (B, N), 0 after the end.
 */
export type Generate = Compiled<Inputs, { tokens: tf.Tensor; logprobs: tf.Tensor }>;

type State = { logits: tf.Tensor; tokens: tf.Tensor; logprobs: tf.Tensor; isDone: tf.Tensor; caches: LayerCache[] };

export function compileGenerate(model: ModelConfig, config: GenerateConfig): Generate {
  const N = config.maxNewTokens;
  return jit('generate', ({ params, ids, isPad, noise }: Inputs) => {
    const [B, P] = ids.shape as [number, number];
    const S = P + N;
    const columns = tf.range(0, N, 1, 'int32');
    const slots = tf.range(0, S, 1, 'int32');
    const promptLengths = tf.sum(tf.cast(tf.logicalNot(isPad), 'int32'), 1, true);
    const isPromptPad = tf.concat([isPad, tf.zeros([B, N], 'bool')], 1);

    const lastLogits = (hidden: tf.Tensor) => languageHead(model, params, hidden);
    const start = prefill(model, params, ids, isPad, S);
    const lastHidden = tf.reshape(tf.slice(tf.reshape(start.hidden, [B, P, -1]), [0, P - 1, 0], [-1, 1, -1]), [B, -1]);
    const init: State = {
      logits: lastLogits(lastHidden),
      tokens: tf.fill([B, N], config.padId, 'int32'),
      logprobs: tf.zeros([B, N]),
      isDone: tf.zeros([B], 'bool'),
      caches: start.caches,
    };
    const end = whileLoop(N, init, (state, i) => {
      const { token, logprob } = sample(state.logits, tf.gather(noise, i as tf.Tensor1D), config);
      const written = tf.where(state.isDone, tf.scalar(config.padId, 'int32'), token);
      const isColumn = tf.logicalAnd(tf.equal(columns, i), tf.ones([B, 1], 'bool'));
      const isDone = config.endIds.reduce<tf.Tensor>((done, id) => tf.logicalOr(done, tf.equal(written, id)), state.isDone);
      const slot = tf.add(i, tf.scalar(P, 'int32'));
      const { hidden, caches } = decodeStep(model, params, state.caches, {
        ids: tf.reshape(written, [B, 1]),
        positions: tf.minimum(tf.add(promptLengths, i), tf.scalar(model.contextLength - 1, 'int32')),
        slot,
        isHidden: tf.logicalOr(isPromptPad, tf.greater(slots, slot)),
      });
      return {
        carry: {
          logits: lastLogits(hidden),
          tokens: tf.where(isColumn, tf.expandDims(written, 1), state.tokens),
          logprobs: tf.where(isColumn, tf.expandDims(tf.where(state.isDone, tf.scalar(0), logprob), 1), state.logprobs),
          isDone,
          caches,
        },
        proceed: tf.logicalNot(tf.all(isDone)),
      };
    });
    return { tokens: end.tokens, logprobs: end.logprobs };
  });
}

/** @param logits (B, V) @param noise (B) @returns token int32 (B), logprob (B) */
function sample(
  logits: tf.Tensor,
  noise: tf.Tensor,
  { temperature, topK, topP }: GenerateConfig,
): { token: tf.Tensor; logprob: tf.Tensor } {
  const V = logits.shape[1]!;
  const scaled = temperature === 0 ? logits : tf.div(logits, temperature);
  const token = temperature === 0 ? tf.argMax(scaled, 1) : drawToken(truncate(scaled, topK, topP), noise, V);
  return { token: tf.cast(token, 'int32'), logprob: tokenLogprobs(scaled, tf.cast(token, 'int32')) };
}

/** Inverse of the cumulative distribution: the first token whose cumulative probability exceeds the noise. */
function drawToken(logits: tf.Tensor, noise: tf.Tensor, V: number): tf.Tensor {
  const cumulative = tf.cumsum(tf.softmax(logits), 1);
  const total = tf.slice(cumulative, [0, V - 1], [-1, 1]);
  const isBelow = tf.lessEqual(cumulative, tf.mul(tf.expandDims(noise, 1), total));
  return tf.minimum(tf.sum(tf.cast(isBelow, 'int32'), 1), tf.scalar(V - 1, 'int32'));
}

/** Moves tokens outside the k likeliest, or outside the smallest set that reaches probability p, out of reach. */
function truncate(logits: tf.Tensor, topK: number, topP: number): tf.Tensor {
  const V = logits.shape[1]!;
  const k = topK > 0 ? Math.min(topK, V) : V;
  if (k === V && topP >= 1) return logits;
  const { values } = tf.topk(logits, topP < 1 ? V : k);
  let threshold = tf.slice(values, [0, k - 1], [-1, 1]);
  if (topP < 1) {
    const before = tf.cumsum(tf.softmax(values), 1, true);
    const kept = tf.where(tf.less(before, topP), values, tf.fill(values.shape, Infinity));
    threshold = tf.maximum(threshold, tf.min(kept, 1, true));
  }
  return tf.where(tf.less(logits, threshold), tf.fill(logits.shape, -1e9), logits);
}
