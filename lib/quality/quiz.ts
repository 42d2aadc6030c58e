/**
 * The entrance quiz as a rule, and when a gold item or a repeat is due. Pure.
 */

/** `ask`: another item is to be given out. `waiting`: all are out, not all answered. `of`: how many there are in this attempt. */
export type QuizState =
  | { type: 'qualified' }
  | { type: 'ask' | 'waiting'; asked: number; of: number }
  | { type: 'passed' }
  | { type: 'failed'; asked: number; right: number; needed: number };

type Attempt = {
  /** Items that the project asks. */
  items: number;
  /** Share of them that has to be right. */
  passShare: number;
  isPassed: boolean;
  /** Answered or skipped in this attempt. */
  asked: number;
  right: number;
  /** Open with the person. */
  open: number;
  /** Items that the person has not seen. */
  left: number;
};

/**
 * Where there are fewer items than the project asks, those that there are decide; where there are none, nobody is kept out: a quiz
 * that cannot be asked must not stop the work.
 */
export function quizState({ items, passShare, isPassed, asked, right, open, left }: Attempt): QuizState {
  if (items === 0 || isPassed) return { type: 'qualified' };
  const out = asked + open;
  const of = Math.max(out, Math.min(items, out + left));
  if (out < of) return { type: 'ask', asked, of };
  if (open > 0) return { type: 'waiting', asked, of };
  if (asked === 0) return { type: 'qualified' };
  const needed = neededOf(asked, passShare);
  return right >= needed ? { type: 'passed' } : { type: 'failed', asked, right, needed };
}

/** A little less than the product, for 0.7 · 10 is more than 7 in floating point. */
export const neededOf = (asked: number, passShare: number): number => Math.max(0, Math.ceil(asked * passShare - 1e-9));

/** Of how many comparisons one is a check of that kind; null for none. */
export const everyOf = (share: number): number | null => (share > 0 ? Math.round(1 / share) : null);

/** @param since comparisons that the person has answered since their last check of that kind, or at all */
export const isDue = (share: number, since: number): boolean => {
  const every = everyOf(share);
  return every !== null && since >= every - 1;
};
