/**
 * What the judgements of a group of people say about each of them. Second answers to the same item count for agreement with oneself alone.
 * Pure.
 */
import { lengthBias, positionBias, type Bias, type LengthBias } from '@/lib/agreement/bias';
import { drift, type Drift } from '@/lib/agreement/drift';
import { againstOthers, agreementByRater, type RaterAgreement } from '@/lib/agreement/others';
import { groupBy } from '@/lib/agreement/ratings';
import type { SelfAgreement } from '@/lib/agreement/test-retest';
import { cannot, computed, type Computed } from '@/lib/statistics/computed';
import type { JudgedKind } from './filter';
import { verdicts, type Judged } from './judgements';
import { selfAgreement, weightsFor } from './self-agreement';

export type AnnotatorFigures = {
  id: string;
  judgements: number;
  medianSeconds: number | null;
  /** Their median against the typical one: `quick` below a third of it, `slow` above three times. Null with fewer than five times. */
  pace: 'quick' | 'usual' | 'slow' | null;
  /** Of verdicts, with others on the same items; null where there are none. */
  others: RaterAgreement | null;
  themselves: Computed<SelfAgreement>;
  /** Of what stood on screen: comparisons alone. */
  position: Computed<Bias>;
  length: Computed<LengthBias>;
  /** Of agreement with others. */
  drift: Computed<Drift>;
};

export function annotatorFigures(
  all: readonly Judged[],
  { kind, subject }: { kind: JudgedKind; subject: string },
): { people: AnnotatorFigures[]; typicalSeconds: number | null } {
  const work = all.filter(({ isRetest }) => !isRetest);
  const said = verdicts(work, kind);
  const others = new Map(agreementByRater(said).map((one) => [one.rater, one]));
  const repeated = selfAgreement(all, kind, weightsFor(subject));
  const themselves = new Map(repeated.ok ? repeated.value.raters.map(({ rater, ...one }) => [rater, computed(one)]) : []);
  const compared = groupBy(againstOthers(said), ({ rating }) => rating.rater);
  const byRater = [...groupBy(work, ({ rater }) => rater)];
  const times = new Map(byRater.map(([id, own]) => [id, own.flatMap(({ seconds }) => seconds ?? [])]));
  const typicalSeconds = median([...times.values()].flatMap((own) => median(own) ?? []));
  const people = byRater.map(([id, own]): AnnotatorFigures => {
    const medianSeconds = median(times.get(id)!);
    const shown = own.flatMap((one) => one.shown ?? []);
    return {
      id,
      judgements: own.length,
      medianSeconds,
      pace: times.get(id)!.length < fewestTimes ? null : paceOf(medianSeconds!, typicalSeconds!),
      others: others.get(id) ?? null,
      themselves: themselves.get(id) ?? neverAgain,
      position: kind === 'compare' ? positionBias(shown.map(({ side }) => side)) : notOnScreen,
      length: kind === 'compare' ? lengthBias(shown) : notOnScreen,
      drift: drift((compared.get(id) ?? []).map(({ rating: { at }, agrees }) => ({ at, agrees }))),
    };
  });
  return { people: people.sort((a, b) => b.judgements - a.judgements || (a.id < b.id ? -1 : 1)), typicalSeconds };
}

const fewestTimes = 5;
const outlier = 3;

const paceOf = (own: number, typical: number) => (own * outlier < typical ? 'quick' : own > typical * outlier ? 'slow' : 'usual');

const neverAgain = cannot('never-again');
const notOnScreen = cannot('no-sides');

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}
