/**
 * Reading and summing at indices.
 *
 * `ScatterND` with a reduction is never emitted: it races when indices repeat. Sums over repeated indices go through
 * `ScatterElements(reduction=add)`, or with few segments through a product with a one-hot matrix; test/invariant checks both to be exact at one
 * and two threads.
 */
import { sizeOf } from '../../nd-array';
import type { Dtype } from '../proto';
import { reshape, traceKernel, type Graph, type Value } from '../trace';
import { axesOf } from './axes';

traceKernel('GatherV2', (g, { x, indices }, { axis, batchDims }) => {
  if (batchDims) throw new Error('gather with batchDims cannot be traced; use takeAlongLast.');
  const [at] = axesOf(axis as number, x!.shape.length);
  const shape = [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at! + 1)];
  return g.node('Gather', [x!, indices!], shape, x!.dtype, { axis: at! });
});
/** The product grows with the segments, while `ScatterElements` takes 6 ns a number. Measured at 23 and 32 segments only. */
const FEW_SEGMENTS = 128;
traceKernel('UnsortedSegmentSum', (g, { x, segmentIds }, { numSegments }) => {
  const rows = segmentIds!.shape[0]!;
  const width = sizeOf(x!.shape.slice(1));
  const shape = [numSegments as number, width];
  if ((numSegments as number) <= FEW_SEGMENTS) {
    const hits = oneHot(g, segmentIds!, numSegments as number);
    const sum = g.node('FusedMatMul', [hits, reshape(x!, [rows, width])], shape, 'float32', { transA: 1 }, 'com.microsoft');
    return reshape(sum, [numSegments as number, ...x!.shape.slice(1)]);
  }
  const column = reshape(segmentIds!, [rows, 1]);
  const indices = g.node('Expand', [column, g.ints([rows, width])], [rows, width], 'int32');
  const zeros: Value = { kind: 'uniform', number: 0, dtype: 'float32', shape };
  const sum = g.node('ScatterElements', [zeros, indices, reshape(x!, [rows, width])], shape, 'float32', { axis: 0, reduction: 'add' });
  return reshape(sum, [numSegments as number, ...x!.shape.slice(1)]);
});
traceKernel('OneHot', (g, { indices }, { depth, onValue, offValue, dtype }) =>
  oneHot(g, indices!, depth as number, onValue as number, offValue as number, dtype as Dtype),
);

function oneHot(g: Graph, indices: Value, depth: number, on = 1, off = 0, dtype: Dtype = 'float32'): Value {
  const shape = [...indices.shape, depth];
  const range: Value = { kind: 'constant', dtype: 'int32', shape: [depth], data: Int32Array.from({ length: depth }, (_, i) => i) };
  const hit = g.node('Equal', [reshape(indices, [...indices.shape, 1]), range], shape, 'bool');
  return g.node('Where', [hit, g.scalar(on, dtype), g.scalar(off, dtype)], shape, dtype);
}
traceKernel('TopK', (g, { x }, { k }) => {
  const shape = [...x!.shape.slice(0, -1), k as number];
  const [values, indices] = g.nodeMany(
    'TopK',
    [x!, g.ints([k as number])],
    [
      { shape, dtype: x!.dtype },
      { shape, dtype: 'int64' },
    ],
    { axis: -1, largest: 1, sorted: 1 },
  );
  return [values!, g.node('Cast', [indices!], shape, 'int32', { to: 6 })];
});
