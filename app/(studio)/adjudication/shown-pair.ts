/** A pair as the page shows it: people and reviewers by what they are called. */
import type { GivenVerdict, PairToDecide, PersonsAnswer } from '@/lib/adjudication/queue';

export type ShownPair = Omit<PairToDecide, 'answers' | 'verdict'> & {
  answers: (Omit<PersonsAnswer, 'person'> & { name: string })[];
  verdict: (Omit<GivenVerdict, 'reviewer'> & { name: string }) | null;
};

export const keyOf = ({ responseAId, responseBId }: { responseAId: string; responseBId: string }): string =>
  `${responseAId} ${responseBId}`;
