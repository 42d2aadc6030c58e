/** Picking one entry of the last axis: log-probabilities of given tokens without a one-hot matrix. */
import * as tf from '@tensorflow/tfjs';
import { reshape, type Value } from '../onnx/trace';
import { defineOp } from './define-op';

const last = (shape: readonly number[]) => shape.at(-1)!;

const scatterAlongLastOp = defineOp({
  name: 'ScatterAlongLast',
  inputs: ['ids', 'updates'],
  compose: ({ ids, updates }, { depth }) =>
    tf.mul(tf.oneHot(ids as tf.Tensor1D, depth as number, 1, 0, 'float32'), tf.expandDims(updates!, -1)),
  emit: (g, { ids, updates }, { depth }) => {
    const shape = [...ids!.shape, depth as number];
    const column = [...ids!.shape, 1];
    const zeros: Value = { kind: 'uniform', number: 0, dtype: 'float32', shape };
    return g.node('ScatterElements', [zeros, reshape(ids!, column), reshape(updates!, column)], shape, 'float32', { axis: -1 });
  },
});

const takeAlongLastOp = defineOp({
  name: 'TakeAlongLast',
  inputs: ['x', 'ids'],
  compose: ({ x, ids }) => tf.sum(tf.mul(x!, tf.oneHot(ids as tf.Tensor1D, last(x!.shape), 1, 0, 'float32')), -1),
  emit: (g, { x, ids }) => {
    const column = [...ids!.shape, 1];
    return reshape(g.node('GatherElements', [x!, reshape(ids!, column)], column, 'float32', { axis: -1 }), ids!.shape);
  },
  gradient: (dy, { x, ids }) => ({ x: () => scatterAlongLastOp({ ids: ids!, updates: dy }, { depth: last(x!.shape) })[0]! }),
});

/** Picks `x[…, ids[…]]`. @param x (…, V) @param ids int32 (…), each in [0, V) @returns (…) */
export function takeAlongLast(x: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return takeAlongLastOp({ x, ids })[0]!;
}

export const tokenLogprobsOp = defineOp({
  name: 'TokenLogprobs',
  inputs: ['logits', 'ids'],
  saved: [false, true],
  compose: ({ logits, ids }) => {
    const all = tf.logSoftmax(logits!);
    return [takeAlongLast(all, ids!), all];
  },
  emit: (g, { logits, ids }) => {
    const all = g.node('LogSoftmax', [logits!], logits!.shape, 'float32', { axis: -1 });
    const column = [...ids!.shape, 1];
    return [reshape(g.node('GatherElements', [all, reshape(ids!, column)], column, 'float32', { axis: -1 }), ids!.shape), all];
  },
  // d log p(id) / d z = onehot(id) − softmax(z)
  gradient: (dy, { ids, out0: all }) => ({
    logits: () => addAlongLastOp({ x: tf.mul(tf.exp(all!), tf.expandDims(tf.neg(dy), -1)), ids: ids!, updates: dy })[0]!,
  }),
});

const addAlongLastOp = defineOp({
  name: 'AddAlongLast',
  inputs: ['x', 'ids', 'updates'],
  compose: ({ x, ids, updates }) => tf.add(x!, scatterAlongLastOp({ ids: ids!, updates: updates! }, { depth: last(x!.shape) })[0]!),
  emit: (g, { x, ids, updates }) => {
    const column = [...ids!.shape, 1];
    return g.node('ScatterElements', [x!, reshape(ids!, column), reshape(updates!, column)], x!.shape, 'float32', {
      axis: -1,
      reduction: 'add',
    });
  },
});

/** log softmax(logits)[id], without a one-hot matrix. @param logits (N, V) @param ids int32 (N) @returns nats, (N) */
export function tokenLogprobs(logits: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return tokenLogprobsOp({ logits, ids })[0]!;
}
