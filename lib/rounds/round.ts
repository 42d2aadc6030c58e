/** Rounds as the studio shows them. */
import type { CheckpointKind, JobState, RoundState, Stage } from '@/db/enums';
import type { RoundConfig } from '@/lib/training/hyperparameters';
import type { FailureDetails } from '@/lib/training/failures';
import type { Lack } from './lacks';
import type { AlertView } from './round-alerts';

export type Readiness = {
  isReady: boolean;
  demonstrations: { have: number; need: number };
  /** Comparisons that are not ties and not "both bad". */
  comparisons: { have: number; need: number };
  /** What is missing, how much, and how to get it. */
  problems: Lack[];
};

/** What the list of rounds shows of each: the reward model on held-out pairs, PPO at its end, and the last evaluation. */
export const resultKeys = [
  'eval_accuracy',
  'objective/kl',
  'eval/reward',
  'eval/win_rate_over_sft',
  'eval/length',
  'eval/distinct_2',
  'eval/refusal_rate',
  'eval/demonstration_loss',
  'eval/retention_loss',
] as const;

export type RoundSummary = {
  id: string;
  number: number;
  state: RoundState;
  /** The stage that runs or ran last. */
  stage: Stage;
  /** 0 … 1 over all stages. */
  progress: number;
  demonstrations: number;
  comparisons: number;
  /** By metric key; absent until there is a value. */
  results: Partial<Record<(typeof resultKeys)[number], number>>;
  /**
   * Mean reward of the round's answers to held-out prompts by the newest reward model that has read them, `judge` its round: the same model for
   * all rounds once a later one has trained its own, so that these numbers can be compared. Null before the first evaluation.
   */
  reward: { value: number; judge: number } | null;
  error: string | null;
  /** What `error` says, by name; null where it has none. */
  errorDetails: FailureDetails | null;
  startedBy: string | null;
  createdAt: Date;
  finishedAt: Date | null;
};

export type StageView = {
  jobId: string;
  stage: Stage;
  state: JobState;
  /** 0 … 1 */
  progress: number;
  attempt: number;
  isCancelRequested: boolean;
  error: string | null;
  /** What `error` says, by name; null where it has none. */
  errorDetails: FailureDetails | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
};

export type CheckpointView = {
  id: string;
  kind: CheckpointKind;
  roundNumber: number | null;
  step: number;
  path: string;
  sha256: string;
  bytes: number;
  parentId: string | null;
  parentKind: CheckpointKind | null;
  parentRoundNumber: number | null;
  createdAt: Date;
  /** Files removed by the retention rule. */
  deletedAt: Date | null;
};

export type RoundDetail = Omit<RoundSummary, 'stage' | 'progress' | 'results' | 'reward'> & {
  projectId: string;
  projectSlug: string;
  seed: number;
  codeRevision: string;
  config: RoundConfig;
  /** In the order they run; stages that have not begun are absent. */
  stages: StageView[];
  checkpoints: CheckpointView[];
  /** Of the watch, gravest first. */
  alerts: AlertView[];
};

/** `id` grows with time within a round: ask again with `afterId` to get only what is new. */
export type MetricPoint = { id: number; jobId: string; stage: Stage; step: number; key: string; value: number };
