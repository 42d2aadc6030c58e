/**
 * What the trainer's main thread hands its numerics worker, and what comes back: plain data, no database, no tensors.
 * The main thread reads labels from the database into a `StageInput`; the worker computes and reports; the main thread
 * writes every report, fenced by its claim.
 */
import type { Decoding, DpoConfig, PpoConfig, RewardConfig, SampleConfig, SftConfig } from './hyperparameters';
import type { Alert, WatchConfig } from './watch';

/** `id` tells a person which label it is; training does not look at it. */
export type Demonstration = { id?: string; prompt: string; response: string; isHeldOut: boolean };

/** `chosenShare`: 1 = A preferred, 0 = B, ½ = tie. `grade`: strength of the preference, 0 (tie) … 3 on every scale (lib/tasks/scale.ts), without direction. */
export type Comparison = {
  id?: string;
  promptId: string;
  prompt: string;
  /** Of A and B: what scores of the pair are reported by. */
  responseIds?: [a: string, b: string];
  responseA: string;
  responseB: string;
  chosenShare: number;
  grade: number;
  isTruncatedA: boolean;
  isTruncatedB: boolean;
  isHeldOut: boolean;
  /** The round whose policy wrote the newer response; 0 is before all rounds. Absent for imported pairs. */
  round?: number;
  /** Who wrote the responses: `base`, `round 2`, `human`, `imported`. */
  sources?: string[];
  /** Id of the person who compared. */
  annotator?: string;
};

export type SamplePrompt = { promptId: string; text: string };

export type SampledPolicy = {
  checkpointId: string;
  folder: string;
  samplesPerPrompt: number;
  /** Of these prompts another number, by their id. */
  samplesByPrompt?: Record<string, number>;
};

/** What a finished stage is measured on: the same in every round, as long as held-out prompts and demonstrations are. */
export type EvaluationInput = {
  /** The project's base model. */
  baseFolder: string;
  /** The round's reward model, where it was made before this stage. */
  rewardFolder: string | null;
  /** Held out. */
  prompts: SamplePrompt[];
  demonstrations: Demonstration[];
  decoding: Decoding;
  /** What the round's SFT policy answered, scored by the round's reward model: policies are compared with it. */
  sftSamples?: StageSample[];
  /** What the policies of earlier rounds answered, newest round last: a new reward model scores them, so that rounds can be compared. */
  earlier?: { round: number; samples: StageSample[] }[];
};

/** The metric in which a reward model says what it thinks of an earlier round's answers, on average. */
export const earlierRewardKey = (round: number): string => `eval/reward/round/${round}`;

/** A response for people to read. `score`: normalised reward. */
export type StageSample = { prompt: string; response: string; isTruncated: boolean; score: number | null };

/** Folders are absolute. `recordedHashes`: of those folders that Heed wrote itself; checked before any of them is read. */
export type StageInput = {
  seed: number;
  outputFolder: string;
  resumeFolder: string | null;
  recordedHashes?: Record<string, string>;
  evaluation?: EvaluationInput;
} & (
  | { stage: 'sft'; config: SftConfig; modelFolder: string; demonstrations: Demonstration[] }
  | {
      stage: 'reward';
      config: RewardConfig;
      modelFolder: string;
      comparisons: Comparison[];
      referencePrompts: SamplePrompt[];
      referenceDecoding: Decoding;
      watch?: WatchConfig;
      /** What it thinks of as many pairs is reported, held-out ones first; none without it. */
      mostPairScores?: number;
      /** What it thinks of these is reported: responses that people rated on their own. */
      ratedResponses?: RatedResponse[];
      /** The reward model that the newest policy was trained on, and their round: what it thinks of the new pairs is watched. */
      previousReward?: { folder: string; round: number };
    }
  | {
      stage: 'ppo';
      config: PpoConfig;
      /** Where the policy starts. */
      policyFolder: string;
      /** The policy that KL is measured to, of the same architecture; absent where the policy starts as it. */
      referenceFolder?: string;
      rewardFolder: string;
      prompts: SamplePrompt[];
      /** Texts that PPO-ptx mixes in; there where `config.ptxCoef` asks for them. */
      demonstrations?: Demonstration[];
      /** Thresholds of the watch; without them nothing watches. */
      watch?: WatchConfig;
      /** Responses that the reward model was trained on, for the watch. */
      rewardTexts?: string[];
    }
  | { stage: 'dpo'; config: DpoConfig; policyFolder: string; comparisons: Comparison[] }
  | {
      stage: 'sample';
      config: SampleConfig;
      policies: SampledPolicy[];
      prompts: SamplePrompt[];
    }
);

export type SampledResponse = {
  promptId: string;
  checkpointId: string;
  text: string;
  decoding: Decoding;
  isTruncated: boolean;
  tokenCount: number;
};

/** `lead`: reward of A less that of B, which is the log-odds of A being preferred. */
export type PairScore = { responseIds: [a: string, b: string]; lead: number; isHeldOut: boolean };

export type RatedResponse = { responseId: string; promptId: string; prompt: string; response: string; isTruncated: boolean };
/** `score`: normalised. `isHeldOut`: the model was trained on no pair of its prompt. */
export type ResponseScore = { responseId: string; score: number; isHeldOut: boolean };

/** Sent by the worker, in order. */
export type StageReport =
  | { type: 'metrics'; step: number; values: Record<string, number> }
  | { type: 'progress'; fraction: number }
  /** Complete files in `folder`, already renamed into place; `resume` replaces the one before it. */
  | { type: 'checkpoint'; kind: 'sft' | 'reward' | 'policy' | 'resume'; step: number; folder: string; sha256: string; bytes: number }
  | { type: 'samples'; samples: SampledResponse[] }
  /** Of the finished stage's model; they replace those that it reported before. */
  | { type: 'stage-samples'; samples: StageSample[] }
  /** Of the new reward model; they replace those of the one before. */
  | { type: 'pair-scores'; scores: PairScore[] }
  | { type: 'response-scores'; scores: ResponseScore[] }
  /** Of the watch. A halting one is followed by the stage's failure. */
  | { type: 'alert'; alert: Alert }
  | { type: 'finished'; outcome: 'succeeded' | 'stopped' }
  /** `details`: of a HeedError. */
  | { type: 'failed'; message: string; details?: Record<string, unknown>; stack: string };

/**
 * Sent to the worker. `stop`: end at the next step and report `finished`/`stopped` (the round was cancelled). `drain`: the
 * same, after a resume checkpoint (the process ends, another goes on). Both may come twice.
 */
export type StageCommand = { type: 'stop' } | { type: 'drain' };
