/**
 * What an annotator gets to work on. Blind: nothing here says which model wrote a text, with which settings, or which
 * response has which id.
 */
import type { TaskKind } from '@/db/enums';
import type { Evidence } from '@/lib/quality/evidence';

export const textSources = ['left', 'right', 'model'] as const;

/** Which text a person started from. */
export type TextSource = (typeof textSources)[number];

export type Claim = {
  lease: { id: string; expiresAt: Date };
  task: { id: string; kind: TaskKind; prompt: { id: string; text: string } };
  /** Only for `compare`. */
  compare?: { left: { text: string }; right: { text: string } };
  /** Only for `rank`: in an order of this person's own. */
  rank?: { responses: { text: string }[] };
  /** Only for `rate`: what is asked about the response. */
  rate?: { response: { text: string }; aspects: string[]; points: number; safetyCategories: string[] };
  /** Only for an item of the entrance quiz: which one it is, and of how many. */
  quiz?: { number: number; of: number };
  /** Their last answers were too fast. `isBeforePause`: if it goes on, they are paused. */
  warning?: { evidence: Evidence; isBeforePause: boolean };
  /** Only for `demonstrate`, where there is one: a person may start from it. */
  modelAnswer?: { text: string };
  /** For `demonstrate`, and for the editor of `compare`: what was typed before. */
  draft?: { text: string; revision: number; from: TextSource | null };
};

export type KindProgress = { answeredByMe: number; answeredByMeToday: number; open: number; total: number };
export type WorkProgress = Record<TaskKind, KindProgress>;

/** `late`: kept, but not counted, for the task needed no answer any more. `duplicate`: it was there already, and counts. */
export type SubmitStatus = 'accepted' | 'duplicate' | 'late';
/** What was expected, where the answer is known and may be told; sides as they were shown. */
export type AnswerCheck = { isRight: boolean; expected: 'left' | 'right' | 'tie'; explanation: string };
/** `demonstrationId`: of the edited text, where there was one. */
export type SubmitResult = { preferenceId: string; demonstrationId?: string; status: SubmitStatus; check?: AnswerCheck };
export type SubmitDemonstrationResult = { demonstrationId: string; status: SubmitStatus };
export type SubmitRankingResult = { rankingId: string; status: SubmitStatus };
export type SubmitRatingResult = { ratingId: string; status: SubmitStatus };
