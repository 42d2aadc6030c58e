/** Root mean square normalization. */
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './define-op';

export const rmsNormOp = defineOp({
  name: 'RmsNorm',
  inputs: ['x', 'weight'],
  saved: [false, true],
  compose: ({ x, weight }, { eps }) => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), eps as number));
    return [tf.mul(tf.mul(x!, inverse), weight!), inverse];
  },
  emit: (g, { x, weight }, { eps }) =>
    g.nodeMany(
      'SimplifiedLayerNormalization',
      [x!, weight!],
      [
        { shape: x!.shape, dtype: 'float32' },
        { shape: [...x!.shape.slice(0, -1), 1], dtype: 'float32' },
      ],
      {
        axis: -1,
        epsilon: { float: eps as number },
        stash_type: 1,
      },
    ),
  // With h = x·s, s = 1/rms: dx = s·(dy·w − h·mean(dy·w·h)), dw = Σ dy·h.
  gradient: (dy, { x, weight, out0: inverse }) => {
    const normal = tf.mul(x!, inverse!);
    return {
      x: () => {
        const scaled = tf.mul(dy, weight!);
        return tf.mul(inverse!, tf.sub(scaled, tf.mul(normal, tf.mean(tf.mul(scaled, normal), -1, true))));
      },
      weight: () => tf.sum(tf.mul(dy, normal), dy.shape.map((_, i) => i).slice(0, -1)),
    };
  },
});

/** x / √(mean(x²) + eps) · weight (Zhang & Sennrich 2019, eq. 4). @param x (…, D) @param weight (D) */
export function rmsNorm(x: tf.Tensor, weight: tf.Tensor, eps: number): tf.Tensor {
  return rmsNormOp({ x, weight }, { eps })[0]!;
}
