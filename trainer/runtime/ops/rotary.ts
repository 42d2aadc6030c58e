/** Rotary positions. */
import * as tf from '@tensorflow/tfjs';
import { type Value } from '../onnx/trace';
import { defineOp } from './define-op';

/** (length, headDim / 2) tables; inverse frequencies as Hugging Face computes them, in float64. */
function rotaryTables(length: number, headDim: number, theta: number): { cos: Float32Array; sin: Float32Array } {
  const half = headDim / 2;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < half; i++) {
      const angle = p * Math.fround(1 / theta ** ((2 * i) / headDim));
      cos[p * half + i] = Math.cos(angle);
      sin[p * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

const rotaryOp = defineOp({
  name: 'Rotary',
  inputs: ['x', 'positions'],
  compose: ({ x, positions }, attrs) => {
    const { length, headDim, theta, sign } = attrs as { length: number; headDim: number; theta: number; sign: number };
    const [B, T, width] = x!.shape as [number, number, number];
    const tables = rotaryTables(length, headDim, theta);
    const half = headDim / 2;
    const at = (table: Float32Array) => tf.expandDims(tf.gather(tf.tensor2d(table, [length, half]), positions as tf.Tensor2D), 2);
    const cos = at(tables.cos);
    const sin = tf.mul(at(tables.sin), sign);
    const heads = tf.reshape(x!, [B, T, width / headDim, headDim]);
    const a = tf.slice(heads, [0, 0, 0, 0], [-1, -1, -1, half]);
    const b = tf.slice(heads, [0, 0, 0, half], [-1, -1, -1, half]);
    return tf.reshape(tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], 3), [B, T, width]);
  },
  emit: (g, { x, positions }, attrs) => {
    const { length, headDim, theta, sign } = attrs as { length: number; headDim: number; theta: number; sign: number };
    const tables = rotaryTables(length, headDim, theta);
    const table = (data: Float32Array): Value => ({ kind: 'constant', dtype: 'float32', shape: [length, headDim / 2], data });
    const ids = g.node('Cast', [positions!], positions!.shape, 'int64', { to: 7 });
    const sin = sign < 0 ? tables.sin.map((v) => -v) : tables.sin;
    return g.node('RotaryEmbedding', [x!, ids, table(tables.cos), table(sin)], x!.shape, 'float32', {}, 'com.microsoft');
  },
  // A rotation's transpose is the rotation back.
  gradient: (dy, { positions }, attrs) => ({
    x: () => rotaryOp({ x: dy, positions: positions! }, { ...attrs, sign: -(attrs.sign as number) })[0]!,
  }),
});

/**
 * Rotary position embedding (Su et al. 2021), the half-split form of Hugging Face's `rotate_half`.
 * @param x (B, T, heads · headDim) @param positions int32 (B, T), each below `length`
 */
export function rotary(x: tf.Tensor, positions: tf.Tensor, attrs: { length: number; headDim: number; theta: number }): tf.Tensor {
  return rotaryOp({ x, positions }, { ...attrs, sign: 1 })[0]!;
}
