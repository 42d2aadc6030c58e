import * as tf from '@tensorflow/tfjs';
import { defineOp } from './define-op';

const sumOfSquaresOp = defineOp({
  name: 'SumOfSquares',
  inputs: ['x'],
  compose: ({ x }) => tf.sum(tf.square(x!)),
  emit: (g, { x }) => g.node('ReduceSumSquare', [x!], [], 'float32', { keepdims: 0 }),
});

/** Of all entries, in one pass. No gradient. @returns scalar */
export function sumOfSquares(x: tf.Tensor): tf.Tensor {
  return sumOfSquaresOp({ x })[0]!;
}
