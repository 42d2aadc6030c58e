/**
 * `jit(fn)`: a pure function on TensorFlow.js tensors becomes a function on plain arrays, run by the backend in force.
 *
 * onnx (default)  the function is traced once per set of input shapes into one ONNX graph, run by ONNX Runtime;
 * tensorflow      eagerly by tfjs-node-gpu or tfjs-node, where installed;
 * cpu             eagerly in plain JavaScript: the slow referee.
 *
 * The function may not look at numbers, and all that it needs comes through its argument (weights are never constants).
 */
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { refusal } from '@/lib/refusals';
import { isTensor } from './control';
import type { NdArray } from './nd-array';
import './onnx/kernels/elementwise';
import './onnx/kernels/gather';
import './onnx/kernels/reduction';
import './onnx/kernels/shape';
import { encodeModel } from './onnx/proto';
import { Graph, recordInto, symbol, TRACE_BACKEND, valueOf } from './onnx/trace';
import { asMemoryError } from './out-of-memory';
import { tryProvider, type Provider } from './provider';
import { flatten, mapTree } from './tree';

// Keeps TensorFlow.js from advertising its native package on standard error.
tf.enableProdMode();

export type Backend = 'onnx' | 'tensorflow' | 'cpu';
type RuntimeOptions = { backend: Backend; provider: Provider; threads: number; maxSessions: number; maxSessionBytes: number };
const options: RuntimeOptions = { backend: 'onnx', provider: 'cpu', threads: 2, maxSessions: 4, maxSessionBytes: 2 ** 31 };

/** Applies to functions compiled from now on. `provider`: where ONNX Runtime computes; what it lacks there is done on the CPU. `threads`: computing threads of a session; `maxSessions`: shapes kept per function; `maxSessionBytes`: what the idle sessions of all functions may hold together. */
export function configureRuntime(changes: Partial<RuntimeOptions>): void {
  Object.assign(options, changes);
}

const isNdArray = (node: unknown): node is NdArray =>
  typeof node === 'object' && node !== null && 'dtype' in node && 'data' in node && 'shape' in node;

/** Tensors replaced by plain arrays, in any nesting. */
export type Arrays<T> = T extends tf.Tensor ? NdArray : { [K in keyof T]: Arrays<T[K]> };

export type Compiled<In, Out> = {
  (inputs: Arrays<In>): Promise<Arrays<Out>>;
  /** Frees every session. The function may be called again and compiles anew. */
  dispose(): Promise<void>;
};

/** `outputs` has the nesting of the function's result, with the names of the graph's outputs as leaves. */
type Compilation = { session: ort.InferenceSession; outputs: unknown };
/** `bytes`: what the process grew by from its compilation to the end of its first call. */
type Session = Compilation & { bytes: number; calls: number; drop(): Promise<void> };

/** Of all functions, the most recently used last. */
const recent = new Set<Session>();

/**
 * What a session holds grows with the work of its calls, what compiling it anew costs does not: where sessions are so large that they
 * must go, that time is little beside theirs.
 */
async function dropLeastRecent(justUsed: Session): Promise<void> {
  let bytes = [...recent].reduce((sum, session) => sum + session.bytes, 0);
  for (const session of recent) {
    if (bytes <= options.maxSessionBytes) return;
    if (session.calls > 0 || session === justUsed) continue;
    bytes -= session.bytes;
    await session.drop();
  }
}

export function jit<In, Out>(name: string, fn: (inputs: In) => Out): Compiled<In, Out> {
  const sessions = new Map<string, Session>();

  const run = async (inputs: Arrays<In>): Promise<Arrays<Out>> => {
    if (options.backend !== 'onnx') return runEagerly(fn, inputs, options.backend);
    const arrays = flatten(inputs, isNdArray);
    const key = `${options.provider}|${options.threads}|${arrays.map((a) => `${a.dtype}${a.shape}`).join('|')}`;
    const bytesBefore = process.memoryUsage.rss();
    let entry = sessions.get(key);
    const isNew = !entry;
    if (!entry) {
      const compilation = await compile(name, fn, inputs).catch(outOfMemory(name, inputs));
      const drop = async () => {
        if (sessions.get(key) === entry) sessions.delete(key);
        // Once: whoever drops it second finds it gone.
        if (recent.delete(entry!)) await compilation.session.release();
      };
      entry = { ...compilation, bytes: 0, calls: 0, drop };
    }
    // The most recently used goes to the end.
    sessions.delete(key);
    sessions.set(key, entry);
    recent.delete(entry);
    recent.add(entry);
    entry.calls++;
    try {
      for (const oldest of sessions.values()) {
        if (sessions.size <= options.maxSessions) break;
        if (oldest.calls === 0) await oldest.drop();
      }
      const feeds = Object.fromEntries(arrays.map((a, i) => [`input_${i}`, new ort.Tensor(a.dtype, a.data as Float32Array, a.shape)]));
      const results = await entry.session.run(feeds).catch(outOfMemory(name, inputs));
      if (isNew) entry.bytes = Math.max(0, process.memoryUsage.rss() - bytesBefore);
      return mapTree(entry.outputs, isName, (output) => toNdArray(results[output]!)) as Arrays<Out>;
    } finally {
      entry.calls--;
      await dropLeastRecent(entry);
    }
  };
  const dispose = async () => {
    for (const session of sessions.values()) await session.drop();
  };
  return Object.assign(run, { dispose });
}

const outOfMemory =
  (name: string, inputs: unknown) =>
  (error: unknown): never => {
    throw asMemoryError(error, name, inputs);
  };

const isName = (node: unknown): node is string => typeof node === 'string';

async function compile<In, Out>(name: string, fn: (inputs: In) => Out, inputs: Arrays<In>): Promise<Compilation> {
  await tf.setBackend(TRACE_BACKEND);
  const graph = new Graph();
  const parameters = flatten(inputs, isNdArray).map((a, i) => graph.input(`input_${i}`, a.dtype, a.shape));
  tf.engine().startScope();
  let bytes: Uint8Array;
  let outputs: unknown;
  try {
    bytes = recordInto(graph, () => {
      const result = fn(mapTree(inputs, isNdArray, (_, i) => symbol(parameters[i]!)) as In);
      const taken = new Set<string>();
      const values = flatten(result, isTensor).map((t) => graph.asOutput(valueOf(t), taken));
      outputs = mapTree(result, isTensor, (_, i) => values[i]!.name);
      return encodeModel(graph.toProto(name, parameters, values));
    });
  } finally {
    tf.engine().endScope();
  }
  if (options.provider !== 'cpu') await tryProvider(options.provider);
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: options.provider === 'cpu' ? ['cpu'] : [options.provider, 'cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // A planned block would come on top of what the first call took piece by piece: nearly twice the memory, and no time saved.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // The web application computes on the same cores: a waiting thread spins through the gap between two nodes, then sleeps.
    extra: { session: { intra_op: { spin_duration_us: '20' } } },
  });
  return { session, outputs };
}

function toNdArray(tensor: ort.Tensor): NdArray {
  const { type, data, dims } = tensor;
  if (type !== 'float32' && type !== 'int32' && type !== 'bool') throw new Error(`A compiled function returned values of type ${type}.`);
  return { dtype: type, data, shape: [...dims] } as NdArray;
}

const nativePackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** The native packages register the backend when they are loaded. @throws HeedError unavailable where none is installed */
export async function loadTensorflow(): Promise<void> {
  if (tf.findBackend('tensorflow')) return;
  for (const name of nativePackages) {
    try {
      await import(name);
      return;
    } catch (cause) {
      if (name !== nativePackages.at(-1)) continue;
      throw refusal('no-tensorflow', { packages: nativePackages }, { cause });
    }
  }
}

async function runEagerly<In, Out>(fn: (inputs: In) => Out, inputs: Arrays<In>, backend: 'tensorflow' | 'cpu'): Promise<Arrays<Out>> {
  if (backend === 'tensorflow') await loadTensorflow();
  await tf.setBackend(backend);
  tf.engine().startScope();
  try {
    const result = fn(mapTree(inputs, isNdArray, (a) => tf.tensor(a.data, a.shape, a.dtype)) as In);
    return mapTree(result, isTensor, (t) => ({ dtype: t.dtype, shape: [...t.shape], data: t.dataSync().slice() })) as Arrays<Out>;
  } finally {
    tf.engine().endScope();
  }
}
