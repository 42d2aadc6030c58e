/** Why a figure cannot be computed: by name the code of its sort and the sentence, which completes “It cannot be computed, because …”. */
import type { Sentence } from '@/lib/reasons';
import type { ReasonCode } from './computed';

export const whyNot = {
  // Ratings
  'no-ratings': ['no-data', 'there are no ratings'],
  'no-answers': ['no-data', 'there are no answers'],
  'no-answers-of-yours': ['no-data', 'you have given no answers here yet'],
  'nothing-to-compare': ['no-data', 'there are no answers that can be compared'],
  'no-sides': ['no-data', 'only comparisons have two sides'],
  'one-rater': ['one-rater', 'there is only one rater'],
  'no-shared-unit': [
    'no-overlap',
    ({ raters, units }: { raters: number; units: number }) =>
      `no unit was rated by two people: ${raters} raters, ${units} units, one rating each`,
  ],
  'no-unit-in-common': ['no-overlap', 'the two raters have no unit in common'],
  'never-again': ['no-overlap', 'nothing was judged a second time'],
  'no-repeat': ['no-overlap', 'nobody rated a unit twice'],
  'few-repeats': [
    'too-few',
    ({ fewest, repeats }: { fewest: number; repeats: number }) => `it needs at least ${fewest} repeats, and there are ${repeats}`,
  ],
  'few-answers': [
    'too-few',
    ({ windows, answers }: { windows: number; answers: number }) =>
      `${windows} windows need at least ${2 * windows} answers, and there are ${answers}`,
  ],
  'few-units': [
    'too-few',
    ({ windows, units }: { windows: number; units: number }) =>
      `${windows} windows need as many units that two people rated, and there are ${units}`,
  ],
  'few-measured': [
    'too-few',
    ({ fewest, things }: { fewest: number; things: number }) =>
      `it needs at least ${fewest} things measured twice, and there are ${things}`,
  ],
  'nothing-in-order': ['one-category', 'one side has the same value everywhere: it puts nothing in an order'],
  'no-scores': ['no-scores', 'no reward model has scored any of these responses without having been trained on their prompts'],
  'few-scored': [
    'too-few',
    ({ fewest, responses }: { fewest: number; responses: number }) =>
      `it needs at least ${fewest} responses that the reward model scored, and there are ${responses}`,
  ],
  'same-of-all': ['one-category', 'all these ratings are the same, which puts nothing in an order'],
  'few-shared': ['too-few', 'too few of your items were judged by others'],
  'one-value': [
    'one-category',
    ({ value }: { value: unknown }) => `every rating is ${JSON.stringify(value)}: agreement cannot be told from chance`,
  ],
  'constant-rater': [
    'no-variance',
    ({ value }: { value: unknown }) => `one of the two always says ${JSON.stringify(value)}, so that κ is 0 whatever the other says`,
  ],
  'no-spread': ['no-variance', 'they agree, or disagree, without exception, and the large-sample error comes out as 0'],
  'all-ties': ['one-category', 'every answer is a tie'],
  'no-order': ['not-ordered', 'weights need numbers, or categories in an order, and some values are neither'],
  'no-numbers': ['not-ordered', ({ metric }: { metric: string }) => `the ${metric} metric needs numbers`],
  'no-places': [
    'not-ordered',
    ({ metric }: { metric: string }) => `the ${metric} metric needs numbers, or the categories of the order given`,
  ],

  // Lengths and sides
  'equal-lengths': ['no-data', 'the answers of every pair are equally long'],
  'one-side': ['one-category', ({ side }: { side: 'left' | 'right' }) => `every answer is the ${side} one, whatever the lengths`],
  'one-ratio': ['collinear', 'the lengths stand in the same ratio everywhere'],
  'ratio-divides': ['separated', 'one ratio of lengths divides the answers without exception, so the slope has no bound'],
  'flat-slope': ['separated', 'the likelihood is so flat that no slope was found'],

  // Models
  'no-comparisons': ['no-data', 'there are no comparisons'],
  'no-two-models': ['no-data', 'there are no comparisons of two models'],
  'only-itself': ['no-data', 'every comparison is of a model with itself'],
  'only-ties': ['one-category', 'every comparison is a tie'],
  'no-contradiction': [
    'separated',
    'preferences and ties never contradict each other, so the odds of a tie have no maximum; take ties as halves',
  ],
  flat: ['separated', 'the likelihood is so flat that no maximum was found'],
  'bootstrap-separated': ['separated', 'in every bootstrap replicate some model wins or loses everything'],
  groups: [
    'disconnected',
    ({ groups }: { groups: Names[] }) =>
      `the models fall into ${groups.length} groups that were never compared with each other: ${groups.map(named).join(' / ')}`,
  ],
  unbeaten: [
    'separated',
    ({ neverLost, neverWon }: { neverLost: Names[]; neverWon: Names[] }) => {
      const said = [
        ...neverLost.map((group) => `${named(group)} never lost to or tied with another`),
        ...neverWon.map((group) => `${named(group)} never won against or tied with another`),
      ];
      return `${said.join('; ')}, so how much stronger or weaker is not bounded by the data`;
    },
  ],
  'same-style': ['collinear', ({ feature }: { feature: string }) => `no two answers differ in ${feature}`],
  'tangled-style': [
    'collinear',
    ({ features }: { features: string[] }) => `${features.join(', ')} cannot be told from each other, or from the models`,
  ],
  'style-decides': ['separated', 'style decides the comparisons almost without exception, so its effect has no bound'],
} as const satisfies Record<string, readonly [ReasonCode, Sentence]>;

export type WhyNot = keyof typeof whyNot;

/** A group of models: its first few, and how many more there are. */
export type Names = { first: string[]; more: number };
export const namesOf = (group: readonly string[], most = 6): Names => ({
  first: group.slice(0, most),
  more: Math.max(0, group.length - most),
});
const named = ({ first, more }: Names): string => [...first, ...(more > 0 ? [`${more} more`] : [])].join(', ');
