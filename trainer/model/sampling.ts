/** Drawing the next token from logits, inside a compiled function. Randomness comes in as numbers. */
import * as tf from '@tensorflow/tfjs';
import { takeAlongLast, tokenLogprobs } from '../runtime/ops/token-logprobs';

/** temperature 0 is greedy; topK 0 and topP 1 leave the distribution whole. */
export type Sampling = { temperature: number; topK: number; topP: number };

/**
 * The log-probability is that of the temperature-scaled, untruncated distribution: what PPO needs.
 * @param logits (B, V) @param noise (B), uniform in [0, 1) @param temperature where it is known only when it runs, and
 * not 0 @returns token int32 (B), logprob in nats (B)
 */
export function sampleToken(
  logits: tf.Tensor,
  noise: tf.Tensor,
  { temperature: configured, topK, topP }: Sampling,
  temperature: tf.Tensor | number = configured,
): { token: tf.Tensor; logprob: tf.Tensor } {
  if (configured === 0) {
    const token = tf.cast(tf.argMax(logits, 1), 'int32');
    return { token, logprob: tokenLogprobs(logits, token) };
  }
  const scaled = tf.div(logits, temperature);
  const kept = truncate(scaled, topK, topP);
  const probabilities = tf.softmax(kept);
  const token = drawToken(probabilities, noise);
  const logprob = kept === scaled ? tf.log(takeAlongLast(probabilities, token)) : tokenLogprobs(scaled, token);
  return { token, logprob };
}

/** Up to so many probabilities are summed up in one go. */
const blocksFrom = 4096;
const blockSize = 128;
/** The largest share of a sum that float32 keeps apart from the whole, so that no token of probability 0 is ever reached. */
const mostOfIt = 1 - 2 ** -20;

/** Inverse of the cumulative distribution: the first token whose cumulative probability exceeds the noise. @param p (B, V) */
function drawToken(p: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  const [B, V] = p.shape as [number, number];
  if (B * V <= blocksFrom) return firstBeyond(tf.cumsum(p, 1), tf.expandDims(noise, 1)).index;
  // First which block of tokens, then which of the block: no running sum over the whole vocabulary.
  const blocks = Math.ceil(V / blockSize);
  const rest = blocks * blockSize - V;
  const padded = rest === 0 ? p : tf.pad(p as tf.Tensor2D, [[0, 0], [0, rest]]); // prettier-ignore
  const sums = tf.sum(tf.reshape(padded, [B, blocks, blockSize]), 2);
  const cumulative = tf.cumsum(sums, 1);
  const { index: block, amount } = firstBeyond(cumulative, tf.expandDims(noise, 1));
  const before = tf.sub(takeAlongLast(cumulative, block), takeAlongLast(sums, block));
  const share = tf.clipByValue(tf.div(tf.sub(tf.squeeze(amount, [1]), before), takeAlongLast(sums, block)), 0, mostOfIt);
  const rows = tf.add(tf.mul(tf.range(0, B, 1, 'int32'), tf.scalar(blocks, 'int32')), block);
  const chosen = tf.gather(tf.reshape(padded, [B * blocks, blockSize]), rows as tf.Tensor1D);
  const within = firstBeyond(tf.cumsum(chosen, 1), tf.expandDims(share, 1)).index;
  return tf.add(tf.mul(block, tf.scalar(blockSize, 'int32')), within);
}

/** @param cumulative (B, n) @param share (B, 1) of the row's total @returns index int32 (B) of the first entry above amount (B, 1) */
function firstBeyond(cumulative: tf.Tensor, share: tf.Tensor): { index: tf.Tensor; amount: tf.Tensor } {
  const n = cumulative.shape[1]!;
  const amount = tf.mul(share, tf.slice(cumulative, [0, n - 1], [-1, 1]));
  const index = tf.minimum(tf.sum(tf.cast(tf.lessEqual(cumulative, amount), 'int32'), 1), tf.scalar(n - 1, 'int32'));
  return { index, amount };
}

/** Moves tokens outside the k likeliest, or outside the smallest set that reaches probability p, out of reach. */
function truncate(logits: tf.Tensor, topK: number, topP: number): tf.Tensor {
  const V = logits.shape[1]!;
  const k = topK > 0 ? Math.min(topK, V) : V;
  if (k === V && topP >= 1) return logits;
  const { values } = tf.topk(logits, k);
  let threshold = tf.slice(values, [0, k - 1], [-1, 1]);
  if (topP < 1) {
    const probabilities = k === V ? tf.softmax(values) : tf.exp(tf.sub(values, tf.logSumExp(logits, 1, true)));
    const before = tf.cumsum(probabilities, 1, true);
    const kept = tf.where(tf.less(before, topP), values, tf.fill(values.shape, Infinity));
    threshold = tf.maximum(threshold, tf.min(kept, 1, true));
  }
  return tf.where(tf.less(logits, threshold), tf.fill(logits.shape, -1e9), logits);
}
