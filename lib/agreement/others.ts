/** Each rater against the others who rated the same units. */
import { wilson, type Interval } from '../statistics/interval';
import { groupBy, latest, type Rating } from './ratings';

/** `agrees`: the share of the others' answers to this unit that are the same as this rater's. */
export type AgainstOthers<R extends Rating> = { rating: R; agrees: number; others: number };

/** An entry for each rating of a unit that somebody else rated too; by its `rating` it can be grouped by person, or put in time. */
export function againstOthers<R extends Rating>(ratings: readonly R[]): AgainstOthers<R>[] {
  return [...groupBy(latest(ratings), ({ unit }) => unit).values()].flatMap((unit) =>
    unit.length < 2
      ? []
      : unit.map((rating) => {
          const others = unit.length - 1;
          return { rating, others, agrees: (unit.filter(({ value }) => value === rating.value).length - 1) / others };
        }),
  );
}

export type RaterAgreement = Interval & { rater: string; share: number; units: number };

/** Mean over a rater's units of the share of others who agree, Wilson's interval; most units first. Empty without overlap. */
export function agreementByRater(ratings: readonly Rating[]): RaterAgreement[] {
  return [...groupBy(againstOthers(ratings), ({ rating }) => rating.rater)]
    .map(([rater, entries]) => {
      const share = entries.reduce((sum, { agrees }) => sum + agrees, 0) / entries.length;
      return { rater, share, ...wilson(share, entries.length), units: entries.length };
    })
    .sort((a, b) => b.units - a.units || (a.rater < b.rater ? -1 : 1));
}
