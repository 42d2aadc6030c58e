/** Plain arrays with a shape: what crosses the border between the recipes and the numeric backends. Row-major. */
export type NdArray =
  | { dtype: 'float32'; shape: number[]; data: Float32Array }
  | { dtype: 'int32'; shape: number[]; data: Int32Array }
  | { dtype: 'bool'; shape: number[]; data: Uint8Array };

export type FloatArray = Extract<NdArray, { dtype: 'float32' }>;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export function float32(shape: number[], data: Float32Array | readonly number[] = new Float32Array(sizeOf(shape))): FloatArray {
  return checked({ dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) });
}

export function int32(
  shape: number[],
  data: Int32Array | readonly number[] = new Int32Array(sizeOf(shape)),
): Extract<NdArray, { dtype: 'int32' }> {
  return checked({ dtype: 'int32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) });
}

export function bool(
  shape: number[],
  data: Uint8Array | readonly number[] = new Uint8Array(sizeOf(shape)),
): Extract<NdArray, { dtype: 'bool' }> {
  return checked({ dtype: 'bool', shape, data: data instanceof Uint8Array ? data : Uint8Array.from(data) });
}

function checked<T extends NdArray>(array: T): T {
  if (array.data.length !== sizeOf(array.shape)) {
    throw new Error(`An array of shape [${array.shape}] needs ${sizeOf(array.shape)} values, got ${array.data.length}.`);
  }
  return array;
}
