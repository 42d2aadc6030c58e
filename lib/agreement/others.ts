/** Each rater against the others who rated the same units, and against a reward model. */
import { cannot, computed, type Computed } from '../statistics/computed';
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

/**
 * One comparison: what a person said of its first answer (1 preferred, 0 the other, ½ a tie), and by how much the reward model prefers
 * that answer to the other (difference of rewards).
 */
export type ScoredJudgement = { outcome: 0 | 0.5 | 1; lead: number };
export type RewardModelAgreement = Interval & { share: number; decided: number; ties: number };

/** Share of a person's decided answers that the reward model agrees with; a lead of 0 counts half. Ties are left out. */
export function agreementWithRewardModel(judgements: readonly ScoredJudgement[]): Computed<RewardModelAgreement> {
  const decided = judgements.filter(({ outcome }) => outcome !== 0.5);
  if (decided.length === 0) return cannot(judgements.length === 0 ? 'no-answers' : 'all-ties');
  const agreed = decided.reduce((sum, { outcome, lead }) => sum + (lead === 0 ? 0.5 : Number(lead > 0 === (outcome === 1))), 0);
  const share = agreed / decided.length;
  return computed({ share, ...wilson(share, decided.length), decided: decided.length, ties: judgements.length - decided.length });
}
