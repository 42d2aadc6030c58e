/** The standard normal distribution, and the test of a fair coin. */

/** P(|Z| ≥ |z|). The complementary error function after Abramowitz and Stegun's integral, by a continued fraction far out. */
export function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  if (x > 27) return 0;
  if (x < 2) {
    // erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!
    let term = x;
    let sum = x;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  // erfc x = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …))))
  let fraction = x;
  for (let n = 100; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/** Exact two-sided p-value of `heads` in `n` throws of a fair coin: twice the smaller tail, at most 1. */
export function fairCoin(heads: number, n: number): number {
  const extreme = Math.max(heads, n - heads);
  // log of n over k, less n·log 2, from k = n down.
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let k = n; k > extreme; k--) {
    logTerm += Math.log(k / (n - k + 1));
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
