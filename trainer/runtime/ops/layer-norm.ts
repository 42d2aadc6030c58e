/** Layer normalization. */
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './define-op';

export const layerNormOp = defineOp({
  name: 'LayerNorm',
  inputs: ['x', 'weight', 'bias'],
  saved: [false, true, true],
  compose: ({ x, weight, bias }, { eps }) => {
    const mean = tf.mean(x!, -1, true);
    const centered = tf.sub(x!, mean);
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), eps as number));
    return [tf.add(tf.mul(tf.mul(centered, inverse), weight!), bias!), mean, inverse];
  },
  emit: (g, { x, weight, bias }, { eps }) => {
    const perRow = { shape: [...x!.shape.slice(0, -1), 1], dtype: 'float32' as const };
    return g.nodeMany('LayerNormalization', [x!, weight!, bias!], [{ shape: x!.shape, dtype: 'float32' }, perRow, perRow], {
      axis: -1,
      epsilon: { float: eps as number },
      stash_type: 1,
    });
  },
  // With h = (x − μ)·s, s = 1/σ and u = dy·w: dx = s·(u − mean(u) − h·mean(u·h)), dw = Σ dy·h, db = Σ dy.
  gradient: (dy, { x, weight, out0: mean, out1: inverse }) => {
    const normal = tf.mul(tf.sub(x!, mean!), inverse!);
    const rows = dy.shape.map((_, i) => i).slice(0, -1);
    return {
      x: () => {
        const scaled = tf.mul(dy, weight!);
        const along = tf.mul(normal, tf.mean(tf.mul(scaled, normal), -1, true));
        return tf.mul(inverse!, tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), along));
      },
      weight: () => tf.sum(tf.mul(dy, normal), rows),
      bias: () => tf.sum(dy, rows),
    };
  },
});

/** (x − mean(x)) / √(var(x) + eps) · weight + bias (Ba et al. 2016, eq. 4). @param x (…, D) @param weight @param bias (D) */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, eps: number): tf.Tensor {
  return layerNormOp({ x, weight, bias }, { eps })[0]!;
}
