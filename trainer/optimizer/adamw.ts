/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) in PyTorch's form: eps is added after bias correction; decay is decoupled
 * and applies to matrices only. Gradients are first scaled to a global norm as `clip_grad_norm_` does.
 * One step is a pure function over flat vectors, so that many steps run inside one loop.
 */
import * as tf from '@tensorflow/tfjs';
import type { NdArray } from '../runtime/nd-array';
import { float32 } from '../runtime/nd-array';

export type AdamConfig = { adamBeta1: number; adamBeta2: number; adamEps: number; weightDecay: number; maxGradNorm: number };
/** Flat vectors of one length: parameters, first and second moments. */
export type OptimizerState<T> = { params: T; m: T; v: T };
/** What changes from step to step, one entry a step. */
export type StepScalars<T> = { learningRate: T; correction1: T; correction2: T };

export function initialState(params: NdArray & { dtype: 'float32' }): OptimizerState<typeof params> {
  return { params, m: float32(params.shape), v: float32(params.shape) };
}

/** Scalars for steps `first … first + count − 1` (counted from 0), each of shape (count). */
export function stepScalars(
  config: AdamConfig,
  learningRateAt: (step: number) => number,
  first: number,
  count: number,
): StepScalars<NdArray> {
  const steps = Array.from({ length: count }, (_, i) => first + i);
  return {
    learningRate: float32([count], steps.map(learningRateAt)),
    correction1: float32(
      [count],
      steps.map((t) => 1 - config.adamBeta1 ** (t + 1)),
    ),
    correction2: float32(
      [count],
      steps.map((t) => 1 - config.adamBeta2 ** (t + 1)),
    ),
  };
}

/** @param grad as long as the parameters @param matrixTotal how many leading entries are decayed */
export function adamwStep(
  state: OptimizerState<tf.Tensor>,
  grad: tf.Tensor,
  scalars: StepScalars<tf.Tensor>,
  config: AdamConfig,
  matrixTotal: number,
): { state: OptimizerState<tf.Tensor>; gradNorm: tf.Tensor } {
  const { adamBeta1: b1, adamBeta2: b2 } = config;
  const gradNorm = tf.sqrt(tf.sum(tf.square(grad)));
  const clipped = tf.mul(grad, tf.minimum(tf.div(config.maxGradNorm, tf.add(gradNorm, 1e-6)), 1));
  const m = tf.add(tf.mul(state.m, b1), tf.mul(clipped, 1 - b1));
  const v = tf.add(tf.mul(state.v, b2), tf.mul(tf.square(clipped), 1 - b2));
  const rate = tf.div(scalars.learningRate, scalars.correction1);
  const root = tf.add(tf.mul(tf.sqrt(v), tf.rsqrt(scalars.correction2)), config.adamEps);
  const decayed =
    config.weightDecay === 0 ? state.params : decay(state.params, tf.mul(scalars.learningRate, config.weightDecay), matrixTotal);
  return { state: { params: tf.sub(decayed, tf.div(tf.mul(m, rate), root)), m, v }, gradNorm };
}

function decay(params: tf.Tensor, amount: tf.Tensor, matrixTotal: number): tf.Tensor {
  const rest = params.shape[0]! - matrixTotal;
  const [matrices, vectors] = tf.split(params as tf.Tensor1D, [matrixTotal, rest]) as [tf.Tensor1D, tf.Tensor1D];
  return tf.concat([tf.mul(matrices, tf.sub(1, amount)) as tf.Tensor1D, vectors]);
}
