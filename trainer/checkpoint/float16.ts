/** IEEE 754 half precision and bfloat16 as 16-bit patterns, to and from float32. */

const scratch = new Float32Array(1);
const bitsOf = new Uint32Array(scratch.buffer);

/** Rounds to the nearest half, ties to even; beyond 65504 becomes infinity. */
export function toFloat16(value: number): number {
  scratch[0] = value;
  const bits = bitsOf[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: counted in units of 2⁻²⁴, exact in a float64.
    return sign | roundHalfToEven(Math.abs(scratch[0]!) * 2 ** 24);
  }
  return sign | ((magnitude - 0x38000000 + 0x0fff + ((magnitude >>> 13) & 1)) >>> 13);
}

export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function fromBfloat16(bits: number): number {
  bitsOf[0] = bits << 16;
  return scratch[0]!;
}

function roundHalfToEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
