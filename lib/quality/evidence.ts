/**
 * What a rule measured of a person and what it asks for, or why a reviewer paused them, as it is stored (evidence-schema.ts) and told. Imports
 * nothing, so that pages can.
 */
import type { TaskKind } from '@/db/enums';

type Pace = { rule: 'speed'; kind: TaskKind; answers: number; /** The median. */ seconds: number; least: number };

export type Evidence =
  | { rule: 'gold'; asked: number; right: number; minShare: number }
  /** `usual`: the median of others. */
  | (Pace & { by: 'others'; usual: number })
  /** For a thousand characters. */
  | (Pace & { by: 'length' })
  | { rule: 'reviewer'; reason: string };

const things: Record<TaskKind, string> = {
  compare: 'comparisons',
  rank: 'rankings',
  rate: 'ratings',
  demonstrate: 'demonstrations',
};

/** In whole sentences that fit both the person and whoever reads about them. */
export function evidenceInEnglish(evidence: Evidence): string {
  if (evidence.rule === 'reviewer') return `A reviewer’s reason: ${evidence.reason}`;
  if (evidence.rule === 'gold') {
    const { asked, right, minShare } = evidence;
    return `Of the last ${asked} pairs with a known answer, ${right} were answered as expected; at least ${Math.round(minShare * 100)}% are asked for.`;
  }
  const [seconds, least] = [evidence.seconds, evidence.least].map(rounded);
  const last = `The last ${evidence.answers} ${things[evidence.kind]} took ${seconds} s`;
  return evidence.by === 'length'
    ? `${last} for a thousand characters (median); at least ${least} s are expected.`
    : `${last} each (median). Others take ${rounded(evidence.usual)} s; at least ${least} s are expected.`;
}

/** To tenths. */
export const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;
