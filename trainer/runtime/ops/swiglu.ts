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
  // With s = silu(g) and σ = σ(g): dUp = dy·s, and silu'(g) = s + σ·(1 − s), so dGate = up·(dUp + σ·(dy − dUp)).
  gradient: (dy, { gate, up }) => {
    const sigmoid = tf.sigmoid(gate!);
    const dUp = tf.mul(dy, tf.mul(gate!, sigmoid));
    return {
      gate: () => tf.mul(up!, tf.add(dUp, tf.mul(sigmoid, tf.sub(dy, dUp)))),
      up: () => dUp,
    };
  },
});

/** silu(gate) · up (Shazeer 2020, eq. 6). Shapes equal. */
export function swiglu(gate: tf.Tensor, up: tf.Tensor): tf.Tensor {
  return swigluOp({ gate, up })[0]!;
}
