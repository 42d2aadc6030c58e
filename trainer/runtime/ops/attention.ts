/**
 * Scaled dot-product attention with grouped key-value heads, as one operation.
 *
 * Under a causal mask queries are taken in blocks, and a block sees only the keys up to its end: half of the products of a
 * long sequence are never made, and the largest tensor alive has one block's queries, not all. The weights of a small
 * problem are kept for the backward pass; those of a large one are made again there (Dao et al. 2022, section 3.1).
 */
import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../nd-array';
import { reshape, type Graph, type Value } from '../onnx/trace';
import { defineOp, type Attrs } from './define-op';

const BLOCK = 128;
const MAX_KEPT_BLOCKS = 8;
/** Weights of a layer that are kept for the backward pass: at most 8 MB. */
const MAX_KEPT_NUMBERS = 2 ** 21;

type Sizes = { B: number; T: number; S: number; H: number; Hkv: number; D: number };
type Block = { start: number; rows: number; keys: number };

function sizesOf(q: { shape: readonly number[] }, key: { shape: readonly number[] }): Sizes {
  const [B, T, width] = q.shape as [number, number, number];
  const [, Hkv, S, D] = key.shape as [number, number, number, number];
  return { B, T, S, H: width / D, Hkv, D };
}

function blocksOf({ T, S }: Sizes, isCausal: boolean): Block[] {
  if (!isCausal) return [{ start: 0, rows: T, keys: S }];
  return Array.from({ length: Math.ceil(T / BLOCK) }, (_, i) => {
    const start = i * BLOCK;
    const rows = Math.min(BLOCK, T - start);
    return { start, rows, keys: start + rows };
  });
}

const numWeights = ({ B, H }: Sizes, blocks: Block[]) => B * H * blocks.reduce((sum, { rows, keys }) => sum + rows * keys, 0);

// The plain composition ---------------------------------------------------------------------------------------------------

/** Heads that share keys stand side by side, so that one product serves the whole group. (B, T, H·D) → (B, Hkv, H/Hkv·T, D) */
const grouped = (x: tf.Tensor, { B, T, H, Hkv, D }: Sizes) =>
  tf.reshape(tf.transpose(tf.reshape(x, [B, T, H, D]), [0, 2, 1, 3]), [B, Hkv, (H / Hkv) * T, D]);
const joined = (x: tf.Tensor, { B, T, H, D }: Sizes) => tf.reshape(tf.transpose(tf.reshape(x, [B, H, T, D]), [0, 2, 1, 3]), [B, T, H * D]);

function plainWeights(sizes: Sizes, q: tf.Tensor, key: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const { B, T, S, H, Hkv, D } = sizes;
  const scores = tf.matMul(grouped(tf.mul(q, 1 / Math.sqrt(D)), sizes), key, false, true);
  return tf.reshape(tf.softmax(tf.add(tf.reshape(scores, [B, H, T, S]), bias)), [B, Hkv, (H / Hkv) * T, S]);
}

// The ONNX form -----------------------------------------------------------------------------------------------------------

/** `x[:, :, start:start+count]` of a tensor of rank 4. */
function rowsOf(g: Graph, x: Value, start: number, count: number): Value {
  if (start === 0 && count === x.shape[2]) return x;
  const shape = x.shape.map((n, i) => (i === 2 ? count : n));
  return g.node('Slice', [x, g.ints([start]), g.ints([start + count]), g.ints([2])], shape);
}

const fused = (g: Graph, a: Value, b: Value, shape: number[], attributes: { transA?: number; transB?: number; alpha?: number }) => {
  const { alpha = 1, ...transposed } = attributes;
  return g.node('FusedMatMul', [a, b], shape, 'float32', { ...transposed, alpha: { float: alpha } }, 'com.microsoft');
};

/** (B, T, heads · D) → (B, heads, T, D), and back. */
const splitHeads = (g: Graph, x: Value, { B, T, D }: Sizes, heads: number) =>
  T === 1
    ? reshape(x, [B, heads, T, D])
    : g.node('Transpose', [reshape(x, [B, T, heads, D])], [B, heads, T, D], 'float32', { perm: [0, 2, 1, 3] });
const joinHeads = (g: Graph, x: Value, { B, T, H, D }: Sizes) =>
  reshape(T === 1 ? x : g.node('Transpose', [x], [B, T, H, D], 'float32', { perm: [0, 2, 1, 3] }), [B, T, H * D]);

const group = (g: Graph, x: Value, { B, H, Hkv }: Sizes) => reshape(x, [B, Hkv, (H / Hkv) * x.shape[2]!, x.shape[3]!]);

/** Softmax weights of a block's queries, (B, H, rows, keys). `heads` (B, H, T, D). */
function blockWeights(g: Graph, sizes: Sizes, { start, rows, keys }: Block, heads: Value, key: Value, bias: Value): Value {
  const { B, H, Hkv, D, T } = sizes;
  const queries = group(g, rowsOf(g, heads, start, rows), sizes);
  const product = fused(g, queries, rowsOf(g, key, 0, keys), [B, Hkv, (H / Hkv) * rows, keys], { transB: 1, alpha: 1 / Math.sqrt(D) });
  let mask = bias.shape[2] === 1 && T > 1 ? bias : rowsOf(g, bias, start, rows);
  if (keys < bias.shape[3]!) {
    mask = g.node('Slice', [mask, g.ints([0]), g.ints([keys]), g.ints([3])], [...mask.shape.slice(0, 3), keys]);
  }
  const shape = [B, H, rows, keys];
  return g.node('Softmax', [g.node('Add', [reshape(product, shape), mask], shape)], shape, 'float32', { axis: -1 });
}

const joinRows = (g: Graph, parts: Value[], shape: number[]) =>
  parts.length === 1 ? parts[0]! : g.node('Concat', parts, shape, 'float32', { axis: 2 });

// Forward and backward ----------------------------------------------------------------------------------------------------

export const attentionOp = defineOp({
  name: 'Attention',
  inputs: ['q', 'key', 'value', 'bias'],
  saved: Array<boolean>(1 + MAX_KEPT_BLOCKS).fill(true),
  compose: ({ q, key, value, bias }) => {
    const sizes = sizesOf(q!, key!);
    return joined(tf.matMul(plainWeights(sizes, q!, key!, bias!), value!), sizes);
  },
  emit: (g, { q, key, value, bias }, { isCausal }) => {
    const sizes = sizesOf(q!, key!);
    const { B, H, T, D } = sizes;
    const blocks = blocksOf(sizes, isCausal as boolean);
    const heads = splitHeads(g, q!, sizes, H);
    const weights = blocks.map((block) => blockWeights(g, sizes, block, heads, key!, bias!));
    const mixed = blocks.map(({ rows, keys }, i) => {
      const product = g.node(
        'MatMul',
        [group(g, weights[i]!, sizes), rowsOf(g, value!, 0, keys)],
        [B, sizes.Hkv, (H / sizes.Hkv) * rows, D],
      );
      return reshape(product, [B, H, rows, D]);
    });
    const out = joinHeads(g, joinRows(g, mixed, [B, H, T, D]), sizes);
    const isKept = blocks.length <= MAX_KEPT_BLOCKS && numWeights(sizes, blocks) <= MAX_KEPT_NUMBERS;
    return isKept ? [out, ...weights] : [out];
  },
  gradient: (dy, { bias: _, ...saved }, attrs) => {
    const [q, key, value] = attentionGradientOp({ dy, bias: _!, ...saved }, attrs);
    return { q: () => q!, key: () => key!, value: () => value! };
  },
});

/** With P the weights and O the output: dV = Pᵀ·dO, dS = P∘(dO·Vᵀ − rowsum(dO∘O)), dQ = dS·K/√D, dK = dSᵀ·Q/√D. */
const attentionGradientOp = defineOp({
  name: 'AttentionGradient',
  inputs: ['dy', 'q', 'key', 'value', 'bias', 'out0'],
  compose: ({ dy, q, key, value, bias }) => {
    const sizes = sizesOf(q!, key!);
    const weights = plainWeights(sizes, q!, key!, bias!);
    const dO = grouped(dy!, sizes);
    const dP = tf.matMul(dO, value!, false, true);
    const dS = tf.mul(tf.mul(weights, tf.sub(dP, tf.sum(tf.mul(weights, dP), -1, true))), 1 / Math.sqrt(sizes.D));
    return [joined(tf.matMul(dS, key!), sizes), tf.matMul(dS, grouped(q!, sizes), true), tf.matMul(weights, dO, true)];
  },
  emit: (g, { dy, q, key, value, bias, out0, ...kept }, { isCausal }) => {
    const sizes = sizesOf(q!, key!);
    const { B, T, S, H, Hkv, D } = sizes;
    const scale = 1 / Math.sqrt(D);
    const heads = splitHeads(g, q!, sizes, H);
    const dOut = splitHeads(g, dy!, sizes, H);
    const products = g.node('Mul', [dy!, out0!], [B, T, H * D]);
    const sums = g.node('ReduceSum', [reshape(products, [B, T, H, D]), g.ints([3])], [B, T, H, 1], 'float32', { keepdims: 1 });
    const dots = splitHeads(g, reshape(sums, [B, T, H]), { ...sizes, D: 1 }, H);
    const dQ: Value[] = [];
    const dKey: Value[] = [];
    const dValue: Value[] = [];
    const whole = [B, Hkv, S, D];
    // To the keys that a block did not see, nothing flows.
    const widen = (x: Value, keys: number) =>
      keys === S ? x : g.node('Pad', [x, g.ints([0, 0, 0, 0, 0, 0, S - keys, 0]), g.scalar(0)], whole, 'float32', { mode: 'constant' });
    blocksOf(sizes, isCausal as boolean).forEach((block, i) => {
      const { start, rows, keys } = block;
      const queryRows = (H / Hkv) * rows;
      const weights = kept[`out${i + 1}`] ?? blockWeights(g, sizes, block, heads, key!, bias!);
      const seenKeys = rowsOf(g, key!, 0, keys);
      const dO = group(g, rowsOf(g, dOut, start, rows), sizes);
      const dP = reshape(fused(g, dO, rowsOf(g, value!, 0, keys), [B, Hkv, queryRows, keys], { transB: 1 }), [B, H, rows, keys]);
      const shape = [B, H, rows, keys];
      const dS = group(g, g.node('Mul', [weights, g.node('Sub', [dP, rowsOf(g, dots, start, rows)], shape)], shape), sizes);
      dQ.push(reshape(fused(g, dS, seenKeys, [B, Hkv, queryRows, D], { alpha: scale }), [B, H, rows, D]));
      const queries = group(g, rowsOf(g, heads, start, rows), sizes);
      dKey.push(widen(fused(g, dS, queries, [B, Hkv, keys, D], { transA: 1, alpha: scale }), keys));
      dValue.push(widen(fused(g, group(g, weights, sizes), dO, [B, Hkv, keys, D], { transA: 1 }), keys));
    });
    const sum = (parts: Value[]) => (parts.length === 1 ? parts[0]! : g.node('Sum', parts, whole));
    return [joinHeads(g, joinRows(g, dQ, [B, H, T, D]), sizes), sum(dKey), sum(dValue)];
  },
});

/**
 * softmax(q·keyᵀ/√D + bias)·value for every head; query head h uses key-value head ⌊h·Hkv/H⌋.
 * @param q (B, T, H·D) @param key (B, Hkv, S, D) @param value (B, Hkv, S, D)
 * @param bias (B or 1, 1, T or 1, S): 0 where a query may look, very negative elsewhere; gets no gradient
 * @param isCausal S = T and the bias hides every key after its query: what is hidden is then not computed either
 * @returns (B·T, H·D)
 */
export function attention(inputs: Record<'q' | 'key' | 'value' | 'bias', tf.Tensor>, isCausal: boolean): tf.Tensor {
  const { q, key, bias } = inputs;
  if (isCausal && (key.shape[2] !== q.shape[1] || sizeOf(bias.shape.slice(2)) !== q.shape[1]! ** 2)) {
    throw new Error(
      `Causal attention needs as many keys as queries and a bias for each pair; got ${q.shape}, ${key.shape}, ${bias.shape}.`,
    );
  }
  return tf.reshape(attentionOp(inputs, { isCausal } satisfies Attrs)[0]!, [-1, q.shape[2]!]);
}
