/**
 * Attention of one new token a row over a cache in two parts: the past, which is only read, and the few slots that were added
 * since, which gain the token. In a loop nothing but those few is carried, and so copied. No gradient.
 */
import * as tf from '@tensorflow/tfjs';
import { reshape, type Value } from '../onnx/trace';
import { defineOp, type Attrs, type Tensors } from './define-op';

type Shape = { numHeads: number; numKvHeads: number };
const MASKED = -1e9;

const splitCacheAttentionOp = defineOp({
  name: 'SplitCacheAttention',
  inputs: ['q', 'key', 'value', 'pastKey', 'pastValue', 'recentKey', 'recentValue', 'bias', 'i'],
  compose: ({ q, key, value, pastKey, pastValue, recentKey, recentValue, bias, i }: Tensors, attrs: Attrs) => {
    const { numHeads: H, numKvHeads: Hkv } = attrs as Shape;
    const [B, , S, D] = pastKey!.shape as [number, number, number, number];
    const C = recentKey!.shape[2]!;
    const isNew = tf.cast(tf.reshape(tf.equal(tf.range(0, C, 1, 'int32'), i!), [1, 1, C, 1]), 'float32');
    const write = (recent: tf.Tensor, row: tf.Tensor) =>
      tf.add(tf.mul(recent, tf.sub(1, isNew)), tf.mul(tf.reshape(row, [B, Hkv, 1, D]), isNew));
    const keys = write(recentKey!, key!);
    const values = write(recentValue!, value!);
    const heads = tf.reshape(tf.mul(q!, 1 / Math.sqrt(D)), [B, Hkv, H / Hkv, D]) as tf.Tensor4D;
    const scores = tf.concat([tf.matMul(heads, pastKey!, false, true), tf.matMul(heads, keys, false, true)] as tf.Tensor4D[], 3);
    const [onPast, onRecent] = tf.split(tf.softmax(tf.add(scores, bias!)), [S, C], 3);
    return [tf.reshape(tf.add(tf.matMul(onPast!, pastValue!), tf.matMul(onRecent!, values)), [B, H * D]), keys, values];
  },
  emit: (g, { q, key, value, pastKey, pastValue, recentKey, recentValue, bias, i }, attrs) => {
    const { numHeads: H, numKvHeads: Hkv } = attrs as Shape;
    const [B, , S, D] = pastKey!.shape as [number, number, number, number];
    const C = recentKey!.shape[2]!;
    const G = H / Hkv;
    // Distinct indices (b, h, i): no reduction, no race.
    const first = new BigInt64Array(B * Hkv * 3);
    for (let r = 0; r < B * Hkv; r++) first.set([BigInt(Math.floor(r / Hkv)), BigInt(r % Hkv), 0n], r * 3);
    const base: Value = { kind: 'constant', dtype: 'int64', shape: [B, Hkv, 3], data: first };
    const offset = g.node('Mul', [g.node('Cast', [i!], [], 'int64', { to: 7 }), g.ints([0, 0, 1])], [3], 'int64');
    const indices = g.node('Add', [base, offset], [B, Hkv, 3], 'int64');
    const write = (recent: Value, row: Value) => g.node('ScatterND', [recent, indices, reshape(row, [B, Hkv, D])], recent.shape);
    const keys = write(recentKey!, key!);
    const values = write(recentValue!, value!);

    const heads = reshape(q!, [B, Hkv, G, D]);
    const score = (on: Value, slots: number) =>
      g.node('FusedMatMul', [heads, on], [B, Hkv, G, slots], 'float32', { transB: 1, alpha: { float: 1 / Math.sqrt(D) } }, 'com.microsoft');
    const all = [B, Hkv, G, S + C];
    const scores = g.node('Concat', [score(pastKey!, S), score(keys, C)], all, 'float32', { axis: 3 });
    const weights = g.node('Softmax', [g.node('Add', [scores, bias!], all)], all, 'float32', { axis: -1 });
    const parts = [S, C].map((n) => ({ shape: [B, Hkv, G, n], dtype: 'float32' as const }));
    const [onPast, onRecent] = g.nodeMany('Split', [weights, g.ints([S, C])], parts, { axis: 3 });
    const mixed = [B, Hkv, G, D];
    const out = g.node('Add', [g.node('MatMul', [onPast!, pastValue!], mixed), g.node('MatMul', [onRecent!, values], mixed)], mixed);
    return [reshape(out, [B, H * D]), keys, values];
  },
});

/**
 * 0 on the slots that step `i` may look at, very negative on the others; the same for all layers.
 * @param lengths int32 (B): filled slots of the past @param i int32 scalar @returns (B, 1, 1, S + most)
 */
export function cacheBias(
  { lengths, i }: Record<'lengths' | 'i', tf.Tensor>,
  { B, S, most }: { B: number; S: number; most: number },
): tf.Tensor {
  const isBeyond = tf.greaterEqual(tf.range(0, S, 1, 'int32'), tf.expandDims(lengths, 1));
  const isAhead = tf.logicalAnd(tf.greater(tf.range(0, most, 1, 'int32'), i), tf.ones([B, 1], 'bool'));
  return tf.reshape(tf.mul(tf.cast(tf.concat([isBeyond as tf.Tensor2D, isAhead as tf.Tensor2D], 1), 'float32'), MASKED), [
    B,
    1,
    1,
    S + most,
  ]);
}

/**
 * @param q (B, 1, H·D) @param key @param value (B, 1, Hkv·D) of the new token @param pastKey @param pastValue (B, Hkv, S, D)
 * @param recentKey @param recentValue (B, Hkv, C, D) @param bias (B, 1, 1, S + C) @param i int32 scalar: the new token's slot of the C
 * @returns mixed values (B, H·D) and the recent slots with the new token
 */
export function splitCacheAttention(
  inputs: Record<'q' | 'key' | 'value' | 'pastKey' | 'pastValue' | 'recentKey' | 'recentValue' | 'bias' | 'i', tf.Tensor>,
  shape: Shape,
): { mixed: tf.Tensor; recentKey: tf.Tensor; recentValue: tf.Tensor } {
  const [mixed, recentKey, recentValue] = splitCacheAttentionOp(inputs, shape);
  return { mixed: mixed!, recentKey: recentKey!, recentValue: recentValue! };
}
