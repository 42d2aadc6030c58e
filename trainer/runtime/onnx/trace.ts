/**
 * A TensorFlow.js backend that records instead of computing: every kernel appends ONNX nodes to the graph being traced and
 * returns a symbolic value. `tf.valueAndGrads` thereby records forward and backward alike.
 *
 * Invariants: shapes are static; a value's name is unique over the whole model, so that a Loop's body may read the values
 * around it; constants live in the root graph, are written when first used, and a constant that is one number throughout
 * is never written out in full; nor is a reshaping of what was reshaped.
 */
import * as tf from '@tensorflow/tfjs';
import { sizeOf, type NdArray } from '../nd-array';
import type { Attribute, Dtype, GraphProto, Initializer, NodeProto } from './proto';

export const TRACE_BACKEND = 'onnx-trace';

type ConstantData = NdArray['data'] | BigInt64Array;
export type Value = { shape: readonly number[]; dtype: Dtype } & (
  | { kind: 'node'; name: string }
  /** A node's result in another shape, written when something reads it. */
  | { kind: 'reshaped'; source: NodeValue }
  /** A constant equal to `number` everywhere. */
  | { kind: 'uniform'; number: number }
  | { kind: 'constant'; data: ConstantData }
);
export type NodeValue = { kind: 'node'; name: string; shape: readonly number[]; dtype: Dtype };

export class Graph {
  readonly nodes: NodeProto[] = [];
  readonly initializers: Initializer[] = [];
  private readonly inputs = new Set<string>();
  private readonly produced = new Set<string>();
  private readonly reshaped = new Map<string, NodeValue>();
  private readonly constantNames = new Map<string, string>();
  /** Large constants are known by their array: one that several nodes read is written once. */
  private readonly arrayNames = new Map<ConstantData, Map<string, string>>();
  private counter = 0;
  readonly root: Graph;

  constructor(readonly parent: Graph | null = null) {
    this.root = parent?.root ?? this;
  }

  freshName(prefix: string): string {
    return `${prefix}_${this.root.counter++}`;
  }

  input(name: string, dtype: Dtype, shape: readonly number[]): NodeValue {
    this.inputs.add(name);
    return { kind: 'node', name, dtype, shape };
  }

  /** Appends a node; one output per entry of `outputs`. */
  nodeMany(
    opType: string,
    inputs: (Value | null)[],
    outputs: { shape: readonly number[]; dtype: Dtype }[],
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): NodeValue[] {
    const names = inputs.map((v) => (v ? this.nameOf(v) : ''));
    const values = outputs.map(({ shape, dtype }) => ({ kind: 'node' as const, name: this.freshName(opType), shape, dtype }));
    this.nodes.push({ opType, domain, inputs: names, outputs: values.map((v) => v.name), attributes });
    for (const v of values) this.produced.add(v.name);
    return values;
  }

  node(
    opType: string,
    inputs: (Value | null)[],
    shape: readonly number[],
    dtype: Dtype = 'float32',
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): NodeValue {
    return this.nodeMany(opType, inputs, [{ shape, dtype }], attributes, domain)[0]!;
  }

  /** Shapes, axes and other int64 parameters of ONNX operators. */
  ints(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    return { kind: 'constant', dtype: 'int64', shape, data: BigInt64Array.from(values, BigInt) };
  }

  scalar(number: number, dtype: Dtype = 'float32'): Value {
    return { kind: 'uniform', number, dtype, shape: [] };
  }

  /** The name under which a node reads the value; writes constants on first use. */
  nameOf(v: Value): string {
    if (v.kind === 'node') return v.name;
    if (v.kind === 'reshaped') return this.written(v).name;
    if (v.kind === 'constant') return this.root.constant(v.dtype, v.shape, v.data);
    if (sizeOf(v.shape) === 1) return this.root.constant(v.dtype, v.shape, typedArray(v.dtype, v.number));
    return this.node('Expand', [this.scalar(v.number, v.dtype), this.ints(v.shape)], v.shape, v.dtype).name;
  }

  /** Beside what is reshaped, so that a loop's body does not do again what stands around it; once a shape. */
  private written({ source, shape, dtype }: Extract<Value, { kind: 'reshaped' }>): NodeValue {
    const owner = this.ownerOf(source.name);
    const key = `${source.name} ${shape}`;
    const value = owner.reshaped.get(key) ?? owner.node('Reshape', [source, owner.ints(shape)], shape, dtype, { allowzero: 1 });
    owner.reshaped.set(key, value);
    return value;
  }

  private ownerOf(name: string): Graph {
    return this.parent && !this.produced.has(name) && !this.inputs.has(name) ? this.parent.ownerOf(name) : this;
  }

  private constant(dtype: Dtype, shape: readonly number[], data: ConstantData): string {
    const type = `${dtype}[${shape}]`;
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const isSmall = bytes.length <= 64;
    const names = isSmall ? this.constantNames : (this.arrayNames.get(data) ?? new Map<string, string>());
    const key = isSmall ? `${type}${bytes.toString('hex')}` : type;
    const known = names.get(key);
    if (known) return known;
    const name = this.freshName('constant');
    this.initializers.push({ name, dtype, shape, data });
    names.set(key, name);
    if (!isSmall) this.arrayNames.set(data, names);
    return name;
  }

  /** Makes the value a result of this very graph, under a name that no other result has. */
  asOutput(v: Value, taken: Set<string>): NodeValue {
    const value = v.kind === 'reshaped' ? this.written(v) : v;
    const isOwn = value.kind === 'node' && this.produced.has(value.name) && !taken.has(value.name);
    const own = isOwn ? value : this.node('Identity', [value], v.shape, v.dtype);
    taken.add(own.name);
    return own;
  }

  toProto(name: string, inputs: NodeValue[], outputs: NodeValue[]): GraphProto {
    return { name, nodes: this.nodes, initializers: this.initializers, inputs, outputs };
  }
}

function typedArray(dtype: Dtype, number: number): ConstantData {
  if (dtype === 'float32') return Float32Array.of(number);
  if (dtype === 'int32') return Int32Array.of(number);
  if (dtype === 'int64') return BigInt64Array.of(BigInt(number));
  return Uint8Array.of(number);
}

class TraceBackend extends tf.KernelBackend {
  private readonly values = new Map<object, Value>();
  graph: Graph | null = null;

  get currentGraph(): Graph {
    if (!this.graph) throw new Error('A symbolic tensor was used outside of a trace.');
    return this.graph;
  }
  lookUp(dataId: object): Value {
    const value = this.values.get(dataId);
    if (!value) throw new Error('A tensor of another backend reached a trace; make it inside the traced function or pass it in.');
    return value;
  }
  /** The value as the tensor's own shape: reshapes in TensorFlow.js may share a data id. */
  infoOf(value: Value): tf.TensorInfo {
    const dataId = {};
    this.values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype as tf.DataType };
  }
  override write(data: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') throw new Error(`Values of type ${dtype} cannot be traced.`);
    const raw = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
    const array = data instanceof raw ? data : raw.from(data as ArrayLike<number>);
    const first = array[0];
    const isUniform = array.length > 0 && first !== undefined && !Object.is(first, -0) && array.every((x) => x === first);
    const dataId = {};
    this.values.set(dataId, isUniform ? { kind: 'uniform', number: first, shape, dtype } : { kind: 'constant', data: array, shape, dtype });
    return dataId;
  }
  override readSync(): never {
    throw new Error('A traced tensor has no numbers yet: a traced function may not look at values.');
  }
  override read(): never {
    return this.readSync();
  }
  override numDataIds(): number {
    return this.values.size;
  }
  override disposeData(dataId: object): boolean {
    return this.values.delete(dataId);
  }
  override incRef(): void {}
  decRef(): void {}
  override refCount(): number {
    return 1;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
}

const backend = new TraceBackend();
tf.registerBackend(TRACE_BACKEND, () => backend);

/** Runs `fn` with every operation recorded into `graph`. */
export function recordInto<T>(graph: Graph, fn: () => T): T {
  const outer = backend.graph;
  backend.graph = graph;
  try {
    return fn();
  } finally {
    backend.graph = outer;
  }
}

export const currentGraph = (): Graph => backend.currentGraph;

export function symbol(value: Value): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(backend.infoOf(value));
}

/** The symbolic value behind a tensor, in the tensor's shape. */
export function valueOf(tensor: tf.TensorInfo): Value {
  const value = backend.lookUp(tensor.dataId);
  return reshape(value, tensor.shape);
}

export function reshape(value: Value, shape: readonly number[]): Value {
  if (value.kind === 'constant' || value.kind === 'uniform') return { ...value, shape };
  const source = value.kind === 'reshaped' ? value.source : value;
  return String(source.shape) === String(shape) ? source : { kind: 'reshaped', source, shape, dtype: source.dtype };
}

export type Emit = (
  graph: Graph,
  inputs: Record<string, Value>,
  attrs: Record<string, unknown>,
  lists: Record<string, Value[]>,
) => Value | Value[];

/** Registers the ONNX form of a TensorFlow.js kernel. List inputs (Concat, Pack: `0, 1, …`) arrive in `lists.inputs`. */
export function traceKernel(kernelName: string, emit: Emit): void {
  tf.registerKernel({
    kernelName,
    backendName: TRACE_BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const values: Record<string, Value> = {};
      for (const [name, info] of Object.entries(inputs)) if (info) values[name] = valueOf(info as tf.TensorInfo);
      const list = Object.keys(values).every((k) => /^\d+$/.test(k)) ? Object.values(values) : [];
      const out = emit(backend.currentGraph, values, (attrs ?? {}) as Record<string, unknown>, { inputs: list });
      return Array.isArray(out) ? out.map((v) => backend.infoOf(v)) : backend.infoOf(out);
    },
  });
}
