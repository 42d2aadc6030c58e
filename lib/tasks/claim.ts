/**
 * What an annotator gets to work on. Blind: nothing here says which model wrote a text, with which settings, or which
 * response has which id.
 */
import type { TaskKind } from '@/db/enums';

export type Claim = {
  lease: { id: string; expiresAt: Date };
  task: { id: string; kind: TaskKind; prompt: { id: string; text: string } };
  /** Only for `compare`. */
  compare?: { left: { text: string }; right: { text: string } };
  /** Only for `rank`: in an order of this person's own. */
  rank?: { responses: { text: string }[] };
  /** Only for `rate`: what is asked about the response. */
  rate?: { response: { text: string }; aspects: string[]; points: number; safetyCategories: string[] };
  /** Only for `demonstrate`, when something was typed before. */
  draft?: { text: string; revision: number };
};

export type KindProgress = { answeredByMe: number; answeredByMeToday: number; open: number; total: number };
export type WorkProgress = Record<TaskKind, KindProgress>;

/** `late`: kept, but not counted, for the task needed no answer any more. `duplicate`: it was there already, and counts. */
export type SubmitStatus = 'accepted' | 'duplicate' | 'late';
export type SubmitResult = { preferenceId: string; status: SubmitStatus };
export type SubmitDemonstrationResult = { demonstrationId: string; status: SubmitStatus };
export type SubmitRankingResult = { rankingId: string; status: SubmitStatus };
export type SubmitRatingResult = { ratingId: string; status: SubmitStatus };
