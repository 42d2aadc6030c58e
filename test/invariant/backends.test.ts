/**
 * Every operation that models, losses and the optimizer use, forward and gradient: the ONNX graph against the plain-JavaScript
 * referee, at one and two threads, many times over, on indices full of duplicates; and eager TensorFlow, where it loads.
 */
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, test } from 'vitest';
import { createRng } from '@/lib/rng';
import { scan, whileLoop } from '@/trainer/runtime/control';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { bool, float32, int32, sizeOf, type NdArray } from '@/trainer/runtime/nd-array';
import { attention } from '@/trainer/runtime/ops/attention';
import { cachedAttention } from '@/trainer/runtime/ops/cached-attention';
import { cacheBias, splitCacheAttention } from '@/trainer/runtime/ops/split-cache-attention';
import { gelu } from '@/trainer/runtime/ops/gelu';
import { layerNorm } from '@/trainer/runtime/ops/layer-norm';
import { linearLogprobs } from '@/trainer/runtime/ops/linear-logprobs';
import { rmsNorm } from '@/trainer/runtime/ops/rms-norm';
import { rotary } from '@/trainer/runtime/ops/rotary';
import { swiglu } from '@/trainer/runtime/ops/swiglu';
import { takeAlongLast, tokenLogprobs } from '@/trainer/runtime/ops/token-logprobs';
import { hasTensorflow, onlyWithTensorflow } from '../support/backends';
import { expectClose } from '../support/close';

type Inputs = Record<string, tf.Tensor>;
const rng = createRng(7);
const normal = (...shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
  );
const positive = (...shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 0.2 + rng.next()),
  );
/** Zipf-like: most draws hit the first few ids. */
const ids = (n: number, ...shape: number[]) =>
  int32(
    shape,
    Int32Array.from({ length: sizeOf(shape) }, () => Math.floor(n * rng.next() ** 4)),
  );

const hidden = (B: number, T: number, S: number) =>
  float32(
    [B, 1, T, S],
    Float32Array.from({ length: B * T * S }, (_, i) => (i % S === 0 || rng.next() < 0.5 ? 0 : -1e9)),
  );
/** A causal mask, with two tokens of padding in front of the second row. */
const ahead = (B: number, T: number) =>
  float32(
    [B, 1, T, T],
    Float32Array.from({ length: B * T * T }, (_, i) => {
      const [row, query, key] = [Math.floor(i / T / T), Math.floor(i / T) % T, i % T];
      return key > query || (row === 1 && key < 2 && query >= 2) ? -1e9 : 0;
    }),
  );

const cases: Record<string, { inputs: Record<string, NdArray>; run: (x: Inputs) => tf.Tensor; wrt?: string[] }> = {
  add: { inputs: { a: normal(3, 4), b: normal(4) }, run: ({ a, b }) => tf.add(a!, b!) },
  sub: { inputs: { a: normal(3, 1), b: normal(3, 4) }, run: ({ a, b }) => tf.sub(a!, b!) },
  mul: { inputs: { a: normal(2, 3, 4), b: normal(3, 1) }, run: ({ a, b }) => tf.mul(a!, b!) },
  div: { inputs: { a: normal(3, 4), b: positive(3, 4) }, run: ({ a, b }) => tf.div(a!, b!) },
  pow: { inputs: { a: positive(3, 4), b: normal(3, 4) }, run: ({ a, b }) => tf.pow(a!, b!) },
  'maximum and minimum': {
    inputs: { a: normal(3, 4), b: normal(3, 4) },
    run: ({ a, b }) => tf.mul(tf.maximum(a!, b!), tf.minimum(a!, b!)),
  },
  'squared difference': { inputs: { a: normal(3, 4), b: normal(3, 4) }, run: ({ a, b }) => tf.squaredDifference(a!, b!) },
  'exp log sqrt rsqrt': {
    inputs: { x: positive(3, 4) },
    run: ({ x }) => tf.add(tf.add(tf.exp(x!), tf.log(x!)), tf.add(tf.sqrt(x!), tf.rsqrt(x!))),
  },
  'tanh sigmoid softplus': { inputs: { x: normal(3, 4) }, run: ({ x }) => tf.add(tf.tanh(x!), tf.mul(tf.sigmoid(x!), tf.softplus(x!))) },
  'relu abs neg square': { inputs: { x: normal(3, 4) }, run: ({ x }) => tf.add(tf.relu(x!), tf.sub(tf.abs(x!), tf.neg(tf.square(x!)))) },
  'sin cos erf': { inputs: { x: normal(3, 4) }, run: ({ x }) => tf.mul(tf.sin(x!), tf.add(tf.cos(x!), tf.erf(x!))) },
  clip: { inputs: { x: normal(3, 4) }, run: ({ x }) => tf.clipByValue(x!, -0.5, 0.5) },
  sum: { inputs: { x: normal(2, 3, 4) }, run: ({ x }) => tf.sum(x!, [0, 2]) },
  'sum of rows': { inputs: { x: normal(20, 3, 40) }, run: ({ x }) => tf.sum(x!, [0, 1]) },
  'mean keeping axes': { inputs: { x: normal(2, 3, 4) }, run: ({ x }) => tf.mul(x!, tf.mean(x!, -1, true)) },
  'max and min': { inputs: { x: normal(2, 3, 4) }, run: ({ x }) => tf.sub(tf.max(x!, 1), tf.min(x!, 1)) },
  softmax: { inputs: { x: normal(2, 3, 4) }, run: ({ x }) => tf.softmax(x!) },
  'log softmax': { inputs: { x: normal(3, 4) }, run: ({ x }) => tf.logSoftmax(x!) },
  'log sum exp': { inputs: { x: normal(3, 4) }, run: ({ x }) => tf.logSumExp(x!, -1) },
  matmul: { inputs: { a: normal(3, 4), b: normal(4, 5) }, run: ({ a, b }) => tf.matMul(a! as tf.Tensor2D, b! as tf.Tensor2D) },
  'matmul, b transposed': { inputs: { a: normal(2, 3, 4), b: normal(2, 5, 4) }, run: ({ a, b }) => tf.matMul(a!, b!, false, true) },
  'matmul, a transposed': { inputs: { a: normal(2, 2, 4, 3), b: normal(2, 2, 4, 5) }, run: ({ a, b }) => tf.matMul(a!, b!, true, false) },
  'transpose and reshape': { inputs: { x: normal(2, 3, 4, 5) }, run: ({ x }) => tf.reshape(tf.transpose(x!, [0, 2, 1, 3]), [2, 4, 15]) },
  slice: { inputs: { x: normal(4, 5, 6) }, run: ({ x }) => tf.slice(x!, [1, 0, 2], [-1, 3, 2]) },
  'concat and split': {
    inputs: { a: normal(2, 3), b: normal(2, 5) },
    run: ({ a, b }) => {
      const [x, y] = tf.split(tf.concat([a! as tf.Tensor2D, b! as tf.Tensor2D], 1), [2, 6], 1);
      return tf.mul(tf.sum(x!), y!);
    },
  },
  'stack and unstack': {
    inputs: { a: normal(2, 3), b: normal(2, 3) },
    run: ({ a, b }) => tf.mul(tf.unstack(tf.stack([a!, b!], 1), 1)[0]!, b!),
  },
  pad: {
    inputs: { x: normal(2, 3) },
    run: ({ x }) =>
      tf.pad(x!, [
        [0, 1],
        [2, 0],
      ]),
  },
  tile: { inputs: { x: normal(2, 1, 3) }, run: ({ x }) => tf.tile(x!, [1, 4, 1]) },
  'expand dims and squeeze': { inputs: { x: normal(2, 3) }, run: ({ x }) => tf.squeeze(tf.expandDims(x!, -1)) },
  cumsum: { inputs: { x: normal(3, 5) }, run: ({ x }) => tf.cumsum(x!, 1) },
  'cumsum, exclusive and reversed': { inputs: { x: normal(3, 5) }, run: ({ x }) => tf.cumsum(x!, 1, true, true) },
  where: {
    inputs: { a: normal(3, 4), b: normal(3, 4), c: bool([3, 4], [1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0]) },
    run: ({ a, b, c }) => tf.where(c!, a!, b!),
    wrt: ['a', 'b'],
  },
  // Their gradient is a product up to 128 rows, and above it a sum in place.
  ...Object.fromEntries(
    [50, 500].map((rows) => [
      `gather from ${rows} rows, many alike`,
      {
        inputs: { table: normal(rows, 16), at: ids(rows, 400) },
        run: ({ table, at }: Inputs) => tf.gather(table!, at! as tf.Tensor1D),
        wrt: ['table'],
      },
    ]),
  ),
  'take along the last axis': { inputs: { x: normal(64, 30), at: ids(30, 64) }, run: ({ x, at }) => takeAlongLast(x!, at!), wrt: ['x'] },
  'token log-probabilities': {
    inputs: { logits: normal(64, 30), at: ids(30, 64) },
    run: ({ logits, at }) => tokenLogprobs(logits!, at!),
    wrt: ['logits'],
  },
  ...Object.fromEntries(
    [
      { how: 'whose probabilities are kept', V: 30, N: 64 },
      { how: 'in parts', V: 9000, N: 6, maxKept: 0 },
    ].map(({ how, V, N, maxKept }) => [
      `log-probabilities from an output matrix, ${how}`,
      {
        inputs: { hidden: normal(N, 4), weight: normal(V, 4), at: ids(V, N) },
        run: ({ hidden: h, weight, at }: Inputs) => {
          const { logprobs, best } = linearLogprobs(h!, weight!, at!, { maxKept });
          return tf.stack([logprobs, best]);
        },
        wrt: ['hidden', 'weight'],
      },
    ]),
  ),
  'rms norm': { inputs: { x: normal(2, 5, 8), w: normal(8) }, run: ({ x, w }) => rmsNorm(x!, w!, 1e-5) },
  'layer norm': {
    inputs: { x: normal(2, 5, 8), w: normal(8), b: normal(8) },
    run: ({ x, w, b }) => layerNorm(x!, w!, b!, 1e-5),
  },
  gelu: { inputs: { x: normal(5, 8) }, run: ({ x }) => gelu(tf.mul(x!, 3)) },
  swiglu: { inputs: { gate: normal(5, 8), up: normal(5, 8) }, run: ({ gate, up }) => swiglu(gate!, up!) },
  rotary: {
    inputs: { x: normal(2, 5, 16), at: ids(20, 2, 5) },
    run: ({ x, at }) => rotary(x!, at!, { length: 20, inverseFrequencies: [1, 0.1, 0.01, 0.001], attentionScale: 1.1 }),
    wrt: ['x'],
  },
  'attention with grouped heads': {
    inputs: { q: normal(2, 3, 16), key: normal(2, 2, 7, 4), value: normal(2, 2, 7, 4), bias: hidden(2, 3, 7) },
    run: (x) => attention(x as Record<'q' | 'key' | 'value' | 'bias', tf.Tensor>, false),
    wrt: ['q', 'key', 'value'],
  },
  'attention of one new token': {
    inputs: { q: normal(2, 1, 16), key: normal(2, 2, 7, 4), value: normal(2, 2, 7, 4), bias: hidden(2, 1, 7) },
    run: (x) => attention(x as Record<'q' | 'key' | 'value' | 'bias', tf.Tensor>, false),
    wrt: ['q', 'key', 'value'],
  },
  'causal attention in one block': {
    inputs: { q: normal(2, 6, 8), key: normal(2, 1, 6, 4), value: normal(2, 1, 6, 4), bias: ahead(2, 6) },
    run: (x) => attention(x as Record<'q' | 'key' | 'value' | 'bias', tf.Tensor>, true),
    wrt: ['q', 'key', 'value'],
  },
  'causal attention in several blocks': {
    inputs: { q: normal(1, 300, 8), key: normal(1, 2, 300, 4), value: normal(1, 2, 300, 4), bias: ahead(1, 300) },
    run: (x) => attention(x as Record<'q' | 'key' | 'value' | 'bias', tf.Tensor>, true),
    wrt: ['q', 'key', 'value'],
  },
  'causal attention whose weights are made again for the gradient': {
    inputs: { q: normal(1, 1030, 2), key: normal(1, 1, 1030, 2), value: normal(1, 1, 1030, 2), bias: ahead(1, 1030) },
    run: (x) => attention(x as Record<'q' | 'key' | 'value' | 'bias', tf.Tensor>, true),
    wrt: ['q', 'key', 'value'],
  },
  // Heads of 8 go through the fused kernel, heads of 6 do not; rows have 0, 3 and 5 tokens behind them.
  ...Object.fromEntries(
    [8, 6].map((D) => [
      `attention over a cache, heads of ${D}`,
      {
        inputs: {
          q: normal(3, 4 * D),
          key: normal(3, 2 * D),
          value: normal(3, 2 * D),
          keyCache: normal(3, 2, 7, D),
          valueCache: normal(3, 2, 7, D),
          lengths: int32([3], [0, 3, 5]),
        },
        run: (x: Inputs) => {
          const { mixed, keyCache, valueCache } = cachedAttention(x as Parameters<typeof cachedAttention>[0], {
            numHeads: 4,
            numKvHeads: 2,
          });
          // Slots beyond a row's end hold what they like.
          const isFilled = tf.lessEqual(tf.range(0, 7, 1, 'int32'), tf.expandDims(x.lengths!, 1));
          const filled = (cache: tf.Tensor) => tf.mul(cache, tf.cast(tf.reshape(isFilled, [3, 1, 7, 1]), 'float32'));
          return tf.concat([mixed, tf.reshape(filled(keyCache), [3, -1]), tf.reshape(filled(valueCache), [3, -1])], 1);
        },
        wrt: [],
      },
    ]),
  ),
  'attention over a cache in two parts': {
    inputs: {
      q: normal(3, 24),
      key: normal(3, 12),
      value: normal(3, 12),
      i: int32([], [2]),
      lengths: int32([3], [0, 3, 5]),
      pastKey: normal(3, 2, 7, 6),
      pastValue: normal(3, 2, 7, 6),
      recentKey: normal(3, 2, 4, 6),
      recentValue: normal(3, 2, 4, 6),
    },
    run: ({ lengths, ...x }) => {
      const bias = cacheBias({ lengths: lengths!, i: x.i! }, { B: 3, S: 7, most: 4 });
      const inputs = { ...x, bias } as Parameters<typeof splitCacheAttention>[0];
      const { mixed, recentKey, recentValue } = splitCacheAttention(inputs, { numHeads: 4, numKvHeads: 2 });
      return tf.concat([mixed, tf.reshape(recentKey, [3, -1]), tf.reshape(recentValue, [3, -1])], 1);
    },
    wrt: [],
  },
  'comparisons and logic': {
    inputs: { a: ids(4, 5, 5), b: ids(4, 5, 5) },
    run: ({ a, b }) =>
      tf.cast(tf.logicalOr(tf.logicalAnd(tf.less(a!, b!), tf.notEqual(a!, b!)), tf.logicalNot(tf.greaterEqual(a!, b!))), 'float32'),
    wrt: [],
  },
  'one hot, arg max, all and any': {
    inputs: { x: normal(6, 5) },
    run: ({ x }) =>
      tf.add(
        tf.oneHot(tf.argMax(x!, 1) as tf.Tensor1D, 5, 1, 0, 'float32'),
        tf.cast(tf.logicalAnd(tf.any(tf.greater(x!, 1)), tf.all(tf.less(x!, 9))), 'float32'),
      ),
    wrt: [],
  },
  'top k': { inputs: { x: normal(4, 9) }, run: ({ x }) => tf.topk(x!, 3).values, wrt: [] },
  scan: {
    inputs: { x: normal(4), rates: positive(3) },
    run: ({ x, rates }) => {
      const result = scan(3, { x: x! }, { rate: rates! }, (carry, { rate }) => {
        const { value, grad } = tf.valueAndGrad((y) => tf.sum(tf.square(tf.tanh(y))) as tf.Scalar)(carry.x);
        return { carry: { x: tf.sub(carry.x, tf.mul(rate, grad)) }, out: { value } };
      });
      return tf.concat([result.carry.x as tf.Tensor1D, result.outs.value as tf.Tensor as tf.Tensor1D]);
    },
    wrt: [],
  },
  'while loop, what its steps put out': {
    inputs: { x: positive(2) },
    run: ({ x }) =>
      whileLoop(20, { x: x! }, ({ x: y }) => ({ carry: { x: tf.mul(y, 2) }, proceed: tf.all(tf.less(y, 10)), out: { y } })).outs.y,
    wrt: [],
  },
  'while loop': {
    inputs: { x: positive(2) },
    run: ({ x }) =>
      whileLoop(20, { x: x! }, ({ x: y }) => ({ carry: { x: tf.mul(y, 2) }, proceed: tf.all(tf.less(y, 10)), out: [] })).carry.x,
    wrt: [],
  },
};

afterAll(() => configureRuntime({ backend: 'onnx', threads: 2 }));

/** The operation's result, and its gradient by every variable. */
function compileCase(name: string, { inputs, run, wrt }: (typeof cases)[string]) {
  const variables = wrt ?? Object.keys(inputs);
  return jit(name, (x: Inputs): Record<string, tf.Tensor> => {
    const out = run(x);
    if (variables.length === 0) return { out };
    // A weighted sum, so that every entry's gradient differs.
    const weight = tf.sin(tf.reshape(tf.range(0, sizeOf(out.shape)), out.shape));
    const loss = (...vs: tf.Tensor[]) =>
      tf.sum(tf.mul(run({ ...x, ...Object.fromEntries(variables.map((v, i) => [v, vs[i]!])) }), weight)) as tf.Scalar;
    const { grads } = tf.valueAndGrads(loss)(variables.map((v) => x[v]!));
    return { out, ...Object.fromEntries(grads.map((g, i) => [`gradient of ${variables[i]}`, g])) };
  });
}

function expectAgreement(actual: Record<string, NdArray>, expected: Record<string, NdArray>, label: string) {
  for (const key of Object.keys(expected)) expectClose(actual[key]!, expected[key]!, `${key}, ${label}`);
}

describe('onnx agrees with the referee', () => {
  for (const [name, each] of Object.entries(cases)) {
    test(name, async () => {
      const program = compileCase(name, each);
      configureRuntime({ backend: 'cpu' });
      const expected = await program(each.inputs);
      for (const threads of [1, 2]) {
        configureRuntime({ backend: 'onnx', threads });
        for (let i = 0; i < 50; i++) expectAgreement(await program(each.inputs), expected, `${threads} threads, run ${i}`);
      }
      await program.dispose();
    });
  }
});

describe.skipIf(!hasTensorflow)(onlyWithTensorflow('tensorflow agrees with the referee'), () => {
  for (const [name, each] of Object.entries(cases)) {
    test(name, async () => {
      const program = compileCase(name, each);
      configureRuntime({ backend: 'cpu' });
      const expected = await program(each.inputs);
      configureRuntime({ backend: 'tensorflow' });
      for (let i = 0; i < 5; i++) expectAgreement(await program(each.inputs), expected, `run ${i}`);
    });
  }
});
