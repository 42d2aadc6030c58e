/**
 * From scores to advantages, on plain arrays: (B, T) row-major, `mask` 1 on response tokens, which start at column 0 of
 * every row. KL in nats.
 */
export type Batch = { rows: number; columns: number; mask: Float32Array };

/**
 * Per-token rewards: −β·kl_t, plus the response's score on its last token (Stiennon et al. 2020, appendix; position as
 * OpenRLHF has it). @param kl of each token, see `klPerToken` @param scores one a row
 */
export function tokenRewards({ rows, columns, mask }: Batch, kl: Float32Array, scores: Float32Array, klCoef: number): Float32Array {
  const rewards = new Float32Array(rows * columns);
  for (let b = 0; b < rows; b++) {
    let last = -1;
    for (let t = 0; t < columns; t++) {
      const i = b * columns + t;
      if (!mask[i]) continue;
      rewards[i] = -klCoef * kl[i]!;
      last = i;
    }
    if (last >= 0) rewards[last]! += scores[b]!;
  }
  return rewards;
}

/**
 * Generalized advantage estimation (Schulman et al. 2016, eq. 16), backwards in time:
 * δ_t = r_t + γ·V_{t+1} − V_t, A_t = δ_t + γ·λ·A_{t+1}; the value past the last token is 0. Returns are A_t + V_t.
 */
export function advantagesAndReturns(
  { rows, columns, mask }: Batch,
  rewards: Float32Array,
  values: Float32Array,
  gamma: number,
  gaeLambda: number,
): { advantages: Float32Array; returns: Float32Array } {
  const advantages = new Float32Array(rows * columns);
  const returns = new Float32Array(rows * columns);
  for (let b = 0; b < rows; b++) {
    let nextValue = 0;
    let nextAdvantage = 0;
    for (let t = columns - 1; t >= 0; t--) {
      const i = b * columns + t;
      if (!mask[i]) continue;
      const delta = rewards[i]! + gamma * nextValue - values[i]!;
      nextAdvantage = delta + gamma * gaeLambda * nextAdvantage;
      nextValue = values[i]!;
      advantages[i] = nextAdvantage;
      returns[i] = nextAdvantage + values[i]!;
    }
  }
  return { advantages, returns };
}

/** Mean and biased variance over the tokens that count. */
export function maskedMoments(x: Float32Array, mask: Float32Array): { mean: number; variance: number; count: number } {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++)
    if (mask[i]) {
      count++;
      sum += x[i]!;
    }
  const mean = count ? sum / count : 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) if (mask[i]) squares += (x[i]! - mean) ** 2;
  return { mean, variance: count ? squares / count : 0, count };
}

/** (x − μ)/√(σ² + 1e-8) over the tokens that count, 0 elsewhere; `keepMean` adds μ back (whitened rewards). */
export function whiten(x: Float32Array, mask: Float32Array, keepMean = false): Float32Array {
  const { mean, variance } = maskedMoments(x, mask);
  const scale = 1 / Math.sqrt(variance + 1e-8);
  return x.map((value, i) => (mask[i] ? (value - mean) * scale + (keepMean ? mean : 0) : 0));
}
