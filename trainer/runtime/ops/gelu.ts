/** The activation of the GPT-2 family. */
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './define-op';

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

export const geluOp = defineOp({
  name: 'Gelu',
  inputs: ['x'],
  compose: ({ x }) => {
    const inner = tf.mul(SCALE, tf.add(x!, tf.mul(CUBIC, tf.mul(tf.square(x!), x!))));
    return tf.mul(tf.mul(0.5, x!), tf.add(1, tf.tanh(inner)));
  },
  emit: (g, { x }) => g.node('FastGelu', [x!], x!.shape, 'float32', {}, 'com.microsoft'),
  // With ½(1 + tanh z) = σ(2z) = s and 2z = x·(a + b·x²): d/dx = s·(1 + x·(1 − s)·(a + 3b·x²)).
  gradient: (dy, { x }) => {
    const [a, b] = [2 * SCALE, 2 * SCALE * CUBIC];
    return {
      x: () => {
        const square = tf.square(x!);
        const s = tf.sigmoid(tf.mul(x!, tf.add(tf.mul(square, b), a)));
        const slope = tf.mul(tf.mul(x!, tf.sub(1, s)), tf.add(tf.mul(square, 3 * b), a));
        return tf.mul(dy, tf.mul(s, tf.add(slope, 1)));
      },
    };
  },
});

/** ½x(1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks & Gimpel 2016, section 2): Hugging Face's gelu_new. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return geluOp({ x })[0]!;
}
