/**
 * The operations for which composing TensorFlow.js ops is slow or not possible in a traced graph: each has a plain
 * composition (which the eager backends run, and against which it is tested), an ONNX form in few nodes, and a gradient
 * derived by hand.
 */
import * as tf from '@tensorflow/tfjs';
import { reshape, traceKernel, type Emit, type Value } from './onnx/trace';

type Attrs = Record<string, unknown>;
type Tensors = Record<string, tf.Tensor>;

function defineOp(op: {
  name: string;
  inputs: string[];
  /** Which outputs the gradient needs beside all inputs. */
  saved?: boolean[];
  compose: (inputs: Tensors, attrs: Attrs) => tf.Tensor | tf.Tensor[];
  emit: Emit;
  /** `saved` holds the inputs by name and the saved outputs as `out0`, `out1` … */
  gradient?: (dy: tf.Tensor, saved: Tensors, attrs: Attrs) => Record<string, () => tf.Tensor>;
}): (inputs: Tensors, attrs?: Attrs) => tf.Tensor[] {
  const kernelName = `Heed${op.name}`;
  for (const backendName of ['cpu', 'tensorflow']) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => op.compose(inputs as Tensors, (attrs ?? {}) as Attrs),
    });
  }
  traceKernel(kernelName, op.emit);
  if (op.gradient) {
    tf.registerGradient({
      kernelName,
      inputsToSave: op.inputs,
      outputsToSave: op.saved,
      gradFunc: (dy, saved, attrs) => {
        const named = Object.fromEntries(saved.map((t, i) => [op.inputs[i] ?? `out${i - op.inputs.length}`, t]));
        return op.gradient!(Array.isArray(dy) ? dy[0]! : dy, named, attrs as Attrs);
      },
    });
  }
  return (inputs, attrs = {}) => {
    const out = tf.engine().runKernel(kernelName, inputs as unknown as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
    return Array.isArray(out) ? out : [out];
  };
}

const last = (shape: readonly number[]) => shape.at(-1)!;

// Picking one entry of the last axis ------------------------------------------------------------------------------------

const scatterAlongLastOp = defineOp({
  name: 'ScatterAlongLast',
  inputs: ['ids', 'updates'],
  compose: ({ ids, updates }, { depth }) =>
    tf.mul(tf.oneHot(ids as tf.Tensor1D, depth as number, 1, 0, 'float32'), tf.expandDims(updates!, -1)),
  emit: (g, { ids, updates }, { depth }) => {
    const shape = [...ids!.shape, depth as number];
    const column = [...ids!.shape, 1];
    const zeros: Value = { kind: 'uniform', number: 0, dtype: 'float32', shape };
    return g.node('ScatterElements', [zeros, reshape(g, ids!, column), reshape(g, updates!, column)], shape, 'float32', { axis: -1 });
  },
});

const takeAlongLastOp = defineOp({
  name: 'TakeAlongLast',
  inputs: ['x', 'ids'],
  compose: ({ x, ids }) => tf.sum(tf.mul(x!, tf.oneHot(ids as tf.Tensor1D, last(x!.shape), 1, 0, 'float32')), -1),
  emit: (g, { x, ids }) => {
    const column = [...ids!.shape, 1];
    return reshape(g, g.node('GatherElements', [x!, reshape(g, ids!, column)], column, 'float32', { axis: -1 }), ids!.shape);
  },
  gradient: (dy, { x, ids }) => ({ x: () => scatterAlongLastOp({ ids: ids!, updates: dy }, { depth: last(x!.shape) })[0]! }),
});

/** Picks `x[…, ids[…]]`. @param x (…, V) @param ids int32 (…), each in [0, V) @returns (…) */
export function takeAlongLast(x: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return takeAlongLastOp({ x, ids })[0]!;
}

const tokenLogprobsOp = defineOp({
  name: 'TokenLogprobs',
  inputs: ['logits', 'ids'],
  saved: [false, true],
  compose: ({ logits, ids }) => {
    const all = tf.logSoftmax(logits!);
    return [takeAlongLast(all, ids!), all];
  },
  emit: (g, { logits, ids }) => {
    const all = g.node('LogSoftmax', [logits!], logits!.shape, 'float32', { axis: -1 });
    const column = [...ids!.shape, 1];
    return [reshape(g, g.node('GatherElements', [all, reshape(g, ids!, column)], column, 'float32', { axis: -1 }), ids!.shape), all];
  },
  // d log p(id) / d z = onehot(id) − softmax(z)
  gradient: (dy, { ids, out0: all }) => ({
    logits: () => addAlongLastOp({ x: tf.mul(tf.exp(all!), tf.expandDims(tf.neg(dy), -1)), ids: ids!, updates: dy })[0]!,
  }),
});

const addAlongLastOp = defineOp({
  name: 'AddAlongLast',
  inputs: ['x', 'ids', 'updates'],
  compose: ({ x, ids, updates }) => tf.add(x!, scatterAlongLastOp({ ids: ids!, updates: updates! }, { depth: last(x!.shape) })[0]!),
  emit: (g, { x, ids, updates }) => {
    const column = [...ids!.shape, 1];
    return g.node('ScatterElements', [x!, reshape(g, ids!, column), reshape(g, updates!, column)], x!.shape, 'float32', {
      axis: -1,
      reduction: 'add',
    });
  },
});

/** log softmax(logits)[id], without a one-hot matrix. @param logits (N, V) @param ids int32 (N) @returns nats, (N) */
export function tokenLogprobs(logits: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return tokenLogprobsOp({ logits, ids })[0]!;
}

// RMS norm -------------------------------------------------------------------------------------------------------------

const rmsNormOp = defineOp({
  name: 'RmsNorm',
  inputs: ['x', 'weight'],
  saved: [false, true],
  compose: ({ x, weight }, { eps }) => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), eps as number));
    return [tf.mul(tf.mul(x!, inverse), weight!), inverse];
  },
  emit: (g, { x, weight }, { eps }) =>
    g.nodeMany(
      'SimplifiedLayerNormalization',
      [x!, weight!],
      [
        { shape: x!.shape, dtype: 'float32' },
        { shape: [...x!.shape.slice(0, -1), 1], dtype: 'float32' },
      ],
      {
        axis: -1,
        epsilon: { float: eps as number },
        stash_type: 1,
      },
    ),
  // With h = x·s, s = 1/rms: dx = s·(dy·w − h·mean(dy·w·h)), dw = Σ dy·h.
  gradient: (dy, { x, weight, out0: inverse }) => {
    const normal = tf.mul(x!, inverse!);
    return {
      x: () => {
        const scaled = tf.mul(dy, weight!);
        return tf.mul(inverse!, tf.sub(scaled, tf.mul(normal, tf.mean(tf.mul(scaled, normal), -1, true))));
      },
      weight: () => tf.sum(tf.mul(dy, normal), dy.shape.map((_, i) => i).slice(0, -1)),
    };
  },
});

/** x / √(mean(x²) + eps) · weight (Zhang & Sennrich 2019, eq. 4). @param x (…, D) @param weight (D) */
export function rmsNorm(x: tf.Tensor, weight: tf.Tensor, eps: number): tf.Tensor {
  return rmsNormOp({ x, weight }, { eps })[0]!;
}

// SwiGLU ---------------------------------------------------------------------------------------------------------------

const swigluOp = defineOp({
  name: 'Swiglu',
  inputs: ['gate', 'up'],
  compose: ({ gate, up }) => tf.mul(tf.mul(gate!, tf.sigmoid(gate!)), up!),
  emit: (g, { gate, up }) => {
    const silu = g.node('QuickGelu', [gate!], gate!.shape, 'float32', { alpha: { float: 1 } }, 'com.microsoft');
    return g.node('Mul', [silu, up!], gate!.shape);
  },
  // silu'(g) = σ(g)·(1 + g·(1 − σ(g)))
  gradient: (dy, { gate, up }) => {
    const sigmoid = tf.sigmoid(gate!);
    const silu = tf.mul(gate!, sigmoid);
    return {
      gate: () => tf.mul(tf.mul(dy, up!), tf.add(silu, tf.mul(sigmoid, tf.sub(1, silu)))),
      up: () => tf.mul(dy, silu),
    };
  },
});

/** silu(gate) · up (Shazeer 2020, eq. 6). Shapes equal. */
export function swiglu(gate: tf.Tensor, up: tf.Tensor): tf.Tensor {
  return swigluOp({ gate, up })[0]!;
}

// Rotary positions -----------------------------------------------------------------------------------------------------

/** (length, headDim / 2) tables; inverse frequencies as Hugging Face computes them, in float64. */
function rotaryTables(length: number, headDim: number, theta: number): { cos: Float32Array; sin: Float32Array } {
  const half = headDim / 2;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < half; i++) {
      const angle = p * Math.fround(1 / theta ** ((2 * i) / headDim));
      cos[p * half + i] = Math.cos(angle);
      sin[p * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

const rotaryOp = defineOp({
  name: 'Rotary',
  inputs: ['x', 'positions'],
  compose: ({ x, positions }, attrs) => {
    const { length, headDim, theta, sign } = attrs as { length: number; headDim: number; theta: number; sign: number };
    const [B, T, width] = x!.shape as [number, number, number];
    const tables = rotaryTables(length, headDim, theta);
    const half = headDim / 2;
    const at = (table: Float32Array) => tf.expandDims(tf.gather(tf.tensor2d(table, [length, half]), positions as tf.Tensor2D), 2);
    const cos = at(tables.cos);
    const sin = tf.mul(at(tables.sin), sign);
    const heads = tf.reshape(x!, [B, T, width / headDim, headDim]);
    const a = tf.slice(heads, [0, 0, 0, 0], [-1, -1, -1, half]);
    const b = tf.slice(heads, [0, 0, 0, half], [-1, -1, -1, half]);
    return tf.reshape(tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], 3), [B, T, width]);
  },
  emit: (g, { x, positions }, attrs) => {
    const { length, headDim, theta, sign } = attrs as { length: number; headDim: number; theta: number; sign: number };
    const tables = rotaryTables(length, headDim, theta);
    const table = (data: Float32Array): Value => ({ kind: 'constant', dtype: 'float32', shape: [length, headDim / 2], data });
    const ids = g.node('Cast', [positions!], positions!.shape, 'int64', { to: 7 });
    const sin = sign < 0 ? tables.sin.map((v) => -v) : tables.sin;
    return g.node('RotaryEmbedding', [x!, ids, table(tables.cos), table(sin)], x!.shape, 'float32', {}, 'com.microsoft');
  },
  // A rotation's transpose is the rotation back.
  gradient: (dy, { positions }, attrs) => ({
    x: () => rotaryOp({ x: dy, positions: positions! }, { ...attrs, sign: -(attrs.sign as number) })[0]!,
  }),
});

/**
 * Rotary position embedding (Su et al. 2021), the half-split form of Hugging Face's `rotate_half`.
 * @param x (B, T, heads · headDim) @param positions int32 (B, T), each below `length`
 */
export function rotary(x: tf.Tensor, positions: tf.Tensor, attrs: { length: number; headDim: number; theta: number }): tf.Tensor {
  return rotaryOp({ x, positions }, { ...attrs, sign: 1 })[0]!;
}

// Key-value cache ------------------------------------------------------------------------------------------------------

const writeSlotOp = defineOp({
  name: 'WriteSlot',
  inputs: ['cache', 'row', 'slot'],
  compose: ({ cache, row, slot }) => {
    const isSlot = tf.equal(tf.range(0, cache!.shape[2]!, 1, 'int32'), slot!);
    return tf.where(tf.reshape(isSlot, [1, 1, -1, 1]), row!, cache!);
  },
  emit: (g, { cache, row, slot }) => {
    const [B, H, , D] = cache!.shape as [number, number, number, number];
    // Distinct indices (b, h, slot): no reduction, no race.
    const at = new BigInt64Array(B * H * 3);
    for (let i = 0; i < B * H; i++) at.set([BigInt(Math.floor(i / H)), BigInt(i % H), 0n], i * 3);
    const base: Value = { kind: 'constant', dtype: 'int64', shape: [B, H, 3], data: at };
    const offset = g.node('Mul', [g.node('Cast', [slot!], [], 'int64', { to: 7 }), g.ints([0, 0, 1])], [3], 'int64');
    const indices = g.node('Add', [base, offset], [B, H, 3], 'int64');
    return g.node('ScatterND', [cache!, indices, reshape(g, row!, [B, H, D])], cache!.shape, 'float32');
  },
});

/** The cache with one more row. @param cache (B, H, S, D) @param row (B, H, 1, D) @param slot int32 scalar in [0, S). No gradient. */
export function writeSlot(cache: tf.Tensor, row: tf.Tensor, slot: tf.Tensor): tf.Tensor {
  return writeSlotOp({ cache, row, slot })[0]!;
}
