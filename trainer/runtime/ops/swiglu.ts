/** The gated unit of the Llama family. */
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './define-op';

export const swigluOp = defineOp({
  name: 'Swiglu',
  inputs: ['gate', 'up'],
  compose: ({ gate, up }) => tf.mul(tf.mul(gate!, tf.sigmoid(gate!)), up!),
  emit: (g, { gate, up }) => {
    const silu = g.node('QuickGelu', [gate!], gate!.shape, 'float32', { alpha: { float: 1 } }, 'com.microsoft');
    return g.node('Mul', [silu, up!], gate!.shape);
  },
  // silu'(g) = σ(g)·(1 + g·(1 − σ(g)))
  gradient: (dy, { gate, up }) => {
    const sigmoid = tf.sigmoid(gate!);
    const silu = tf.mul(gate!, sigmoid);
    return {
      gate: () => tf.mul(tf.mul(dy, up!), tf.add(silu, tf.mul(sigmoid, tf.sub(1, silu)))),
      up: () => tf.mul(dy, silu),
    };
  },
});

/** silu(gate) · up (Shazeer 2020, eq. 6). Shapes equal. */
export function swiglu(gate: tf.Tensor, up: tf.Tensor): tf.Tensor {
  return swigluOp({ gate, up })[0]!;
}
