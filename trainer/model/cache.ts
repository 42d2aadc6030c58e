/** The key-value caches between calls: plain arrays with room for a few bucket lengths, grown when they are full. */
import { bucketOf } from '../data/collate';
import { float32, type FloatArray } from '../runtime/nd-array';

/** Of each layer, (B, kvHeads, slots, headDim). */
type LayerArrays = { key: FloatArray; value: FloatArray };
export type CacheArrays = { caches: LayerArrays[]; slots: number };
export type Cache = CacheArrays & {
  /** Writes (steps, …, B, kvHeads·headDim) rows of every layer behind each row's length. */
  append(rows: LayerArrays[], lengths: Int32Array, steps: number): void;
};

/** The same contents with room for `atLeast` slots, in a bucket length; the given one where it has room already. */
export function createCache(before: CacheArrays | Cache, atLeast: number): Cache {
  if ('append' in before && before.slots >= atLeast) return before;
  const slots = bucketOf(atLeast);
  const caches = before.caches.map(({ key, value }) => ({ key: widen(key, slots), value: widen(value, slots) }));
  const append: Cache['append'] = (rows, lengths, steps) => {
    caches.forEach((layer, l) => {
      write(layer.key, rows[l]!.key, lengths, steps);
      write(layer.value, rows[l]!.value, lengths, steps);
    });
  };
  return { caches, slots, append };
}

function widen({ shape, data }: FloatArray, slots: number): FloatArray {
  const [B, H, S, D] = shape as [number, number, number, number];
  const wide = float32([B, H, slots, D]);
  // What stands behind the longest row is padding: it need not have room.
  const kept = Math.min(S, slots) * D;
  for (let i = 0; i < B * H; i++) wide.data.set(data.subarray(i * S * D, i * S * D + kept), i * slots * D);
  return wide;
}

function write({ shape, data }: FloatArray, rows: FloatArray, lengths: Int32Array, steps: number): void {
  const [B, H, S, D] = shape as [number, number, number, number];
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < B * H; i++) {
      const from = (t * B * H + i) * D;
      data.set(rows.data.subarray(from, from + D), (i * S + lengths[Math.floor(i / H)]! + t) * D);
    }
  }
}
