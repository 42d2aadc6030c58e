/** Whether two arrays hold the same numbers, up to rounding. */
import { expect } from 'vitest';
import type { NdArray } from '@/trainer/runtime/nd-array';

/** ‖a − b‖ and ‖b‖. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): { difference: number; norm: number } {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return { difference: Math.sqrt(difference), norm: Math.sqrt(norm) };
}

/** ‖actual − expected‖ ≤ tolerance·‖expected‖ + 1e-6 */
export function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, label: string, tolerance = 1e-4): void {
  expect(actual.length, label).toBe(expected.length);
  const { difference, norm } = distance(actual, expected);
  expect(difference, label).toBeLessThanOrEqual(tolerance * norm + 1e-6);
}

/** The same for arrays of one shape and type. */
export function expectClose(actual: NdArray, expected: NdArray, label: string, tolerance?: number): void {
  expect(actual.shape, label).toEqual(expected.shape);
  expect(actual.dtype, label).toBe(expected.dtype);
  expectNear(actual.data, expected.data, label, tolerance);
}

/** Bit for bit. */
export function expectIdentical(actual: NdArray, expected: NdArray, label: string): void {
  expect(actual.shape, label).toEqual(expected.shape);
  expect(Buffer.compare(bytesOf(actual), bytesOf(expected)), label).toBe(0);
}

const bytesOf = ({ data }: NdArray) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
