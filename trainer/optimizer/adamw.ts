/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2). eps is added to the root of the second moment after bias correction, as PyTorch has it, or
 * before, as TensorFlow has it (Kingma & Ba 2015, end of section 2, "ε hat"); lm-human-preferences trained with the latter, whose early
 * steps are smaller (Huang et al. 2023, "The N implementation details of RLHF with PPO"). Decay is decoupled and applies to matrices
 * only. Gradients are first scaled to a global norm as `clip_grad_norm_` does.
 * One step is a pure function, so that many steps run inside one loop; tensor by tensor, so that small ones stay in the processor's cache.
 */
import * as tf from '@tensorflow/tfjs';
import type { NdArray } from '../runtime/nd-array';
import { float32 } from '../runtime/nd-array';
import { sumOfSquares } from '../runtime/ops/sum-of-squares';

export type AdamConfig = {
  adamBeta1: number;
  adamBeta2: number;
  adamEps: number;
  /** `pytorch` where absent. */
  adamEpsForm?: 'pytorch' | 'tensorflow';
  weightDecay: number;
  maxGradNorm: number;
};
type Named = Record<string, tf.Tensor>;
/** Parameters, first and second moments: flat vectors of one length, or records of tensors by name. */
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

/**
 * @param grads by parameter name, as the state's records @param config.weightDecay applies to matrices
 * @returns the state after the step, and the gradients' global norm before clipping
 */
export function adamwStep(
  state: OptimizerState<Named>,
  grads: Named,
  scalars: StepScalars<tf.Tensor>,
  config: AdamConfig,
): { state: OptimizerState<Named>; gradNorm: tf.Tensor } {
  const { adamBeta1: b1, adamBeta2: b2 } = config;
  const gradNorm = tf.sqrt(tf.addN(Object.values(grads).map(sumOfSquares)));
  // As many factors as can be are drawn together into scalars: every pass over a large tensor counts.
  const clip = tf.minimum(tf.div(config.maxGradNorm, tf.add(gradNorm, 1e-6)), 1);
  const forMean = tf.mul(clip, 1 - b1);
  const forSquare = tf.mul(tf.square(clip), 1 - b2);
  const root = tf.sqrt(scalars.correction2);
  const rate = tf.div(tf.mul(scalars.learningRate, root), scalars.correction1);
  // m̂/(√v̂ + ε) = √c₂/c₁·m/(√v + √c₂·ε): the root of the correction is PyTorch's; without it, ε is TensorFlow's.
  const eps = config.adamEpsForm === 'tensorflow' ? tf.scalar(config.adamEps) : tf.mul(root, config.adamEps);
  const kept = tf.sub(1, tf.mul(scalars.learningRate, config.weightDecay));
  const after: OptimizerState<Named> = { params: {}, m: {}, v: {} };
  for (const [name, param] of Object.entries(state.params)) {
    const grad = grads[name]!;
    const m = tf.add(tf.mul(state.m[name]!, b1), tf.mul(grad, forMean));
    const v = tf.add(tf.mul(state.v[name]!, b2), tf.mul(tf.square(grad), forSquare));
    const isDecayed = config.weightDecay !== 0 && param.shape.length > 1;
    const step = tf.mul(tf.div(m, tf.add(tf.sqrt(v), eps)), rate);
    after.params[name] = tf.sub(isDecayed ? tf.mul(param, kept) : param, step);
    after.m[name] = m;
    after.v[name] = v;
  }
  return { state: after, gradNorm };
}
