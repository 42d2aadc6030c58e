/** Reshaping, moving and joining. */
import { slice_util } from '@tensorflow/tfjs';
import { sizeOf } from '../../nd-array';
import { reshape, traceKernel } from '../trace';
import { axesOf } from './axes';

traceKernel('Reshape', (g, { x }, { shape }) => {
  const known = (shape as number[]).filter((n) => n >= 0);
  const rest = sizeOf(x!.shape) / Math.max(1, sizeOf(known));
  return reshape(
    x!,
    (shape as number[]).map((n) => (n < 0 ? rest : n)),
  );
});
traceKernel('ExpandDims', (g, { input }, { dim }) => {
  const at = (dim as number) < 0 ? (dim as number) + input!.shape.length + 1 : (dim as number);
  return reshape(input!, [...input!.shape.slice(0, at), 1, ...input!.shape.slice(at)]);
});
traceKernel('Transpose', (g, { x }, { perm }) => {
  const p = perm as number[];
  const shape = p.map((i) => x!.shape[i]!);
  // Moving only axes of length one leaves the numbers where they are.
  const moved = p.filter((i) => x!.shape[i] !== 1);
  if (moved.every((i, k) => k === 0 || moved[k - 1]! < i)) return reshape(x!, shape);
  return g.node('Transpose', [x!], shape, x!.dtype, { perm: p });
});
traceKernel('Slice', (g, { x }, { begin, size }) => {
  const [starts, sizes] = slice_util.parseSliceParams(
    { shape: [...x!.shape], dtype: 'float32', dataId: {} },
    begin as number[],
    size as number[],
  );
  if (x!.kind === 'uniform') return { ...x!, shape: sizes };
  return g.node(
    'Slice',
    [x!, g.ints(starts), g.ints(starts.map((s, i) => s + sizes[i]!)), g.ints(starts.map((_, i) => i))],
    sizes,
    x!.dtype,
  );
});
traceKernel('Concat', (g, _inputs, { axis }, { inputs }) => {
  const [at] = axesOf(axis as number, inputs![0]!.shape.length);
  const parts = inputs!.filter((v) => sizeOf(v.shape) > 0);
  const shape = inputs![0]!.shape.map((n, i) => (i === at ? inputs!.reduce((sum, v) => sum + v.shape[at!]!, 0) : n));
  return parts.length === 1 ? parts[0]! : g.node('Concat', parts, shape, parts[0]!.dtype, { axis: at! });
});
traceKernel('Pack', (g, _inputs, { axis }, { inputs }) => {
  const at = (axis as number) ?? 0;
  const unit = [...inputs![0]!.shape.slice(0, at), 1, ...inputs![0]!.shape.slice(at)];
  const shape = unit.map((n, i) => (i === at ? inputs!.length : n));
  return g.node(
    'Concat',
    inputs!.map((v) => reshape(v, unit)),
    shape,
    inputs![0]!.dtype,
    { axis: at },
  );
});
traceKernel('Unpack', (g, { value }, { axis }) => {
  const [at] = axesOf((axis as number) ?? 0, value!.shape.length);
  const count = value!.shape[at!]!;
  const unit = value!.shape.map((n, i) => (i === at ? 1 : n));
  const shape = value!.shape.filter((_, i) => i !== at);
  const parts = g.nodeMany(
    'Split',
    [value!, g.ints(Array<number>(count).fill(1))],
    Array.from({ length: count }, () => ({ shape: unit, dtype: value!.dtype })),
    { axis: at! },
  );
  return parts.map((part) => reshape(part, shape));
});
traceKernel('SplitV', (g, { x }, { numOrSizeSplits, axis }) => {
  const [at] = axesOf(axis as number, x!.shape.length);
  const total = x!.shape[at!]!;
  const sizes = Array.isArray(numOrSizeSplits)
    ? (numOrSizeSplits as number[])
    : Array<number>(numOrSizeSplits as number).fill(total / (numOrSizeSplits as number));
  const outputs = sizes.map((n) => ({ shape: x!.shape.map((m, i) => (i === at ? n : m)), dtype: x!.dtype }));
  return g.nodeMany('Split', [x!, g.ints(sizes)], outputs, { axis: at! });
});
traceKernel('Tile', (g, { x }, { reps }) => {
  const shape = x!.shape.map((n, i) => n * (reps as number[])[i]!);
  if (x!.kind === 'uniform') return { ...x!, shape };
  // Repeating axes of length one is a broadcast, which Expand does without copying piece by piece.
  if (x!.shape.every((n, i) => n === 1 || (reps as number[])[i] === 1)) return g.node('Expand', [x!, g.ints(shape)], shape, x!.dtype);
  return g.node('Tile', [x!, g.ints(reps as number[])], shape, x!.dtype);
});
traceKernel('PadV2', (g, { x }, { paddings, constantValue }) => {
  const pads = paddings as [number, number][];
  const shape = x!.shape.map((n, i) => n + pads[i]![0] + pads[i]![1]);
  const flat = [...pads.map((p) => p[0]), ...pads.map((p) => p[1])];
  return g.node('Pad', [x!, g.ints(flat), g.scalar((constantValue as number) ?? 0, x!.dtype)], shape, x!.dtype, { mode: 'constant' });
});
