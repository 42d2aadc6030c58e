/**
 * Newton's method for concave log-likelihoods of a few dozen parameters: logistic models, Bradley and Terry, Davidson. The information
 * matrix (minus the Hessian) is factored by Cholesky; a step that would not climb is halved. Dense, row by row in Float64Array.
 */
export type LogLikelihood = {
  size: number;
  /**
   * Fills `gradient` (size) and the lower triangle of `information` (size × size), both zero before; the information must be positive
   * definite (a direction the likelihood does not depend on gets a term of its own).
   * @returns the log-likelihood at `point`
   */
  evaluate(point: Float64Array, gradient: Float64Array, information: Float64Array): number;
};

export type Maximum = {
  point: Float64Array;
  logLikelihood: number;
  iterations: number;
  converged: boolean;
  /** Cholesky factor of the information at `point`, lower triangle; of use where it has converged. */
  factor: Float64Array;
};

const MAX_ITERATIONS = 100;
/** Of Newton's decrement, what the quadratic model still hopes to gain, against the likelihood itself. */
const TOLERANCE = 1e-17;
/** What sums of logarithms lose, against their size. */
const ROUNDING = 1e-12;

/** @returns null where the information is not positive definite at `start`: some direction is not determined by the data */
export function maximise({ size, evaluate }: LogLikelihood, start: Float64Array): Maximum | null {
  let point = Float64Array.from(start);
  let gradient = new Float64Array(size);
  let factor = new Float64Array(size * size);
  let value = evaluate(point, gradient, factor);
  for (let iterations = 1; ; iterations++) {
    // Definite at the start and not any more: the point is on its way to infinity.
    if (!cholesky(factor, size)) return iterations === 1 ? null : { point, logLikelihood: value, iterations, converged: false, factor };
    const step = solve(factor, gradient, size);
    const decrement = dot(step, gradient) / 2;
    const converged = decrement < TOLERANCE * (1 + Math.abs(value));
    // The last step, too small to be worth another look, doubles the digits once more.
    if (converged) return { point: point.map((x, i) => x + step[i]!), logLikelihood: value, iterations, converged, factor };
    if (iterations === MAX_ITERATIONS) return { point, logLikelihood: value, iterations, converged, factor };
    for (let scale = 1; ; scale /= 2) {
      const next = point.map((x, i) => x + scale * step[i]!);
      gradient = new Float64Array(size);
      const information = new Float64Array(size * size);
      const climbed = evaluate(next, gradient, information);
      if (climbed >= value - ROUNDING * (1 + Math.abs(value)) || scale < 1e-8) {
        [point, value, factor] = [next, climbed, information];
        break;
      }
    }
  }
}

/** The inverse of the factored matrix: covariances of the estimates. Whole, symmetric. */
export function inverse(factor: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    result.set(solve(factor, unit, size), column * size);
  }
  return result;
}

/** In place, lower triangle. @returns false where the matrix is not positive definite to working precision */
function cholesky(a: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const diagonal = a[j * size + j]!;
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= a[j * size + k]! ** 2;
    if (!(pivot > diagonal * 1e-12)) return false;
    const root = Math.sqrt(pivot);
    a[j * size + j] = root;
    for (let i = j + 1; i < size; i++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      a[i * size + j] = sum / root;
    }
  }
  return true;
}

function solve(factor: Float64Array, right: Float64Array, size: number): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * size + k]! * x[k]!;
    x[i]! /= factor[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= factor[k * size + i]! * x[k]!;
    x[i]! /= factor[i * size + i]!;
  }
  return x;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
