/**
 * What a statistic answers: its value, or why the data allow none. One shape everywhere, plain JSON. Data that say too little are no
 * error and throw nothing; only a mistake of the caller (a window count of 0) does.
 */
import type { DetailsOf } from '@/lib/reasons';
import { whyNot, type WhyNot } from './why-not';

export type ReasonCode =
  /** Nothing to compute from. */
  | 'no-data'
  /** One rater alone: nobody to agree with. */
  | 'one-rater'
  /** No unit was rated twice. */
  | 'no-overlap'
  /** Everything got the same value: agreement cannot be told from chance. */
  | 'one-category'
  /** An estimate whose error comes out as 0: it has no interval. */
  | 'no-variance'
  /** Fewer observations than the figure needs. */
  | 'too-few'
  /** The reward model has scored nothing of it. */
  | 'no-scores'
  /** The scale needs numbers, or an order of its categories. */
  | 'not-ordered'
  /** Models that were never compared, not even through others. */
  | 'disconnected'
  /** The likelihood has no maximum: somebody won, or lost, everything. */
  | 'separated'
  /** Covariates that do not vary, or are sums of each other. */
  | 'collinear';

export type Computed<T> = { ok: true; value: T } | NotComputed;
/** `reason` completes “It cannot be computed, because …”: no capital, no full stop. `why` is its name, `details` what stands in it. */
export type NotComputed = { ok: false; code: ReasonCode; reason: string; why: WhyNot; details: object };

export const computed = <T>(value: T): Computed<T> => ({ ok: true, value });
type Rest<S> = S extends string ? [] : [details: DetailsOf<S>];

export function cannot<W extends WhyNot>(why: W, ...[details]: Rest<(typeof whyNot)[W][1]>): NotComputed {
  const [code, sentence] = whyNot[why];
  const reason = typeof sentence === 'string' ? sentence : (sentence as (details: unknown) => string)(details);
  return { ok: false, code, reason, why, details: details ?? {} };
}
