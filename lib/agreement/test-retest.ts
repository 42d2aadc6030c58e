/**
 * Intra-rater agreement: how often people repeat themselves on a unit shown again. Whoever disagrees with themselves a quarter of the
 * time cannot be expected to agree better with others: the ceiling for agreement between raters, and for a reward model.
 */
import { cannot, computed, type Computed } from '../statistics/computed';
import { wilson, type Interval } from '../statistics/interval';
import { cohenKappa, type CohenKappa, type KappaOptions } from './cohen-kappa';
import { groupBy, type Rating, type Value } from './ratings';

export type SelfAgreement = Interval & {
  share: number;
  repeats: number;
  /** Earlier against later answers. */
  kappa: Computed<CohenKappa>;
};
/** Of all raters together, and of each, most repeats first. */
export type TestRetest = SelfAgreement & { raters: (SelfAgreement & { rater: string })[] };

/**
 * Each answer against the same rater's answer to the same unit before it.
 * @param ratings in the order they were given
 * @param options.fewest with fewer repeats there is no κ: its interval holds for large numbers
 */
export function testRetest(
  ratings: readonly Rating[],
  { fewest = 1, ...options }: KappaOptions & { fewest?: number } = {},
): Computed<TestRetest> {
  const repeats = [...groupBy(ratings, ({ unit, rater }) => JSON.stringify([unit, rater])).values()].flatMap((occasions) =>
    occasions.slice(1).map(({ rater, value }, i) => ({ rater, values: [occasions[i]!.value, value] as [Value, Value] })),
  );
  if (repeats.length === 0) return cannot('no-repeat');
  const agreementOf = (items: typeof repeats): SelfAgreement => {
    const share = items.filter(({ values: [before, after] }) => before === after).length / items.length;
    const kappa =
      items.length < fewest
        ? cannot('few-repeats', { fewest, repeats: items.length })
        : cohenKappa(items.map(({ values }) => values), options); // prettier-ignore
    return { share, ...wilson(share, items.length), repeats: items.length, kappa };
  };
  return computed({
    ...agreementOf(repeats),
    raters: [...groupBy(repeats, ({ rater }) => rater)]
      .map(([rater, items]) => ({ rater, ...agreementOf(items) }))
      .sort((a, b) => b.repeats - a.repeats || (a.rater < b.rater ? -1 : 1)),
  });
}
