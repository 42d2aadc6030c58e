/**
 * The ONNX form of the TensorFlow.js kernels that transformers, their gradients and the optimizer use.
 * Semantics are TensorFlow.js's; shapes are computed here because traced graphs are static.
 *
 * `ScatterND` with a reduction is never emitted: it races when indices repeat. Sums over repeated indices go through
 * `ScatterElements(reduction=add)`, which test/golden checks to be exact at one and two threads.
 */
import { backend_util, slice_util, type DataType } from '@tensorflow/tfjs';
import { sizeOf } from '../nd-array';
import type { Dtype } from './proto';
import { reshape, traceKernel, type Graph, type Value } from './trace';

const broadcastShape = (a: Value, b: Value) => backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);

/** A constant that is one number throughout may stand as a scalar beside an operand that already has the full shape. */
function broadcastOperand(graph: Graph, value: Value, other: Value, out: readonly number[]): Value {
  return value.kind === 'uniform' && sizeOf(other.shape) === sizeOf(out) && other.shape.length === out.length
    ? graph.scalar(value.number, value.dtype)
    : value;
}

function binary(kernelName: string, opType: string, dtype?: Dtype): void {
  traceKernel(kernelName, (g, { a, b }) => {
    const out = broadcastShape(a!, b!);
    const isFloat = a!.dtype === 'float32';
    if (isFloat && (opType === 'Mul' || opType === 'Add')) {
      // Gradients start from ones and zeros; keep them out of the graph.
      const neutral = opType === 'Mul' ? 1 : 0;
      if (a!.kind === 'uniform' && a!.number === neutral && sizeOf(b!.shape) === sizeOf(out)) return reshape(g, b!, out);
      if (b!.kind === 'uniform' && b!.number === neutral && sizeOf(a!.shape) === sizeOf(out)) return reshape(g, a!, out);
    }
    if (opType === 'Mul' && a!.kind === 'uniform' && b!.kind === 'uniform') {
      return { kind: 'uniform', number: isFloat ? Math.fround(a!.number * b!.number) : a!.number * b!.number, dtype: a!.dtype, shape: out };
    }
    return g.node(opType, [broadcastOperand(g, a!, b!, out), broadcastOperand(g, b!, a!, out)], out, dtype ?? a!.dtype);
  });
}
for (const [kernel, op] of Object.entries({
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
  Pow: 'Pow',
})) {
  binary(kernel, op);
}
for (const [kernel, op] of Object.entries({
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  Equal: 'Equal',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
})) {
  binary(kernel, op, 'bool');
}
traceKernel('NotEqual', (g, { a, b }) => {
  const out = broadcastShape(a!, b!);
  return g.node('Not', [g.node('Equal', [a!, b!], out, 'bool')], out, 'bool');
});
traceKernel('SquaredDifference', (g, { a, b }) => {
  const out = broadcastShape(a!, b!);
  const difference = g.node('Sub', [a!, b!], out);
  return g.node('Mul', [difference, difference], out);
});
traceKernel('AddN', (g, _inputs, _attrs, { inputs }) => g.node('Sum', inputs!, inputs![0]!.shape));

for (const [kernel, op] of Object.entries({
  Neg: 'Neg',
  Exp: 'Exp',
  Log: 'Log',
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
  Sigmoid: 'Sigmoid',
  Relu: 'Relu',
  Abs: 'Abs',
  Sin: 'Sin',
  Cos: 'Cos',
  Reciprocal: 'Reciprocal',
  Floor: 'Floor',
  Sign: 'Sign',
  Softplus: 'Softplus',
  Erf: 'Erf',
})) {
  traceKernel(kernel, (g, { x }) => g.node(op, [x!], x!.shape, x!.dtype));
}
traceKernel('LogicalNot', (g, { x }) => g.node('Not', [x!], x!.shape, 'bool'));
traceKernel('IsNan', (g, { x }) => g.node('IsNaN', [x!], x!.shape, 'bool'));
traceKernel('Square', (g, { x }) => g.node('Mul', [x!, x!], x!.shape));
traceKernel('Rsqrt', (g, { x }) => g.node('Reciprocal', [g.node('Sqrt', [x!], x!.shape)], x!.shape));
traceKernel('Identity', (_g, { x }) => x!);
traceKernel('Step', (g, { x }, { alpha }) =>
  g.node('Where', [g.node('Greater', [x!, g.scalar(0)], x!.shape, 'bool'), g.scalar(1), g.scalar((alpha as number) ?? 0)], x!.shape),
);
traceKernel('ClipByValue', (g, { x }, { clipValueMin, clipValueMax }) =>
  g.node('Clip', [x!, g.scalar(clipValueMin as number), g.scalar(clipValueMax as number)], x!.shape),
);

const onnxType: Record<string, number> = { float32: 1, int32: 6, bool: 9 };
traceKernel('Cast', (g, { x }, { dtype }) => {
  if (dtype === x!.dtype) return x!;
  if (x!.kind === 'uniform')
    return {
      ...x!,
      dtype: dtype as Dtype,
      number: dtype === 'float32' ? x!.number : dtype === 'bool' ? Number(x!.number !== 0) : Math.trunc(x!.number),
    };
  return g.node('Cast', [x!], x!.shape, dtype as Dtype, { to: onnxType[dtype as DataType]! });
});
traceKernel('Fill', (_g, _inputs, { shape, value, dtype }) => ({
  kind: 'uniform',
  number: value as number,
  shape: shape as number[],
  dtype: (dtype as Dtype) ?? 'float32',
}));
traceKernel('Range', (_g, _inputs, { start, stop, step, dtype }) => {
  const numbers: number[] = [];
  for (let x = start as number; (step as number) > 0 ? x < (stop as number) : x > (stop as number); x += step as number) numbers.push(x);
  const data = dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return { kind: 'constant', dtype: dtype as Dtype, shape: [numbers.length], data };
});
traceKernel('OnesLike', (_g, { x }) => ({ kind: 'uniform', number: 1, shape: x!.shape, dtype: x!.dtype }));
traceKernel('ZerosLike', (_g, { x }) => ({ kind: 'uniform', number: 0, shape: x!.shape, dtype: x!.dtype }));
traceKernel('Select', (g, { condition, t, e }) => {
  const rank = t!.shape.length;
  const c =
    condition!.shape.length === 1 && rank > 1
      ? reshape(g, condition!, [condition!.shape[0]!, ...Array<number>(rank - 1).fill(1)])
      : condition!;
  return g.node('Where', [c, t!, e!], t!.shape, t!.dtype);
});

function reduction(kernelName: string, opType: string): void {
  // Max alone calls its axes reductionIndices.
  traceKernel(kernelName, (g, { x }, { axis, reductionIndices, keepDims }) => {
    const axes = axesOf((axis ?? reductionIndices) as number | number[] | undefined, x!.shape.length);
    const shape = keepDims ? x!.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : x!.shape.filter((_, i) => !axes.includes(i));
    if (axes.every((i) => x!.shape[i] === 1)) return reshape(g, x!, shape);
    return g.node(opType, [x!, g.ints(axes)], shape, x!.dtype, { keepdims: keepDims ? 1 : 0 });
  });
}
reduction('Sum', 'ReduceSum');
reduction('Mean', 'ReduceMean');
reduction('Max', 'ReduceMax');
reduction('Min', 'ReduceMin');

function axesOf(axis: number | number[] | undefined | null, rank: number): number[] {
  const list = axis === undefined || axis === null ? Array.from({ length: rank }, (_, i) => i) : Array.isArray(axis) ? axis : [axis];
  return list.map((a) => (a < 0 ? a + rank : a));
}

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

traceKernel('Reshape', (g, { x }, { shape }) => {
  const known = (shape as number[]).filter((n) => n >= 0);
  const rest = sizeOf(x!.shape) / Math.max(1, sizeOf(known));
  return reshape(
    g,
    x!,
    (shape as number[]).map((n) => (n < 0 ? rest : n)),
  );
});
traceKernel('ExpandDims', (g, { input }, { dim }) => {
  const at = (dim as number) < 0 ? (dim as number) + input!.shape.length + 1 : (dim as number);
  return reshape(g, input!, [...input!.shape.slice(0, at), 1, ...input!.shape.slice(at)]);
});
traceKernel('Transpose', (g, { x }, { perm }) => {
  const p = perm as number[];
  const shape = p.map((i) => x!.shape[i]!);
  // Moving only axes of length one leaves the numbers where they are.
  const moved = p.filter((i) => x!.shape[i] !== 1);
  if (moved.every((i, k) => k === 0 || moved[k - 1]! < i)) return reshape(g, x!, shape);
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
    inputs!.map((v) => reshape(g, v, unit)),
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
  return parts.map((part) => reshape(g, part, shape));
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

traceKernel('GatherV2', (g, { x, indices }, { axis, batchDims }) => {
  if (batchDims) throw new Error('gather with batchDims cannot be traced; use takeAlongLast.');
  const [at] = axesOf(axis as number, x!.shape.length);
  const shape = [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at! + 1)];
  return g.node('Gather', [x!, indices!], shape, x!.dtype, { axis: at! });
});
traceKernel('UnsortedSegmentSum', (g, { x, segmentIds }, { numSegments }) => {
  const rows = segmentIds!.shape[0]!;
  const width = sizeOf(x!.shape.slice(1));
  const shape = [numSegments as number, width];
  const column = reshape(g, segmentIds!, [rows, 1]);
  const indices = g.node('Expand', [column, g.ints([rows, width])], [rows, width], 'int32');
  const zeros: Value = { kind: 'uniform', number: 0, dtype: 'float32', shape };
  const sum = g.node('ScatterElements', [zeros, indices, reshape(g, x!, [rows, width])], shape, 'float32', { axis: 0, reduction: 'add' });
  return reshape(g, sum, [numSegments as number, ...x!.shape.slice(1)]);
});
traceKernel('OneHot', (g, { indices }, { depth, onValue, offValue, dtype }) => {
  const shape = [...indices!.shape, depth as number];
  const range: Value = {
    kind: 'constant',
    dtype: 'int32',
    shape: [depth as number],
    data: Int32Array.from({ length: depth as number }, (_, i) => i),
  };
  const hit = g.node('Equal', [reshape(g, indices!, [...indices!.shape, 1]), range], shape, 'bool');
  const type = (dtype as Dtype) ?? 'float32';
  return g.node('Where', [hit, g.scalar((onValue as number) ?? 1, type), g.scalar((offValue as number) ?? 0, type)], shape, type);
});
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
