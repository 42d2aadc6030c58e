/** Reductions over axes, soft maxima, running sums and products of matrices. */
import { backend_util } from '@tensorflow/tfjs';
import { sizeOf } from '../../nd-array';
import { reshape, traceKernel, type Graph, type Value } from '../trace';
import { axesOf } from './axes';

function reduction(kernelName: string, opType: string): void {
  // Max alone calls its axes reductionIndices.
  traceKernel(kernelName, (g, { x }, { axis, reductionIndices, keepDims }) => {
    const axes = axesOf((axis ?? reductionIndices) as number | number[] | undefined, x!.shape.length);
    const shape = keepDims ? x!.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : x!.shape.filter((_, i) => !axes.includes(i));
    if (axes.every((i) => x!.shape[i] === 1)) return reshape(x!, shape);
    if (opType === 'ReduceSum' && x!.dtype === 'float32' && isOverRows(axes, x!.shape)) return reshape(sumOfRows(g, x!), shape);
    return g.node(opType, [x!, g.ints(axes)], shape, x!.dtype, { keepdims: keepDims ? 1 : 0 });
  });
}
const isOverRows = (axes: number[], shape: readonly number[]) =>
  shape.length > 1 && axes.length === shape.length - 1 && !axes.includes(shape.length - 1);

/** As a product with ones: `ReduceSum` splits even 840 × 64 among threads, and takes 31 µs with two where it took 10 with one. */
function sumOfRows(g: Graph, x: Value): Value {
  const width = x.shape.at(-1)!;
  const rows = sizeOf(x.shape) / width;
  return g.node('MatMul', [{ kind: 'uniform', number: 1, dtype: 'float32', shape: [1, rows] }, reshape(x, [rows, width])], [1, width]);
}

reduction('Sum', 'ReduceSum');
reduction('Mean', 'ReduceMean');
reduction('Max', 'ReduceMax');
reduction('Min', 'ReduceMin');

for (const [kernel, op] of [
  ['All', 'ReduceMin'],
  ['Any', 'ReduceMax'],
] as const) {
  traceKernel(kernel, (g, { x }, { axis, keepDims }) => {
    const axes = axesOf(axis as number | number[] | undefined, x!.shape.length);
    const shape = keepDims ? x!.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : x!.shape.filter((_, i) => !axes.includes(i));
    const numbers = g.node('Cast', [x!], x!.shape, 'int32', { to: 6 });
    return g.node('Cast', [g.node(op, [numbers, g.ints(axes)], shape, 'int32', { keepdims: keepDims ? 1 : 0 })], shape, 'bool', { to: 9 });
  });
}
traceKernel('ArgMax', (g, { x }, { axis }) => {
  const [at] = axesOf(axis as number, x!.shape.length);
  const shape = x!.shape.filter((_, i) => i !== at);
  return g.node('Cast', [g.node('ArgMax', [x!], shape, 'int64', { axis: at!, keepdims: 0 })], shape, 'int32', { to: 6 });
});
traceKernel('Softmax', (g, { logits }) => g.node('Softmax', [logits!], logits!.shape, 'float32', { axis: -1 }));
traceKernel('LogSoftmax', (g, { logits }) => g.node('LogSoftmax', [logits!], logits!.shape, 'float32', { axis: -1 }));
traceKernel('Cumsum', (g, { x }, { axis, exclusive, reverse }) =>
  g.node('CumSum', [x!, g.ints([axis as number], [])], x!.shape, x!.dtype, { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 }),
);

traceKernel('BatchMatMul', (g, { a, b }, { transposeA, transposeB }) => {
  const m = a!.shape.at(transposeA ? -1 : -2)!;
  const n = b!.shape.at(transposeB ? -2 : -1)!;
  const batch = backend_util.assertAndGetBroadcastShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
  const shape = [...batch, m, n];
  if (!transposeA && !transposeB) return g.node('MatMul', [a!, b!], shape);
  return g.node('FusedMatMul', [a!, b!], shape, 'float32', { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 }, 'com.microsoft');
});
