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
  // With s = 1/rms and u = dy∘x: dx = s·(dy∘w − x·s²·mean(u∘w)), dw = Σ s·u. Both sums are products of matrices: no pass of their own.
  gradient: (dy, { x, weight, out0: inverse }) => {
    const D = x!.shape.at(-1)!;
    const u = tf.reshape(tf.mul(dy, x!), [-1, D]) as tf.Tensor2D;
    const scale = tf.reshape(inverse!, [1, -1]) as tf.Tensor2D;
    return {
      x: () => {
        const dots = tf.reshape(tf.matMul(u, tf.reshape(weight!, [D, 1]) as tf.Tensor2D), inverse!.shape);
        const along = tf.mul(x!, tf.mul(tf.mul(inverse!, inverse!), tf.div(dots, D)));
        return tf.mul(inverse!, tf.sub(tf.mul(dy, weight!), along));
      },
      weight: () => tf.reshape(tf.matMul(scale, u), [D]),
    };
  },
});

/** x / √(mean(x²) + eps) · weight (Zhang & Sennrich 2019, eq. 4). @param x (…, D) @param weight (D) */
export function rmsNorm(x: tf.Tensor, weight: tf.Tensor, eps: number): tf.Tensor {
  return rmsNormOp({ x, weight }, { eps })[0]!;
}
