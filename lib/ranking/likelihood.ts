/**
 * Log-likelihoods of paired comparisons, for `maximise`. Parameters: the models' log-strengths θ, then what else the model has. Only
 * differences of θ matter; their sum gets a term of its own in the information and so stays 0.
 */
import { inverse, type LogLikelihood, type Maximum } from '../statistics/newton';
import type { PairCounts } from './comparisons';

/** Differences left − right of each comparison, `size` a row; rows of the counts are single comparisons then. */
export type Covariates = { size: number; values: Float64Array };

/** Bradley and Terry (1952): P(first preferred) = σ(θ₁ − θ₂ + β·z); a tie is half a win and half a loss. @returns of θ, then β */
export function bradleyTerryLikelihood(
  counts: PairCounts,
  covariates: Covariates = { size: 0, values: new Float64Array() },
): LogLikelihood {
  const { first, second, wins, losses, ties, models } = counts;
  const m = models.length;
  const k = covariates.size;
  const size = m + k;
  return {
    size,
    evaluate(point, gradient, information) {
      fixSum(information, m, size);
      let value = 0;
      for (let row = 0; row < first.length; row++) {
        const n = wins[row]! + losses[row]! + ties[row]!;
        if (n === 0) continue;
        const [i, j] = [first[row]!, second[row]!];
        const won = wins[row]! + ties[row]! / 2;
        let lead = point[i]! - point[j]!;
        for (let c = 0; c < k; c++) lead += point[m + c]! * covariates.values[row * k + c]!;
        const log1p = Math.log1p(Math.exp(-Math.abs(lead)));
        value += won * (Math.min(lead, 0) - log1p) - (n - won) * (Math.max(lead, 0) + log1p);
        const p = 1 / (1 + Math.exp(-lead));
        const residual = won - n * p;
        const weight = n * p * (1 - p);
        gradient[i]! += residual;
        gradient[j]! -= residual;
        information[i * size + i]! += weight;
        information[j * size + j]! += weight;
        information[Math.max(i, j) * size + Math.min(i, j)]! -= weight;
        for (let c = 0; c < k; c++) {
          const z = covariates.values[row * k + c]!;
          gradient[m + c]! += residual * z;
          information[(m + c) * size + i]! += weight * z;
          information[(m + c) * size + j]! -= weight * z;
          for (let d = 0; d <= c; d++) information[(m + c) * size + m + d]! += weight * z * covariates.values[row * k + d]!;
        }
      }
      return value;
    },
  };
}

/**
 * Davidson (1970): preferences in proportion to π₁, π₂ and ties to ν√(π₁π₂), with π = exp θ. An exponential family: concave in θ and
 * log ν. @returns of θ, then log ν
 */
export function davidsonLikelihood({ first, second, wins, losses, ties, models }: PairCounts): LogLikelihood {
  const m = models.length;
  const size = m + 1;
  return {
    size,
    evaluate(point, gradient, information) {
      fixSum(information, m, size);
      const logTie = point[m]!;
      let value = 0;
      for (let row = 0; row < first.length; row++) {
        const [won, lost, tied] = [wins[row]!, losses[row]!, ties[row]!];
        const n = won + lost + tied;
        if (n === 0) continue;
        const [i, j] = [first[row]!, second[row]!];
        const half = (point[i]! - point[j]!) / 2;
        const top = Math.max(Math.abs(half), logTie);
        const [a, b, t] = [Math.exp(half - top), Math.exp(-half - top), Math.exp(logTie - top)];
        const all = a + b + t;
        value += (won - lost) * half + tied * logTie - n * (top + Math.log(all));
        const [pA, pB, pT] = [a / all, b / all, t / all];
        // The statistics that go with θ₁ − θ₂ and log ν: ±½ for a preference and 0 for a tie; 1 for a tie.
        const lead = (pA - pB) / 2;
        const residual = (won - lost) / 2 - n * lead;
        const weight = n * ((pA + pB) / 4 - lead ** 2);
        const cross = -n * lead * pT;
        gradient[i]! += residual;
        gradient[j]! -= residual;
        gradient[m]! += tied - n * pT;
        information[i * size + i]! += weight;
        information[j * size + j]! += weight;
        information[Math.max(i, j) * size + Math.min(i, j)]! -= weight;
        information[m * size + i]! += cross;
        information[m * size + j]! -= cross;
        information[m * size + m]! += n * pT * (1 - pT);
      }
      return value;
    },
  };
}

/** Adds 1/m to the lower triangle of θ's block: the information of Σθ, which the likelihood has none of. */
function fixSum(information: Float64Array, m: number, size: number): void {
  for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) information[i * size + j]! += 1 / m;
}

/** Covariances of all parameters, Σθ being fixed at 0. (size × size) */
export function covariances({ factor }: Maximum, m: number, size: number): Float64Array {
  const covariance = inverse(factor, size);
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) covariance[i * size + j]! -= 1 / m;
  return covariance;
}
