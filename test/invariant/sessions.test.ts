/** What compiled functions hold: the least recently used sessions go first, and a function that lost its session answers as before. */
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32 } from '@/trainer/runtime/nd-array';

const side = 1024;
const x = float32(
  [side, side],
  Float32Array.from({ length: side * side }, (_, i) => (i % 7) / 7),
);
const program = (name: string, by: number) =>
  jit(name, (inputs: { x: tf.Tensor }) => ({
    y: tf.sum(tf.exp(tf.matMul(inputs.x as tf.Tensor2D, tf.mul(inputs.x, by) as tf.Tensor2D)), 0),
  }));

beforeEach(() => configureRuntime({ backend: 'onnx', threads: 2 }));
afterEach(() => configureRuntime({ maxSessions: 4, maxSessionBytes: 2 ** 31 }));

test.each([
  ['all sessions stay where there is room', 2 ** 31, 2],
  ['where there is none, only the last one used stays, and others are compiled anew', 1, 4],
])('%s', async (_, maxSessionBytes, compilations) => {
  configureRuntime({ maxSessionBytes });
  const create = vi.spyOn(ort.InferenceSession, 'create');
  const [a, b] = [program('a', 1e-3), program('b', 2e-3)];
  const first = { a: await a({ x }), b: await b({ x }) };
  expect((await b({ x })).y.data).toEqual(first.b.y.data);
  expect((await a({ x })).y.data).toEqual(first.a.y.data);
  expect((await b({ x })).y.data).toEqual(first.b.y.data);
  expect(create).toHaveBeenCalledTimes(compilations);
  for (const one of [a, b]) await one.dispose();
  create.mockRestore();
});

test('a session in use is never taken away', async () => {
  configureRuntime({ maxSessions: 1, maxSessionBytes: 1 });
  const a = program('a', 1e-3);
  const narrow = float32([side, side / 2], x.data.slice(0, (side * side) / 2));
  const tall = jit('tall', (inputs: { x: tf.Tensor }) => ({
    y: tf.sum(tf.matMul(inputs.x as tf.Tensor2D, inputs.x as tf.Tensor2D, true)),
  }));
  const alone = [await a({ x }), await tall({ x: narrow }), await tall({ x })].map(({ y }) => y.data);
  const together = await Promise.all([a({ x }), tall({ x: narrow }), tall({ x }), a({ x }), tall({ x: narrow })]);
  expect(together.map(({ y }) => y.data)).toEqual([alone[0], alone[1], alone[2], alone[0], alone[1]]);
  for (const one of [a, tall]) await one.dispose();
});
