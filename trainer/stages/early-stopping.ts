/**
 * Early stopping on a held-out loss (Prechelt 1998): after `patience` measurements in a row without a lower one, training is over,
 * and the weights of the lowest are the result. What it remembers goes into the resume point, so that a stage that was killed stops
 * where an undisturbed one does.
 */
import type { FloatArray } from '../runtime/nd-array';
import type { ResumePoint } from './resume';

export type EarlyStopping = {
  /** A measurement after `step` steps. */
  hear(loss: number, step: number, params: FloatArray): void;
  isOver(): boolean;
  /** Null before the first measurement, or without patience. */
  best(): { params: FloatArray; step: number } | null;
  remembered(): Pick<ResumePoint, 'numbers' | 'extra'>;
};

/** @param patience null never stops, and keeps nothing */
export function earlyStopping(patience: number | null, from: Pick<Required<ResumePoint>, 'numbers' | 'extra'>): EarlyStopping {
  const { bestLoss, bestStep, since } = from.numbers;
  const known = from.extra.best;
  let best = known ? { params: known, loss: bestLoss!, step: bestStep! } : null;
  let worse = since ?? 0;
  return {
    hear(loss, step, params) {
      if (patience === null) return;
      if (best === null || loss < best.loss) {
        best = { params, loss, step };
        worse = 0;
      } else worse++;
    },
    isOver: () => patience !== null && worse >= patience,
    best: () => best,
    remembered: () => (best ? { numbers: { bestLoss: best.loss, bestStep: best.step, since: worse }, extra: { best: best.params } } : {}),
  };
}
