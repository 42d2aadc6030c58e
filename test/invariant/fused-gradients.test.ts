/** Gradients derived by hand, against those that TensorFlow.js derives from the plain composition of the same operation. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '@/lib/rng';
import { sizeOf } from '@/trainer/runtime/nd-array';
import type { Attrs, Op, Tensors } from '@/trainer/runtime/ops/define-op';
import { attentionOp } from '@/trainer/runtime/ops/attention';
import { geluOp } from '@/trainer/runtime/ops/gelu';
import { layerNormOp } from '@/trainer/runtime/ops/layer-norm';
import { linearLogprobsOp } from '@/trainer/runtime/ops/linear-logprobs';
import { rmsNormOp } from '@/trainer/runtime/ops/rms-norm';
import { rotaryOp } from '@/trainer/runtime/ops/rotary';
import { swigluOp } from '@/trainer/runtime/ops/swiglu';
import { tokenLogprobsOp } from '@/trainer/runtime/ops/token-logprobs';

beforeAll(() => tf.setBackend('cpu'));

const rng = createRng(3);
const normal = (...shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    shape,
  );
const ids = (below: number, ...shape: number[]) =>
  tf.tensor(
    Int32Array.from({ length: sizeOf(shape) }, () => Math.floor(below * rng.next())),
    shape,
    'int32',
  );
const causal = (T: number) =>
  tf.tensor4d(
    Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0)),
    [1, 1, T, T],
  );

const cases: Record<string, () => { op: Op; inputs: Tensors; wrt: string[]; attrs?: Attrs }> = {
  attention: () => ({
    op: attentionOp,
    inputs: { q: normal(2, 5, 16), key: normal(2, 2, 5, 4), value: normal(2, 2, 5, 4), bias: causal(5) },
    wrt: ['q', 'key', 'value'],
    attrs: { isCausal: true },
  }),
  gelu: () => ({ op: geluOp, inputs: { x: normal(4, 7) }, wrt: ['x'] }),
  'layer norm': () => ({
    op: layerNormOp,
    inputs: { x: normal(3, 2, 8), weight: normal(8), bias: normal(8) },
    wrt: ['x', 'weight', 'bias'],
    attrs: { eps: 1e-5 },
  }),
  'rms norm': () => ({ op: rmsNormOp, inputs: { x: normal(3, 2, 8), weight: normal(8) }, wrt: ['x', 'weight'], attrs: { eps: 1e-5 } }),
  swiglu: () => ({ op: swigluOp, inputs: { gate: normal(4, 7), up: normal(4, 7) }, wrt: ['gate', 'up'] }),
  rotary: () => ({
    op: rotaryOp,
    inputs: { x: normal(2, 5, 16), positions: ids(20, 2, 5) },
    wrt: ['x'],
    attrs: { length: 20, inverseFrequencies: [1, 0.1, 0.01, 0.001], attentionScale: 1, sign: 1 },
  }),
  'token log-probabilities': () => ({
    op: tokenLogprobsOp,
    inputs: { logits: normal(6, 9), ids: ids(9, 6) },
    wrt: ['logits'],
  }),
  'log-probabilities from an output matrix': () => ({
    op: linearLogprobsOp,
    inputs: { hidden: normal(6, 4), weight: normal(9, 4), ids: ids(9, 6) },
    wrt: ['hidden', 'weight'],
  }),
};

describe('a gradient by hand is the composition’s own', () => {
  test.each(Object.keys(cases))('%s', (name) => {
    const { op, inputs, wrt, attrs = {} } = cases[name]!();
    const first = (out: tf.Tensor | tf.Tensor[]) => (Array.isArray(out) ? out[0]! : out);
    const weights = normal(...first(op(inputs, attrs)).shape);
    const gradientsOf = (run: (x: Tensors) => tf.Tensor | tf.Tensor[]) =>
      tf.grads((...values: tf.Tensor[]) =>
        tf.sum(tf.mul(first(run({ ...inputs, ...Object.fromEntries(wrt.map((key, i) => [key, values[i]!])) })), weights)),
      )(wrt.map((key) => inputs[key]!));
    const byHand = gradientsOf((x) => op(x, attrs));
    const derived = gradientsOf((x) => op.compose(x, attrs));
    wrt.forEach((key, i) => {
      const expected = derived[i]!.dataSync();
      const actual = byHand[i]!.dataSync();
      const size = Math.hypot(...expected);
      expect(size, key).toBeGreaterThan(0.1);
      expect(Math.hypot(...expected.map((x, k) => x - actual[k]!)) / size, key).toBeLessThan(1e-5);
    });
  });
});
