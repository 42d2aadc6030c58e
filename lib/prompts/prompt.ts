import type { CheckpointKind, PromptSplit, ResponseOrigin } from '@/db/enums';
import type { Called } from '@/lib/people/names';
import type { Decoding } from '@/lib/training/hyperparameters';

export type PromptSummary = {
  id: string;
  text: string;
  split: PromptSplit;
  source: string;
  responses: number;
  comparisons: number;
  createdAt: Date;
};

/** Where a response came from. `checkpoint` and `decoding` are null for people and imports. */
export type ResponseView = {
  id: string;
  text: string;
  origin: ResponseOrigin;
  checkpoint: { id: string; kind: CheckpointKind; roundNumber: number | null } | null;
  decoding: Decoding | null;
  isTruncated: boolean;
  tokenCount: number | null;
  createdAt: Date;
};

export type JudgementView = {
  id: string;
  responseAId: string;
  responseBId: string;
  /** Positive: A is better. */
  grade: number;
  scalePoints: number;
  isBothBad: boolean;
  isFlagged: boolean;
  /** One of the pairs that a ranking says. */
  isOfRanking: boolean;
  reason: string;
  /** Null where it was imported. */
  annotator: Called | null;
  createdAt: Date;
};

export type PromptDetail = Omit<PromptSummary, 'responses' | 'comparisons'> & {
  projectId: string;
  responses: ResponseView[];
  judgements: JudgementView[];
};
