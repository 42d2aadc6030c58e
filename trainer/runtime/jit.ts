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
import { isTensor } from './control';
import type { NdArray } from './nd-array';
import './onnx/kernels';
import { encodeModel } from './onnx/proto';
import { Graph, recordInto, symbol, TRACE_BACKEND, valueOf } from './onnx/trace';
import { flatten, mapTree, type Mapped, type Tree } from './tree';

// Keeps TensorFlow.js from advertising its native package on standard error.
tf.enableProdMode();

export type Backend = 'onnx' | 'tensorflow' | 'cpu';
type RuntimeOptions = { backend: Backend; threads: number; maxSessions: number };
const options: RuntimeOptions = { backend: 'onnx', threads: 2, maxSessions: 6 };

/** Applies to functions compiled from now on. `threads`: computing threads of a session; `maxSessions`: shapes kept per function. */
export function configureRuntime(changes: Partial<RuntimeOptions>): void {
  Object.assign(options, changes);
}

export const isNdArray = (node: unknown): node is NdArray => typeof node === 'object' && node !== null && 'dtype' in node && 'data' in node && 'shape' in node;

export type Compiled<In, Out> = {
  (inputs: In): Promise<Mapped<Out, tf.Tensor, NdArray>>;
  /** Frees every session. The function may be called again and compiles anew. */
  dispose(): Promise<void>;
};

type Session = { session: ort.InferenceSession; outputs: unknown };

export function jit<In extends Tree<NdArray>, Out extends Tree<tf.Tensor>>(name: string, fn: (inputs: Mapped<In, NdArray, tf.Tensor>) => Out): Compiled<In, Out> {
  const sessions = new Map<string, Session>();

  const run = async (inputs: In): Promise<Mapped<Out, tf.Tensor, NdArray>> => {
    if (options.backend !== 'onnx') return runEagerly(fn, inputs, options.backend);
    const arrays = flatten(inputs, isNdArray);
    const key = `${options.threads}|${arrays.map((a) => `${a.dtype}${a.shape}`).join('|')}`;
    let entry = sessions.get(key);
    if (entry) sessions.delete(key);
    else entry = await compile(name, fn, inputs);
    sessions.set(key, entry);
    for (const [oldest, { session }] of sessions) {
      if (sessions.size <= options.maxSessions) break;
      sessions.delete(oldest);
      await session.release();
    }
    const feeds = Object.fromEntries(arrays.map((a, i) => [`input_${i}`, new ort.Tensor(a.dtype, a.data as Float32Array, a.shape)]));
    const results = await entry.session.run(feeds);
    return mapTree(entry.outputs, (node): node is string => typeof node === 'string', (output) => toNdArray(results[output]!)) as Mapped<Out, tf.Tensor, NdArray>;
  };
  const dispose = async () => {
    const all = [...sessions.values()];
    sessions.clear();
    for (const { session } of all) await session.release();
  };
  return Object.assign(run, { dispose });
}

async function compile<In extends Tree<NdArray>, Out extends Tree<tf.Tensor>>(name: string, fn: (inputs: Mapped<In, NdArray, tf.Tensor>) => Out, inputs: In): Promise<Session> {
  await tf.setBackend(TRACE_BACKEND);
  const graph = new Graph();
  const parameters = flatten(inputs, isNdArray).map((a, i) => graph.input(`input_${i}`, a.dtype, a.shape));
  const { bytes, outputs } = recordInto(graph, () =>
    tf.tidy(() => {
      const result = fn(mapTree(inputs, isNdArray, (_, i) => symbol(parameters[i]!)) as Mapped<In, NdArray, tf.Tensor>);
      const taken = new Set<string>();
      const values = flatten(result, isTensor).map((t) => graph.asOutput(valueOf(t), taken));
      const names = mapTree(result, isTensor, (_, i) => values[i]!.name);
      return { bytes: encodeModel(graph.toProto(name, parameters, values)), outputs: names } as unknown as tf.TensorContainerObject;
    }),
  ) as unknown as { bytes: Uint8Array; outputs: unknown };
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // The web application computes on the same cores: waiting threads must sleep, not spin.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return { session, outputs };
}

function toNdArray(tensor: ort.Tensor): NdArray {
  const { type, data, dims } = tensor;
  if (type !== 'float32' && type !== 'int32' && type !== 'bool') throw new Error(`A compiled function returned values of type ${type}.`);
  return { dtype: type, data, shape: [...dims] } as NdArray;
}

async function runEagerly<In extends Tree<NdArray>, Out extends Tree<tf.Tensor>>(fn: (inputs: Mapped<In, NdArray, tf.Tensor>) => Out, inputs: In, backend: 'tensorflow' | 'cpu'): Promise<Mapped<Out, tf.Tensor, NdArray>> {
  await tf.setBackend(backend);
  if (tf.getBackend() !== backend) throw new Error(`The ${backend} backend is not installed on this machine.`);
  tf.engine().startScope();
  try {
    const result = fn(mapTree(inputs, isNdArray, (a) => tf.tensor(a.data, a.shape, a.dtype)) as Mapped<In, NdArray, tf.Tensor>);
    return mapTree(result, isTensor, (t) => ({ dtype: t.dtype, shape: [...t.shape], data: t.dataSync().slice() }) as NdArray) as Mapped<Out, tf.Tensor, NdArray>;
  } finally {
    tf.engine().endScope();
  }
}
