/**
 * Loops inside a compiled function. Traced, each becomes one ONNX `Loop` whose state never leaves the session; on the eager
 * backends the same body runs in a JavaScript loop. Bodies may read any tensor around them. Gradients do not flow through a
 * loop: take them inside the body.
 */
import * as tf from '@tensorflow/tfjs';
import { currentGraph, Graph, recordInto, symbol, TRACE_BACKEND, valueOf, type Value } from './onnx/trace';
import { flatten, mapTree } from './tree';

export const isTensor = (node: unknown): node is tf.Tensor => node instanceof tf.Tensor;
const isTracing = () => tf.getBackend() === TRACE_BACKEND;

/**
 * Runs `body` `length` times over the leading axis of `xs`, carrying state.
 * @returns the last state, and every step's `out` stacked along a new leading axis
 */
export function scan<Carry, Xs, Out>(
  length: number,
  init: Carry,
  xs: Xs,
  body: (carry: Carry, x: Xs) => { carry: Carry; out: Out },
): { carry: Carry; outs: Out } {
  const step = (carry: Carry, i: tf.Tensor) => body(carry, mapTree(xs, isTensor, (x) => tf.gather(x, i as tf.Tensor1D)) as Xs);
  if (!isTracing()) {
    let carry = init;
    const outs: Out[] = [];
    for (let i = 0; i < length; i++) {
      const result = step(carry, tf.scalar(i, 'int32'));
      carry = result.carry;
      outs.push(result.out);
    }
    return { carry, outs: stacked(outs) };
  }
  const { carry, outs } = traceLoop(length, init, (state, i) => {
    const { carry: next, out } = step(state, i);
    return { carry: next, proceed: null, out };
  });
  return { carry, outs: outs as Out };
}

/**
 * Runs `body` while it says to proceed, at most `maxSteps` times and at least once. `proceed` is a bool scalar, read after the
 * step. @returns the last state, and the `out` of the steps that were run, stacked along a new leading axis. How many those are
 * is known only when it runs: return `outs` as it is, for no operation may depend on its shape.
 */
export function whileLoop<Carry, Out>(
  maxSteps: number,
  init: Carry,
  body: (carry: Carry, i: tf.Tensor) => { carry: Carry; proceed: tf.Tensor; out: Out },
): { carry: Carry; outs: Out } {
  if (!isTracing()) {
    let carry = init;
    const outs: Out[] = [];
    for (let i = 0; i < maxSteps; i++) {
      const result = body(carry, tf.scalar(i, 'int32'));
      carry = result.carry;
      outs.push(result.out);
      if (!result.proceed.dataSync()[0]) break;
    }
    return { carry, outs: stacked(outs) };
  }
  return traceLoop(maxSteps, init, body);
}

function stacked<Out>(outs: Out[]): Out {
  const leaves = outs.map((out) => flatten(out, isTensor));
  return mapTree(outs[0]!, isTensor, (_, k) => tf.stack(leaves.map((l) => l[k]!))) as Out;
}

function traceLoop<Carry, Out>(
  maxSteps: number,
  init: Carry,
  body: (carry: Carry, i: tf.Tensor) => { carry: Carry; proceed: tf.Tensor | null; out: Out },
): { carry: Carry; outs: Out } {
  const outer = currentGraph();
  const inner = new Graph(outer);
  const iteration = inner.input(inner.freshName('iteration'), 'int64', []);
  const condition = inner.input(inner.freshName('condition'), 'bool', []);
  const initial = flatten(init, isTensor).map(valueOf);
  const state = initial.map((v) => inner.input(inner.freshName('state'), v.dtype, v.shape));

  const { result, outputs } = recordInto(inner, () => {
    const i = symbol(inner.node('Cast', [iteration], [], 'int32', { to: 6 }));
    const r = body(mapTree(init, isTensor, (_, k) => symbol(state[k]!)) as Carry, i);
    const taken = new Set<string>();
    const values: Value[] = [
      r.proceed ? valueOf(r.proceed) : condition,
      ...flatten(r.carry, isTensor).map(valueOf),
      ...flatten(r.out, isTensor).map(valueOf),
    ];
    values.slice(1, 1 + state.length).forEach((v, k) => {
      const expected = initial[k]!;
      if (v.dtype !== expected.dtype || String(v.shape) !== String(expected.shape)) {
        throw new Error(`A loop's state must keep its type and shape: ${expected.dtype}[${expected.shape}] became ${v.dtype}[${v.shape}].`);
      }
    });
    return { result: r, outputs: values.map((v) => inner.asOutput(v, taken)) };
  });

  const outShapes = outputs.slice(1 + state.length).map((v) => ({ dtype: v.dtype, shape: [maxSteps, ...v.shape] }));
  const values = outer.nodeMany(
    'Loop',
    [outer.ints([maxSteps], []), { kind: 'uniform', number: 1, dtype: 'bool', shape: [] }, ...initial],
    [...initial.map(({ dtype, shape }) => ({ dtype, shape })), ...outShapes],
    {
      body: { graph: inner.toProto(inner.freshName('body'), [iteration, condition, ...state], outputs) },
    },
  );
  return {
    carry: mapTree(result.carry, isTensor, (_, k) => symbol(values[k]!)) as Carry,
    outs: mapTree(result.out, isTensor, (_, k) => symbol(values[state.length + k]!)) as Out,
  };
}
