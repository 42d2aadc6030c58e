/** How far people agree with themselves: shares of the verdicts, κ of the values, with quadratic weights where there is an order. */
import type { KappaWeights } from '@/lib/agreement/cohen-kappa';
import { testRetest, type TestRetest } from '@/lib/agreement/test-retest';
import { computed, type Computed } from '@/lib/statistics/computed';
import type { JudgedKind } from './filter';
import { verdicts, type Judged } from './judgements';

/** κ of fewer would say more about chance than about the person. */
const fewestRepeats = 10;

export const weightsFor = (subject: string): KappaWeights => (subject === 'safety' ? 'none' : 'quadratic');

/** @param all in the order in which they were given */
export function selfAgreement(all: readonly Judged[], kind: JudgedKind, weights: KappaWeights): Computed<TestRetest> {
  const byValue = testRetest(all, { weights, fewest: fewestRepeats });
  const byVerdict = testRetest(verdicts(all, kind));
  if (!byValue.ok || !byVerdict.ok) return byValue;
  // Both are of the same repeats, so both list the same people in the same order.
  const raters = byVerdict.value.raters.map((one, i) => ({ ...one, kappa: byValue.value.raters[i]!.kappa }));
  return computed({ ...byVerdict.value, kappa: byValue.value.kappa, raters });
}
