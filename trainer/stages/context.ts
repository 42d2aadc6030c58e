/** What a stage is given by the worker around it: somewhere to report to, and word whether to go on. */
import type { StageCommand, StageReport } from '@/lib/training/contract';

export type StageContext = {
  report(report: StageReport): void;
  /** Asked between compiled calls; lets messages in first, since a call blocks the thread. */
  interruption(): Promise<StageCommand['type'] | null>;
  /** Every batch that PPO has sampled, for who measures a policy by something that training must not know. */
  onEpisodes?(episodes: { prompt: string; response: string }[], step: number): void;
  /** Least training time between two resume checkpoints; 20 s unless told otherwise. */
  resumeIntervalSeconds?: number;
  /** Most optimizer steps in one compiled call; as many as two seconds take, up to 8, unless told otherwise. */
  mostStepsPerCall?: number;
};

/** Thrown by a stage that was told to stop; the worker reports it as an end, not as a failure. */
export class Stopped extends Error {}
