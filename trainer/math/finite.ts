/** Where the first NaN or infinity stands. */

export type NotFinite = { name: string; index: number; value: number };

/** In the order of the record; null where all are finite. */
export function firstNotFinite(tensors: Record<string, { data: Float32Array }>): NotFinite | null {
  for (const [name, { data }] of Object.entries(tensors)) {
    // x − x is 0 for every finite number and NaN for the others.
    for (let index = 0; index < data.length; index++) {
      const value = data[index]!;
      if (value - value !== 0) return { name, index, value };
    }
  }
  return null;
}
