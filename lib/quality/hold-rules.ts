/**
 * When a person is warned or paused, as rules about what was counted. Pure. Both look at the last answers alone, and at those since the
 * rule last spoke: after a warning, or after a reviewer let somebody go on, it counts anew.
 */
import type { TaskKind } from '@/db/enums';
import type { CheckSettings } from './check-settings';
import type { Evidence } from './evidence';

/** Of gold answers: how many in all, and of the last `goldPauseLast` how many there are and were as expected. */
export type GoldRecord = { all: number; asked: number; right: number };

/** Undefined: nothing to say, or too few. */
export function goldFinding({ all, asked, right }: GoldRecord, settings: CheckSettings): Evidence | undefined {
  const { goldPauseShare: minShare, goldPauseMin } = settings;
  // A little less than the product, for 0.7 · 10 is more than 7 in floating point.
  if (minShare === 0 || asked === 0 || all < goldPauseMin || right >= minShare * asked - 1e-9) return undefined;
  return { rule: 'gold', asked, right, minShare };
}

/** Of the last answers of a kind, of the person and of others: how many there are, and medians of their seconds. */
export type PaceRecord = { answers: number; seconds: number; secondsPerThousand: number; others: { answers: number; seconds: number } };

/** Null: all is well. Undefined: too few to say. */
export function paceFinding(kind: TaskKind, record: PaceRecord, settings: CheckSettings): Evidence | null | undefined {
  const { speedLast, speedShare, speedSecondsPerThousand: floor } = settings;
  const { answers, seconds, secondsPerThousand, others } = record;
  if (answers < speedLast) return undefined;
  const of = { rule: 'speed', kind, answers } as const;
  if (secondsPerThousand < floor) return { ...of, by: 'length', seconds: secondsPerThousand, least: floor };
  const least = speedShare * others.seconds;
  if (others.answers >= speedLast && seconds < least) return { ...of, by: 'others', seconds, usual: others.seconds, least };
  return null;
}

/** What follows from how fast somebody was. */
export function paceStep(finding: Evidence | null | undefined, isWarned: boolean, rule: CheckSettings['speedRule']) {
  if (finding === undefined) return 'nothing';
  if (finding === null) return isWarned ? 'end-warning' : 'nothing';
  if (!isWarned) return 'warn';
  return rule === 'pause' ? 'pause' : 'nothing';
}
