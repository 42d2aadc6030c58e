import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  layoutOf,
  pack,
  unpack,
  unpackTensors,
  vectorsApart,
  withoutPrefix,
  withPrefix,
  withVectorsJoined,
} from '@/trainer/model/parameters';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32 } from '@/trainer/runtime/nd-array';

const shapes = { norm: [2], matrix: [2, 3], scale: [1], cube: [1, 2, 2] };
const tensors = {
  norm: float32([2], [1, 2]),
  matrix: float32([2, 3], [3, 4, 5, 6, 7, 8]),
  scale: float32([1], [9]),
  cube: float32([1, 2, 2], [10, 11, 12, 13]),
};

describe('a flat vector of parameters', () => {
  it('has matrices in front, each group in its order', () => {
    const layout = layoutOf(shapes);
    expect(layout.entries.map(({ name, offset, size }) => [name, offset, size])).toEqual([
      ['matrix', 0, 6],
      ['cube', 6, 4],
      ['norm', 10, 2],
      ['scale', 12, 1],
    ]);
    expect(layout).toMatchObject({ matrixTotal: 10, total: 13 });
  });

  it('gives back what was packed', () => {
    const layout = layoutOf(shapes);
    const flat = pack(layout, tensors);
    expect(Array.from(flat.data)).toEqual([3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 1, 2, 9]);
    expect(unpack(layout, flat)).toEqual(tensors);
  });

  it('takes no tensor that is missing or of another shape', () => {
    const layout = layoutOf(shapes);
    const { norm: _, ...others } = tensors;
    expect(() => pack(layout, others)).toThrow('Parameter norm should be [2], is missing.');
    expect(() => pack(layout, { ...tensors, matrix: float32([3, 2]) })).toThrow('Parameter matrix should be [2,3], is [3,2].');
  });

  it('of two networks is told apart by prefix', () => {
    const both = { ...withPrefix('policy', { a: 1, b: 2 }), ...withPrefix('critic', { a: 3 }) };
    expect(both).toEqual({ 'policy.a': 1, 'policy.b': 2, 'critic.a': 3 });
    expect(withoutPrefix('policy', both)).toEqual({ a: 1, b: 2 });
    expect(withoutPrefix('critic', both)).toEqual({ a: 3 });
  });
});

describe('inside a compiled function', () => {
  beforeAll(() => configureRuntime({ backend: 'cpu' }));
  afterAll(() => configureRuntime({ backend: 'onnx' }));

  it('the vector comes apart the same way, and gradients come together', async () => {
    const layout = layoutOf(shapes);
    const program = jit('unpack', ({ flat }: { flat: tf.Tensor }) => ({
      parts: unpackTensors(layout, flat),
      grad: tf.grad((x) => tf.sum(tf.mul(unpackTensors(layout, x).matrix!, 2)))(flat),
    }));
    const { parts, grad } = await program({ flat: pack(layout, tensors) });
    expect(parts).toEqual(tensors);
    expect(Array.from(grad.data)).toEqual([2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('vectors that went as one tensor have their names again', async () => {
    const layout = layoutOf(shapes);
    const joined = withVectorsJoined(layout);
    expect(joined.entries.map(({ name, shape, offset }) => [name, shape, offset])).toEqual([
      ['matrix', [2, 3], 0],
      ['cube', [1, 2, 2], 6],
      ['vectors', [3], 10],
    ]);
    const program = jit('apart', (given: Record<string, tf.Tensor>) => vectorsApart(layout, given));
    expect(await program(unpack(joined, pack(layout, tensors)))).toEqual(tensors);
  });

  it('a layout without vectors stays as it is', () => {
    const matrices = layoutOf({ matrix: shapes.matrix });
    expect(withVectorsJoined(matrices)).toEqual(matrices);
  });
});
