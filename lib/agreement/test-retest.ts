/**
 * Intra-rater agreement: how often people repeat themselves on a unit shown again. Whoever disagrees with themselves a quarter of the
 * time cannot be expected to agree better with others: the ceiling for agreement between raters, and for a reward model.
 */
import { cannot, computed, type Computed } from '../statistics/computed';
import { wilson, type Interval } from '../statistics/interval';
import { cohenKappa, type CohenKappa, type KappaOptions } from './cohen-kappa';
import { groupBy, type Rating, type Value } from './ratings';

export type SelfAgreement = Interval & { share: number; repeats: number };
export type TestRetest = SelfAgreement & {
  /** Earlier against later answers, of all raters together. */
  kappa: Computed<CohenKappa>;
  /** Most repeats first. */
  raters: (SelfAgreement & { rater: string })[];
};

/** Each answer against the same rater's answer to the same unit before it. @param ratings in the order they were given */
export function testRetest(ratings: readonly Rating[], options: KappaOptions = {}): Computed<TestRetest> {
  const repeats = [...groupBy(ratings, ({ unit, rater }) => JSON.stringify([unit, rater])).values()].flatMap((occasions) =>
    occasions.slice(1).map(({ rater, value }, i) => ({ rater, values: [occasions[i]!.value, value] as [Value, Value] })),
  );
  if (repeats.length === 0) return cannot('no-overlap', 'nobody rated a unit twice');
  const shareOf = (items: typeof repeats): SelfAgreement => {
    const share = items.filter(({ values: [before, after] }) => before === after).length / items.length;
    return { share, ...wilson(share, items.length), repeats: items.length };
  };
  return computed({
    ...shareOf(repeats),
    kappa: cohenKappa(repeats.map(({ values }) => values), options), // prettier-ignore
    raters: [...groupBy(repeats, ({ rater }) => rater)]
      .map(([rater, items]) => ({ rater, ...shareOf(items) }))
      .sort((a, b) => b.repeats - a.repeats || (a.rater < b.rater ? -1 : 1)),
  });
}
