/** Rotary positions. */
import * as tf from '@tensorflow/tfjs';
import { type Value } from '../onnx/trace';
import { defineOp } from './define-op';

/** `inverseFrequencies`: headDim / 2 float32 values; `attentionScale` multiplies cosines and sines. */
type RotaryAttrs = { length: number; inverseFrequencies: number[]; attentionScale: number };

type Tables = Record<'cos' | 'sin' | 'minusSin', Float32Array>;
const made = new WeakMap<number[], Map<string, Tables>>();

/** (length, headDim / 2) tables: computed in float64, stored in float32. The same arrays for all layers, so that a graph holds them once. */
function rotaryTables({ length, inverseFrequencies, attentionScale }: RotaryAttrs): Tables {
  const known = made.get(inverseFrequencies) ?? new Map<string, Tables>();
  made.set(inverseFrequencies, known);
  const key = `${length} ${attentionScale}`;
  const tables = known.get(key) ?? computeTables({ length, inverseFrequencies, attentionScale });
  known.set(key, tables);
  return tables;
}

function computeTables({ length, inverseFrequencies, attentionScale }: RotaryAttrs): Tables {
  const half = inverseFrequencies.length;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < half; i++) {
      const angle = p * inverseFrequencies[i]!;
      cos[p * half + i] = attentionScale * Math.cos(angle);
      sin[p * half + i] = attentionScale * Math.sin(angle);
    }
  }
  return { cos, sin, minusSin: sin.map((v) => -v) };
}

export const rotaryOp = defineOp({
  name: 'Rotary',
  inputs: ['x', 'positions'],
  compose: ({ x, positions }, attrs) => {
    const { length, sign, ...rest } = attrs as RotaryAttrs & { sign: number };
    const [B, T, width] = x!.shape as [number, number, number];
    const tables = rotaryTables({ length, ...rest });
    const half = rest.inverseFrequencies.length;
    const headDim = 2 * half;
    const at = (table: Float32Array) => tf.expandDims(tf.gather(tf.tensor2d(table, [length, half]), positions as tf.Tensor2D), 2);
    const cos = at(tables.cos);
    const sin = at(sign < 0 ? tables.minusSin : tables.sin);
    const heads = tf.reshape(x!, [B, T, width / headDim, headDim]);
    const a = tf.slice(heads, [0, 0, 0, 0], [-1, -1, -1, half]);
    const b = tf.slice(heads, [0, 0, 0, half], [-1, -1, -1, half]);
    return tf.reshape(tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], 3), [B, T, width]);
  },
  emit: (g, { x, positions }, attrs) => {
    const { length, sign, ...rest } = attrs as RotaryAttrs & { sign: number };
    const tables = rotaryTables({ length, ...rest });
    const shape = [length, rest.inverseFrequencies.length];
    const table = (data: Float32Array): Value => ({ kind: 'constant', dtype: 'float32', shape, data });
    const ids = g.node('Cast', [positions!], positions!.shape, 'int64', { to: 7 });
    const sin = table(sign < 0 ? tables.minusSin : tables.sin);
    return g.node('RotaryEmbedding', [x!, ids, table(tables.cos), sin], x!.shape, 'float32', {}, 'com.microsoft');
  },
  // A rotation's transpose is the rotation back; a common factor stays.
  gradient: (dy, { positions }, attrs) => ({
    x: () => rotaryOp({ x: dy, positions: positions! }, { ...attrs, sign: -(attrs.sign as number) })[0]!,
  }),
});

/**
 * Rotary position embedding (Su et al. 2021), the half-split form of Hugging Face's `rotate_half`.
 * @param x (B, T, heads · headDim) @param positions int32 (B, T), each below `length`
 */
export function rotary(x: tf.Tensor, positions: tf.Tensor, attrs: RotaryAttrs): tf.Tensor {
  return rotaryOp({ x, positions }, { ...attrs, sign: 1 })[0]!;
}
