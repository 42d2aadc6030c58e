/**
 * Loss and gradient of one optimizer step, whose batch may come in micro-batches that are computed one after another: activations
 * of one at a time are in memory. Each micro-batch's mean counts with the weight it was taken over (tokens, pairs), so that the
 * sum is the mean over the whole batch, not a mean of means: however a batch is split, the step is the same.
 */
import * as tf from '@tensorflow/tfjs';
import type { Params } from '../model/layers';
import { scan } from '../runtime/control';

export type Batch<T> = Record<string, T>;
export type Metrics = Record<string, tf.Tensor>;
/** How a metric's values on micro-batches become one: as named, or as a mean weighted by this scalar. */
export type Combine = 'sum' | 'min' | 'max' | tf.Tensor;
export type LossFunction = (
  params: Params,
  batch: Batch<tf.Tensor>,
) => {
  /** A mean over `weight` things; 0 where the weight is. */
  loss: tf.Tensor;
  weight: tf.Tensor;
  /** Scalars. A metric that `combine` does not name is a mean over `weight` as the loss is. */
  metrics: Metrics;
  combine?: Record<string, Combine>;
};

const reduce = { sum: (x: tf.Tensor) => tf.sum(x), min: (x: tf.Tensor) => tf.min(x), max: (x: tf.Tensor) => tf.max(x) };

type Result = { loss: tf.Tensor; grads: Params; metrics: Metrics };

/** @param microBatches leaves (micro-batches, …); as many as their leading axis says. */
export function lossAndGradients(lossOf: LossFunction, params: Params, microBatches: Batch<tf.Tensor>): Result {
  const count = Object.values(microBatches)[0]!.shape[0]!;
  if (count === 1) {
    const whole = Object.fromEntries(Object.entries(microBatches).map(([key, x]) => [key, tf.reshape(x, x.shape.slice(1))]));
    return differentiate(lossOf, params, whole, false);
  }
  const kinds: Record<string, 'sum' | 'min' | 'max' | 'mean'> = {};
  const init = { grads: each(params, (p) => tf.zeros(p.shape)), loss: tf.scalar(0) as tf.Tensor, weight: tf.scalar(0) as tf.Tensor };
  const { carry, outs } = scan(count, init, microBatches, (sums, batch) => {
    const { loss, grads, weight, metrics, combine } = differentiate(lossOf, params, batch, true);
    const values: Metrics = {};
    const weights: Metrics = {};
    for (const [key, value] of Object.entries(metrics)) {
      const how = combine[key] ?? weight;
      kinds[key] = typeof how === 'string' ? how : 'mean';
      values[key] = typeof how === 'string' ? value : tf.mul(value, how);
      if (typeof how !== 'string') weights[key] = how;
    }
    return {
      carry: {
        grads: each(grads, (g, name) => tf.add(sums.grads[name]!, g)),
        loss: tf.add(sums.loss, loss),
        weight: tf.add(sums.weight, weight),
      },
      out: { values, weights },
    };
  });
  const combined = Object.entries(kinds).map(([key, kind]) => {
    const value = outs.values[key]!;
    if (kind === 'mean') return [key, tf.div(tf.sum(value), tf.maximum(tf.sum(outs.weights[key]!), 1))];
    return [key, reduce[kind](value)];
  });
  return {
    loss: tf.div(carry.loss, carry.weight),
    grads: each(carry.grads, (g) => tf.div(g, carry.weight)),
    metrics: Object.fromEntries(combined) as Metrics,
  };
}

const each = (record: Params, fn: (t: tf.Tensor, name: string) => tf.Tensor): Params =>
  Object.fromEntries(Object.entries(record).map(([name, t]) => [name, fn(t, name)]));

/** @param isWeighted loss and gradient come multiplied with the weight, ready to be summed. */
function differentiate(lossOf: LossFunction, params: Params, batch: Batch<tf.Tensor>, isWeighted: boolean) {
  let metrics: Metrics = {};
  let combine: Record<string, Combine> = {};
  let weight: tf.Tensor = tf.scalar(1);
  const keep = <T extends tf.Tensor>(t: T): T => tf.keep(t);
  const names = Object.keys(params);
  const named = (tensors: tf.Tensor[]): Params => Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
    const result = lossOf(named(tensors), batch);
    metrics = Object.fromEntries(Object.entries(result.metrics).map(([key, t]) => [key, keep(t)]));
    combine = Object.fromEntries(
      Object.entries(result.combine ?? {}).map(([key, how]) => [key, typeof how === 'string' ? how : keep(how)]),
    );
    weight = keep(result.weight);
    return (isWeighted ? tf.mul(result.loss, result.weight) : result.loss) as tf.Scalar;
  })(Object.values(params));
  const handOver = scopeOfCaller();
  return {
    loss: value as tf.Tensor,
    grads: named(grads),
    weight: handOver(weight),
    metrics: Object.fromEntries(Object.entries(metrics).map(([key, t]) => [key, handOver(t)])) as Metrics,
    combine: Object.fromEntries(Object.entries(combine).map(([key, how]) => [key, typeof how === 'string' ? how : handOver(how)])),
  };
}

/** What was kept through the gradient's own scope would otherwise outlive every scope, on the eager backends. */
function scopeOfCaller(): (kept: tf.Tensor) => tf.Tensor {
  const handed = new Map<tf.Tensor, tf.Tensor>();
  return (kept) => {
    const known = handed.get(kept);
    if (known) return known;
    const here = tf.clone(kept);
    handed.set(kept, here);
    kept.dispose();
    return here;
  };
}
