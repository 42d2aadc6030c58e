/**
 * Log-probabilities of given tokens straight from hidden states and a large output matrix, part of the vocabulary by part: the
 * logits of one part at a time are in memory, and the backward pass makes them again.
 */
import * as tf from '@tensorflow/tfjs';
import { reshape, type Graph, type Value } from '../onnx/trace';
import { defineOp, type Tensors } from './define-op';

/** Rows of the output matrix that are taken at a time. */
const PART = 8192;

type Part = { weight: Value; logits: Value };

function* partsOf(g: Graph, hidden: Value, weight: Value): Generator<Part> {
  const [V, d] = weight.shape as [number, number];
  for (let start = 0; start < V; start += PART) {
    const rows = Math.min(PART, V - start);
    const part = g.node('Slice', [weight, g.ints([start]), g.ints([start + rows]), g.ints([0])], [rows, d]);
    yield { weight: part, logits: fused(g, hidden, part, [hidden.shape[0]!, rows], { transB: 1 }) };
  }
}

const fused = (g: Graph, a: Value, b: Value, shape: number[], transposed: { transA?: number; transB?: number }) =>
  g.node('FusedMatMul', [a, b], shape, 'float32', transposed, 'com.microsoft');
const column = (g: Graph, x: Value) => reshape(g, x, [x.shape[0]!, 1]);
const joined = (g: Graph, parts: Value[]) => g.node('Concat', parts, [parts[0]!.shape[0]!, parts.length], 'float32', { axis: 1 });
const overLast = (g: Graph, opType: string, x: Value, keep: boolean) =>
  g.node(opType, [x, g.ints([1])], keep ? [x.shape[0]!, 1] : [x.shape[0]!], 'float32', { keepdims: keep ? 1 : 0 });

export const linearLogprobsOp = defineOp({
  name: 'LinearLogprobs',
  inputs: ['hidden', 'weight', 'ids'],
  saved: [false, false, true],
  compose: ({ hidden, weight, ids }) => {
    const logits = tf.matMul(hidden as tf.Tensor2D, weight as tf.Tensor2D, false, true);
    const logSums = tf.logSumExp(logits, 1);
    const chosen = tf.sum(tf.mul(hidden!, tf.gather(weight!, ids as tf.Tensor1D)), 1);
    return [tf.sub(chosen, logSums), tf.sub(tf.max(logits, 1), logSums), logSums];
  },
  emit: (g, { hidden, weight, ids }) => {
    const [N, d] = hidden!.shape as [number, number];
    const sums: Value[] = [];
    const highest: Value[] = [];
    for (const { logits } of partsOf(g, hidden!, weight!)) {
      sums.push(overLast(g, 'ReduceLogSumExp', logits, true));
      highest.push(overLast(g, 'ReduceMax', logits, true));
    }
    const logSums = overLast(g, 'ReduceLogSumExp', joined(g, sums), false);
    const rows = g.node('Gather', [weight!, ids!], [N, d], 'float32', { axis: 0 });
    const chosen = overLast(g, 'ReduceSum', g.node('Mul', [hidden!, rows], [N, d]), false);
    const best = overLast(g, 'ReduceMax', joined(g, highest), false);
    return [g.node('Sub', [chosen, logSums], [N]), g.node('Sub', [best, logSums], [N]), logSums];
  },
  gradient: (dy, { hidden, weight, ids, out0 }) => {
    const inputs = { dy, hidden: hidden!, weight: weight!, ids: ids!, logSums: out0! };
    return { hidden: () => hiddenGradientOp(inputs)[0]!, weight: () => weightGradientOp(inputs)[0]! };
  },
});

const softmaxPart = (g: Graph, { logits }: Part, logSums: Value, dy: Value) => {
  const shape = logits.shape;
  const p = g.node('Exp', [g.node('Sub', [logits, column(g, logSums)], shape)], shape);
  return g.node('Mul', [p, column(g, dy)], shape);
};
/** dy·(onehot − softmax), (N, V): the gradient of the logits. */
const plainLogitGradient = ({ dy, hidden, weight, ids, logSums }: Tensors) => {
  const logits = tf.matMul(hidden as tf.Tensor2D, weight as tf.Tensor2D, false, true);
  const onehot = tf.oneHot(ids as tf.Tensor1D, weight!.shape[0]!, 1, 0, 'float32');
  return tf.mul(tf.sub(onehot, tf.exp(tf.sub(logits, tf.expandDims(logSums!, 1)))), tf.expandDims(dy!, 1)) as tf.Tensor2D;
};
const gradientInputs = ['dy', 'hidden', 'weight', 'ids', 'logSums'];

/** dHidden = dy·(W[id] − Σ softmax·W) */
const hiddenGradientOp = defineOp({
  name: 'LinearLogprobsHiddenGradient',
  inputs: gradientInputs,
  compose: (inputs) => tf.matMul(plainLogitGradient(inputs), inputs.weight as tf.Tensor2D),
  emit: (g, { dy, hidden, weight, ids, logSums }) => {
    const shape = hidden!.shape as number[];
    const mixed: Value[] = [];
    for (const part of partsOf(g, hidden!, weight!)) {
      mixed.push(g.node('MatMul', [softmaxPart(g, part, logSums!, dy!), part.weight], shape));
    }
    const rows = g.node('Gather', [weight!, ids!], shape, 'float32', { axis: 0 });
    return g.node('Sub', [g.node('Mul', [rows, column(g, dy!)], shape), g.node('Sum', mixed, shape)], shape);
  },
});

/** dW = Σ dy·(onehot − softmax)ᵀ·hidden */
const weightGradientOp = defineOp({
  name: 'LinearLogprobsWeightGradient',
  inputs: gradientInputs,
  compose: (inputs) => tf.matMul(plainLogitGradient(inputs), inputs.hidden as tf.Tensor2D, true),
  emit: (g, { dy, hidden, weight, ids, logSums }) => {
    const [N, d] = hidden!.shape as [number, number];
    const parts: Value[] = [];
    for (const part of partsOf(g, hidden!, weight!)) {
      const product = fused(g, softmaxPart(g, part, logSums!, dy!), hidden!, [part.weight.shape[0]!, d], { transA: 1 });
      parts.push(g.node('Neg', [product], product.shape));
    }
    const shape = weight!.shape as number[];
    const indices = g.node('Expand', [column(g, ids!), g.ints([N, d])], [N, d], 'int32');
    const updates = g.node('Mul', [hidden!, column(g, dy!)], [N, d]);
    const all = parts.length === 1 ? parts[0]! : g.node('Concat', parts, shape, 'float32', { axis: 0 });
    return g.node('ScatterElements', [all, indices, updates], shape, 'float32', { axis: 0, reduction: 'add' });
  },
});

/**
 * log softmax(hidden·weightᵀ)[id], and the highest log-probability of each row (which gets no gradient).
 * @param hidden (N, d) @param weight (V, d) @param ids int32 (N) @returns nats, both (N)
 */
export function linearLogprobs(hidden: tf.Tensor, weight: tf.Tensor, ids: tf.Tensor): { logprobs: tf.Tensor; best: tf.Tensor } {
  const [logprobs, best] = linearLogprobsOp({ hidden, weight, ids });
  return { logprobs: logprobs!, best: best! };
}
