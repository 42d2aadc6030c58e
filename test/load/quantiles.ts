export type Quantiles = { p50: number; p95: number; p99: number };

/** In the unit of `values`, to a tenth of it. */
export function quantiles(values: number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(10 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN)) / 10;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
