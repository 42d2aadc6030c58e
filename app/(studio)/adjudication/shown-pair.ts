/** A pair as the page shows it: people and reviewers by what they are called. */
import type { GivenVerdict, PairToDecide, PersonsAnswer } from '@/lib/adjudication/queue';
import type { Comment } from '@/lib/comments/comments';

export type ShownPair = Omit<PairToDecide, 'answers' | 'verdict' | 'comments'> & {
  answers: (Omit<PersonsAnswer, 'person'> & { name: string })[];
  verdict: (Omit<GivenVerdict, 'reviewer'> & { name: string }) | null;
  comments: (Pick<Comment, 'id' | 'text' | 'createdAt'> & { name: string })[];
};

export const keyOf = ({ responseAId, responseBId }: { responseAId: string; responseBId: string }): string =>
  `${responseAId} ${responseBId}`;
