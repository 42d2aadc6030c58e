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
import { HeedError } from '@/lib/errors';
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
type RuntimeOptions = { backend: Backend; provider: Provider; threads: number; maxSessions: number };
const options: RuntimeOptions = { backend: 'onnx', provider: 'cpu', threads: 2, maxSessions: 4 };

/** Applies to functions compiled from now on. `provider`: where ONNX Runtime computes; what it lacks there is done on the CPU. `threads`: computing threads of a session; `maxSessions`: shapes kept per function. */
export function configureRuntime(changes: Partial<RuntimeOptions>): void {
  Object.assign(options, changes);
}

export const isNdArray = (node: unknown): node is NdArray =>
  typeof node === 'object' && node !== null && 'dtype' in node && 'data' in node && 'shape' in node;

/** Tensors replaced by plain arrays, in any nesting. */
export type Arrays<T> = T extends tf.Tensor ? NdArray : { [K in keyof T]: Arrays<T[K]> };

export type Compiled<In, Out> = {
  (inputs: Arrays<In>): Promise<Arrays<Out>>;
  /** Frees every session. The function may be called again and compiles anew. */
  dispose(): Promise<void>;
};

/** `outputs` has the nesting of the function's result, with the names of the graph's outputs as leaves. */
type Session = { session: ort.InferenceSession; outputs: unknown };

export function jit<In, Out>(name: string, fn: (inputs: In) => Out): Compiled<In, Out> {
  const sessions = new Map<string, Session>();

  const run = async (inputs: Arrays<In>): Promise<Arrays<Out>> => {
    if (options.backend !== 'onnx') return runEagerly(fn, inputs, options.backend);
    const arrays = flatten(inputs, isNdArray);
    const key = `${options.provider}|${options.threads}|${arrays.map((a) => `${a.dtype}${a.shape}`).join('|')}`;
    const entry = sessions.get(key) ?? (await compile(name, fn, inputs).catch(outOfMemory(name, inputs)));
    // The most recently used shape goes to the end.
    sessions.delete(key);
    sessions.set(key, entry);
    for (const [oldest, { session }] of sessions) {
      if (sessions.size <= options.maxSessions) break;
      sessions.delete(oldest);
      await session.release();
    }
    const feeds = Object.fromEntries(arrays.map((a, i) => [`input_${i}`, new ort.Tensor(a.dtype, a.data as Float32Array, a.shape)]));
    const results = await entry.session.run(feeds).catch(outOfMemory(name, inputs));
    return mapTree(entry.outputs, isName, (output) => toNdArray(results[output]!)) as Arrays<Out>;
  };
  const dispose = async () => {
    const all = [...sessions.values()];
    sessions.clear();
    for (const { session } of all) await session.release();
  };
  return Object.assign(run, { dispose });
}

const outOfMemory =
  (name: string, inputs: unknown) =>
  (error: unknown): never => {
    throw asMemoryError(error, name, inputs);
  };

const isName = (node: unknown): node is string => typeof node === 'string';

async function compile<In, Out>(name: string, fn: (inputs: In) => Out, inputs: Arrays<In>): Promise<Session> {
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
      throw new HeedError(
        'unavailable',
        `The tensorflow backend needs ${nativePackages.join(' or ')}, and neither loads on this machine. Use HEED_BACKEND=onnx.`,
        { cause },
      );
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
