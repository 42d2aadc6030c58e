/** One output entry per input entry, and constants. Semantics are TensorFlow.js's; shapes are computed here because traced graphs are static. */
import { backend_util, type DataType } from '@tensorflow/tfjs';
import { sizeOf } from '../../nd-array';
import type { Dtype } from '../proto';
import { reshape, traceKernel, type Graph, type Value } from '../trace';

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
      if (a!.kind === 'uniform' && a!.number === neutral && sizeOf(b!.shape) === sizeOf(out)) return reshape(b!, out);
      if (b!.kind === 'uniform' && b!.number === neutral && sizeOf(a!.shape) === sizeOf(out)) return reshape(a!, out);
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
      ? reshape(condition!, [condition!.shape[0]!, ...Array<number>(rank - 1).fill(1)])
      : condition!;
  return g.node('Where', [c, t!, e!], t!.shape, t!.dtype);
});
