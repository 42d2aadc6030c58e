/** Learning-rate schedules as Hugging Face's `get_scheduler` has them: linear warm-up, then linear or half-cosine to 0. */
export type Schedule = { learningRate: number; lrScheduler: 'linear' | 'cosine' | 'constant'; warmupRatio: number };

/** The rate of step `step` (from 0) of `totalSteps`. The first warm-up step is not wasted: it runs at 1/(warm-up steps). */
export function learningRateAt({ learningRate, lrScheduler, warmupRatio }: Schedule, step: number, totalSteps: number): number {
  const warmup = Math.ceil(totalSteps * warmupRatio);
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  if (lrScheduler === 'constant') return learningRate;
  const done = (step - warmup) / Math.max(1, totalSteps - warmup);
  return learningRate * (lrScheduler === 'linear' ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done)));
}
