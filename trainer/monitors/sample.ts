/** What monitors are given, and what they find. Pure data. */
import type { Alert } from '@/lib/training/watch';

/** One response of a policy. Reference samples are the SFT policy's own. */
export type WatchedSample = {
  prompt: string;
  response: string;
  /** Tokens of the response, its end token included. */
  ids: number[];
  score: number;
  /** −log π of its tokens, summed: in expectation the entropy. Nats. */
  entropy: number;
  /** Σ log π − log π_ref. Nats. */
  kl: number;
  /** Disagreement of the ensemble on it, where there is one. */
  uncertainty?: number;
};
export type Comparison = { reference: WatchedSample[]; recent: WatchedSample[] };
export type Finding = Pick<Alert, 'monitor' | 'severity' | 'seen' | 'advice' | 'evidence'>;

export const percent = (x: number): string => `${Math.round(100 * x)}%`;
export const short = (x: number): string => (Number.isInteger(x) ? String(x) : x.toPrecision(3));

/** The last few, as people see them. */
export const examples = (samples: readonly WatchedSample[], count = 3) =>
  samples.slice(-count).map(({ prompt, response, score }) => ({ prompt, response, score }));
