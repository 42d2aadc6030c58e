/**
 * Attention of one new token a row over a key-value cache, which gains that token. Each row has its own length, so that no
 * slot is spent on padding and nothing needs a mask. No gradient.
 */
import * as tf from '@tensorflow/tfjs';
import { reshape } from '../onnx/trace';
import { defineOp, type Attrs, type Tensors } from './define-op';

type Shape = { numHeads: number; numKvHeads: number };

function compose({ q, key, value, keyCache, valueCache, lengths }: Tensors, attrs: Attrs): tf.Tensor[] {
  const { numHeads: H, numKvHeads: Hkv } = attrs as Shape;
  const [B, , S, D] = keyCache!.shape as [number, number, number, number];
  const slots = tf.range(0, S, 1, 'int32');
  const isNew = tf.reshape(tf.equal(slots, tf.expandDims(lengths!, 1)), [B, 1, S, 1]);
  const write = (cache: tf.Tensor, row: tf.Tensor) => {
    const flag = tf.cast(isNew, 'float32');
    return tf.add(tf.mul(cache, tf.sub(1, flag)), tf.mul(tf.reshape(row, [B, Hkv, 1, D]), flag));
  };
  const keys = write(keyCache!, key!);
  const values = write(valueCache!, value!);
  const scores = tf.matMul(tf.reshape(tf.mul(q!, 1 / Math.sqrt(D)), [B, Hkv, H / Hkv, D]), keys, false, true);
  const isAhead = tf.reshape(tf.greater(slots, tf.expandDims(lengths!, 1)), [B, 1, 1, S]);
  const weights = tf.softmax(tf.add(scores, tf.mul(tf.cast(isAhead, 'float32'), -1e9)));
  return [tf.reshape(tf.matMul(weights, values), [B, H * D]), keys, values];
}

const cachedAttentionOp = defineOp({
  name: 'CachedAttention',
  inputs: ['q', 'key', 'value', 'keyCache', 'valueCache', 'lengths'],
  compose,
  emit: (g, { q, key, value, keyCache, valueCache, lengths }, attrs) => {
    const { numHeads: H, numKvHeads: Hkv } = attrs as Shape;
    const [B, , S, D] = keyCache!.shape as [number, number, number, number];
    const row = (x: typeof q, heads: number) => reshape(x!, [B, 1, heads * D]);
    // Each row sees what its own length says; S is only the caches' room.
    const [out, keys, values] = g.nodeMany(
      'GroupQueryAttention',
      [row(q, H), row(key, Hkv), row(value, Hkv), keyCache!, valueCache!, lengths!, g.scalar(S, 'int32')],
      [
        { shape: [B, 1, H * D], dtype: 'float32' },
        { shape: keyCache!.shape, dtype: 'float32' },
        { shape: valueCache!.shape, dtype: 'float32' },
      ],
      { num_heads: H, kv_num_heads: Hkv },
      'com.microsoft',
    );
    return [reshape(out!, [B, H * D]), keys!, values!];
  },
});

/**
 * @param q (B, 1, H·D) @param key @param value (B, 1, Hkv·D) of the new token @param keyCache @param valueCache (B, Hkv, S, D)
 * @param lengths int32 (B): filled slots a row, below S; the new token goes to the next
 * @returns mixed values (B, H·D) and the caches with the new token
 */
export function cachedAttention(
  inputs: Record<'q' | 'key' | 'value' | 'keyCache' | 'valueCache' | 'lengths', tf.Tensor>,
  shape: Shape,
): { mixed: tf.Tensor; keyCache: tf.Tensor; valueCache: tf.Tensor } {
  // ONNX Runtime's kernel takes whole vectors of eight.
  const isFused = inputs.keyCache.shape[3]! % 8 === 0;
  const [mixed, keyCache, valueCache] = isFused ? cachedAttentionOp(inputs, shape) : compose(inputs, shape);
  return { mixed: mixed!, keyCache: keyCache!, valueCache: valueCache! };
}
