/** The key-value cache of decoding. */
import * as tf from '@tensorflow/tfjs';
import { reshape, type Value } from '../onnx/trace';
import { defineOp } from './define-op';

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
