/**
 * Exponential moving average of weights, a ← d·a + (1 − d)·x: smoother than the last iterate of noisy steps (Polyak and Juditsky 1992;
 * DeepSpeed-Chat's `enable_ema` saves such a policy beside the last one).
 */
import { float32, type FloatArray } from '../runtime/nd-array';

/** The next average; neither input is changed. @param decay d, in [0, 1); 0 gives `newest` */
export function movingAverage(average: FloatArray, newest: FloatArray, decay: number): FloatArray {
  const x = newest.data;
  return float32(
    average.shape,
    average.data.map((a, i) => x[i]! + decay * (a - x[i]!)),
  );
}
