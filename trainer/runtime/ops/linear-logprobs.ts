/**
 * Log-probabilities of given tokens straight from hidden states and the output matrix. Few enough probabilities are kept for the backward
 * pass, which puts them into its products as they are, without a gradient of the logits. Of a large vocabulary's logits one
 * part at a time is in memory, and the backward pass makes them again.
 */
import * as tf from '@tensorflow/tfjs';
import { reshape, type Graph, type Value } from '../onnx/trace';
import { defineOp, type Tensors } from './define-op';

/** Probabilities that are kept, where nothing else is said: at most 64 MB. */
const MAX_KEPT_NUMBERS = 2 ** 24;
/** Of others, rows of the output matrix that are taken at a time. */
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

const fused = (g: Graph, a: Value, b: Value, shape: number[], attributes: { transA?: number; transB?: number; alpha?: number }) => {
  const { alpha = 1, ...transposed } = attributes;
  return g.node('FusedMatMul', [a, b], shape, 'float32', { ...transposed, alpha: { float: alpha } }, 'com.microsoft');
};
const sum = (g: Graph, parts: Value[]) => (parts.length === 1 ? parts[0]! : g.node('Sum', parts, parts[0]!.shape));
const column = (x: Value) => reshape(x, [x.shape[0]!, 1]);
const joined = (g: Graph, parts: Value[]) => g.node('Concat', parts, [parts[0]!.shape[0]!, parts.length], 'float32', { axis: 1 });
const overLast = (g: Graph, opType: string, x: Value, keep: boolean) =>
  g.node(opType, [x, g.ints([1])], keep ? [x.shape[0]!, 1] : [x.shape[0]!], 'float32', { keepdims: keep ? 1 : 0 });

export const linearLogprobsOp = defineOp({
  name: 'LinearLogprobs',
  inputs: ['hidden', 'weight', 'ids'],
  saved: [false, false, true, true],
  compose: ({ hidden, weight, ids }) => {
    const logits = tf.matMul(hidden as tf.Tensor2D, weight as tf.Tensor2D, false, true);
    const logSums = tf.logSumExp(logits, 1);
    const chosen = tf.sum(tf.mul(hidden!, tf.gather(weight!, ids as tf.Tensor1D)), 1);
    return [tf.sub(chosen, logSums), tf.sub(tf.max(logits, 1), logSums), logSums];
  },
  emit: (g, { hidden, weight, ids }, { maxKept = MAX_KEPT_NUMBERS }) => {
    const [N, d] = hidden!.shape as [number, number];
    const V = weight!.shape[0]!;
    if (N * V <= (maxKept as number)) {
      const logits = fused(g, hidden!, weight!, [N, V], { transB: 1 });
      const p = g.node('Softmax', [logits], [N, V], 'float32', { axis: -1 });
      const highest = overLast(g, 'ReduceMax', logits, false);
      // The likeliest token's logit is `highest`, so that of every token log p = logit − highest + best.
      const best = g.node('Log', [overLast(g, 'ReduceMax', p, false)], [N]);
      const chosen = reshape(g.node('GatherElements', [logits, column(ids!)], [N, 1], 'float32', { axis: -1 }), [N]);
      const logprobs = g.node('Add', [g.node('Sub', [chosen, highest], [N]), best], [N]);
      return [logprobs, best, g.node('Sub', [highest, best], [N]), p];
    }
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
  gradient: (dy, { hidden, weight, ids, out0, out1 }) => {
    const inputs: Tensors = { dy, hidden: hidden!, weight: weight!, ids: ids!, logSums: out0!, ...(out1 && { p: out1 }) };
    return { hidden: () => hiddenGradientOp(inputs)[0]!, weight: () => weightGradientOp(inputs)[0]! };
  },
});

/** Probabilities, and the rows of the output matrix that they belong to. */
function* softmaxParts(g: Graph, { hidden, weight, logSums, p }: Record<string, Value>): Generator<{ p: Value; weight: Value }> {
  if (p) return yield { p, weight: weight! };
  for (const { logits, weight: rows } of partsOf(g, hidden!, weight!)) {
    const { shape } = logits;
    yield { p: g.node('Exp', [g.node('Sub', [logits, column(logSums!)], shape)], shape), weight: rows };
  }
}
/** dy·(onehot − softmax), (N, V): the gradient of the logits. */
const plainLogitGradient = ({ dy, hidden, weight, ids, logSums }: Tensors) => {
  const logits = tf.matMul(hidden as tf.Tensor2D, weight as tf.Tensor2D, false, true);
  const onehot = tf.oneHot(ids as tf.Tensor1D, weight!.shape[0]!, 1, 0, 'float32');
  return tf.mul(tf.sub(onehot, tf.exp(tf.sub(logits, tf.expandDims(logSums!, 1)))), tf.expandDims(dy!, 1)) as tf.Tensor2D;
};
const gradientInputs = ['dy', 'hidden', 'weight', 'ids', 'logSums', 'p'];

/** dHidden = dy·(W[id] − Σ softmax·W) */
const hiddenGradientOp = defineOp({
  name: 'LinearLogprobsHiddenGradient',
  inputs: gradientInputs,
  compose: (inputs) => tf.matMul(plainLogitGradient(inputs), inputs.weight as tf.Tensor2D),
  emit: (g, inputs) => {
    const { dy, hidden, weight, ids } = inputs;
    const shape = hidden!.shape as number[];
    const mixed: Value[] = [];
    for (const part of softmaxParts(g, inputs)) mixed.push(g.node('MatMul', [part.p, part.weight], shape));
    const rows = g.node('Gather', [weight!, ids!], shape, 'float32', { axis: 0 });
    return g.node('Mul', [g.node('Sub', [rows, sum(g, mixed)], shape), column(dy!)], shape);
  },
});

/** dW = Σ (onehot − softmax)ᵀ·(dy·hidden) */
const weightGradientOp = defineOp({
  name: 'LinearLogprobsWeightGradient',
  inputs: gradientInputs,
  compose: (inputs) => tf.matMul(plainLogitGradient(inputs), inputs.hidden as tf.Tensor2D, true),
  emit: (g, inputs) => {
    const { dy, hidden, weight, ids } = inputs;
    const [N, d] = hidden!.shape as [number, number];
    const scaled = g.node('Mul', [hidden!, column(dy!)], [N, d]);
    const parts: Value[] = [];
    for (const { p } of softmaxParts(g, inputs)) parts.push(fused(g, p, scaled, [p.shape[1]!, d], { transA: 1, alpha: -1 }));
    const shape = weight!.shape as number[];
    const indices = g.node('Expand', [column(ids!), g.ints([N, d])], [N, d], 'int32');
    const all = parts.length === 1 ? parts[0]! : g.node('Concat', parts, shape, 'float32', { axis: 0 });
    return g.node('ScatterElements', [all, indices, scaled], shape, 'float32', { axis: 0, reduction: 'add' });
  },
});

/**
 * log softmax(hidden·weightᵀ)[id], and the highest log-probability of each row (which gets no gradient).
 * @param hidden (N, d) @param weight (V, d) @param ids int32 (N) @param attrs.maxKept up to how many probabilities are kept
 * @returns nats, both (N)
 */
export function linearLogprobs(
  hidden: tf.Tensor,
  weight: tf.Tensor,
  ids: tf.Tensor,
  attrs: { maxKept?: number } = {},
): { logprobs: tf.Tensor; best: tf.Tensor } {
  const [logprobs, best] = linearLogprobsOp({ hidden, weight, ids }, attrs);
  return { logprobs: logprobs!, best: best! };
}
