/**
 * All parameters of a job as one flat vector: what stages and checkpoints keep between calls.
 * Matrices come first, so that weight decay applies to a prefix. Names and shapes are the caller's (Hugging Face's).
 */
import * as tf from '@tensorflow/tfjs';
import { float32, sizeOf, type FloatArray } from '../runtime/nd-array';

export type Layout = { entries: { name: string; shape: number[]; offset: number; size: number }[]; total: number; matrixTotal: number };

export function layoutOf(shapes: Record<string, readonly number[]>): Layout {
  const isMatrix = (shape: readonly number[]) => shape.length > 1;
  const ordered = Object.entries(shapes).sort(([, a], [, b]) => Number(isMatrix(b)) - Number(isMatrix(a)));
  let total = 0;
  let matrixTotal = 0;
  const entries = ordered.map(([name, shape]) => {
    const entry = { name, shape: [...shape], offset: total, size: sizeOf(shape) };
    total += entry.size;
    if (isMatrix(shape)) matrixTotal = total;
    return entry;
  });
  return { entries, total, matrixTotal };
}

/**
 * The same numbers with all vectors as one tensor, named `VECTORS`: in what is done to every parameter, tensors so short cost an operation each
 * and hardly anything for their size.
 */
export function withVectorsJoined({ entries, total, matrixTotal }: Layout): Layout {
  if (total === matrixTotal) return { entries, total, matrixTotal };
  const matrices = entries.filter(({ offset }) => offset < matrixTotal);
  const size = total - matrixTotal;
  return { entries: [...matrices, { name: VECTORS, shape: [size], offset: matrixTotal, size }], total, matrixTotal };
}
const VECTORS = 'vectors';

/** Named as in `layout`, from tensors of `withVectorsJoined(layout)`; differentiable. */
export function vectorsApart(
  { entries, matrixTotal }: Layout,
  { [VECTORS]: joined, ...matrices }: Record<string, tf.Tensor>,
): typeof matrices {
  if (!joined) return matrices;
  const vectors = entries.filter(({ offset }) => offset >= matrixTotal);
  return { ...matrices, ...unpackTensors({ entries: vectors }, joined) };
}

/** What the layout was made of, in its own order. */
export const shapesOf = (layout: Layout): Record<string, number[]> =>
  Object.fromEntries(layout.entries.map(({ name, shape }) => [name, shape]));

/** @returns (layout.total). Throws when a tensor is missing or has another shape. */
export function pack(layout: Layout, tensors: Record<string, FloatArray>): FloatArray {
  const flat = new Float32Array(layout.total);
  for (const { name, shape, offset } of layout.entries) {
    const tensor = tensors[name];
    if (!tensor || String(tensor.shape) !== String(shape))
      throw new Error(`Parameter ${name} should be [${shape}], is ${tensor ? `[${tensor.shape}]` : 'missing'}.`);
    flat.set(tensor.data, offset);
  }
  return float32([layout.total], flat);
}

/** A model's parameters by name: what programs that do not train take, one graph input each. */
export type ParameterArrays = Record<string, FloatArray>;

/** The inverse of `pack`; the tensors are views into `flat`. */
export function unpack(layout: Layout, flat: FloatArray): ParameterArrays {
  return Object.fromEntries(
    layout.entries.map(({ name, shape, offset, size }) => [name, float32(shape, flat.data.subarray(offset, offset + size))]),
  );
}

/** The same on tensors, inside a traced function; differentiable. */
export function unpackTensors({ entries }: Pick<Layout, 'entries'>, flat: tf.Tensor): Record<string, tf.Tensor> {
  const pieces = tf.split(
    flat as tf.Tensor1D,
    entries.map((e) => e.size),
  );
  return Object.fromEntries(entries.map(({ name, shape }, i) => [name, tf.reshape(pieces[i]!, shape)]));
}

/** The inverse of `unpackTensors`. @returns (layout.total) */
export function packTensors(layout: Layout, tensors: Record<string, tf.Tensor>): tf.Tensor {
  return tf.concat(layout.entries.map(({ name, size }) => tf.reshape(tensors[name]!, [size]) as tf.Tensor1D));
}

/** `{ a, b }` → `{ 'prefix.a', 'prefix.b' }`: two networks in one layout. */
export function withPrefix<T>(prefix: string, record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}.${name}`, value]));
}

export function withoutPrefix<T>(prefix: string, record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), value]] : [])),
  );
}
