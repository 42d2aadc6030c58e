/**
 * Whether an annotator's answers follow what should not matter: the side an answer stands on, and its length. A length bias may be a
 * taste that is right (longer answers can be better), so read it beside other annotators'. Ties say nothing here and are left out.
 */
import { cannot, computed, type Computed } from '../statistics/computed';
import { wilson, Z95, type Interval } from '../statistics/interval';
import { inverse, maximise } from '../statistics/newton';
import { fairCoin } from '../statistics/normal';

export type Side = 'left' | 'right' | 'tie';

/** `share` with Wilson's interval; `p`: of a share at least as far from ½ in either direction, were there no bias (exact binomial test). */
export type Bias = Interval & { share: number; p: number; decided: number; ties: number };

/** Share of decided answers that took the left side. */
export function positionBias(answers: readonly Side[]): Computed<Bias> {
  const decided = answers.filter((side) => side !== 'tie');
  if (decided.length === 0) return nothingDecided(answers.length);
  return computed(biasOf(decided.filter((side) => side === 'left').length, decided.length, answers.length - decided.length));
}

/** Lengths in whatever unit is the same for both; characters, or tokens. */
export type LengthAnswer = { side: Side; leftLength: number; rightLength: number };

export type LengthBias = Bias & {
  /**
   * Log-odds of taking the left side for each doubling of its length against the right one's, position held fixed: the slope of a
   * logistic model with the side as intercept, Wald's interval. 0: length does not matter.
   */
  perDoubling: Computed<Interval & { logOdds: number }>;
};

/** Share of decided answers, to pairs of unequal length, that took the longer one. */
export function lengthBias(answers: readonly LengthAnswer[]): Computed<LengthBias> {
  const unequal = answers.filter(({ leftLength, rightLength }) => leftLength !== rightLength);
  const decided = unequal.filter(({ side }) => side !== 'tie');
  if (decided.length === 0) return unequal.length === 0 && answers.length > 0 ? cannot('equal-lengths') : nothingDecided(unequal.length);
  const longer = decided.filter(({ side, leftLength, rightLength }) => (side === 'left') === leftLength > rightLength).length;
  return computed({ ...biasOf(longer, decided.length, unequal.length - decided.length), perDoubling: lengthSlope(answers) });
}

function biasOf(chosen: number, decided: number, ties: number): Bias {
  const share = chosen / decided;
  return { share, ...wilson(share, decided), p: fairCoin(chosen, decided), decided, ties };
}

const nothingDecided = (answers: number) => cannot(answers === 0 ? 'no-answers' : 'all-ties');

function lengthSlope(answers: readonly LengthAnswer[]): LengthBias['perDoubling'] {
  const rows = answers
    .filter(({ side }) => side !== 'tie')
    .map(({ side, leftLength, rightLength }) => ({ left: side === 'left' ? 1 : 0, x: Math.log2((leftLength + 1) / (rightLength + 1)) }));
  const lengths = (left: number) => rows.filter((row) => row.left === left).map(({ x }) => x);
  const [taken, passed] = [lengths(1), lengths(0)];
  if (taken.length === 0 || passed.length === 0) return cannot('one-side', { side: taken.length > 0 ? 'left' : 'right' });
  if (rows.every(({ x }) => x === rows[0]!.x)) return cannot('one-ratio');
  if (Math.min(...taken) >= Math.max(...passed) || Math.max(...taken) <= Math.min(...passed)) return cannot('ratio-divides');
  const maximum = maximise(
    {
      size: 2,
      evaluate(point, gradient, information) {
        let value = 0;
        for (const { left, x } of rows) {
          const logit = point[0]! + point[1]! * x;
          const p = 1 / (1 + Math.exp(-logit));
          value += left * logit - Math.max(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
          gradient[0]! += left - p;
          gradient[1]! += (left - p) * x;
          information[0]! += p * (1 - p);
          information[2]! += p * (1 - p) * x;
          information[3]! += p * (1 - p) * x * x;
        }
        return value;
      },
    },
    new Float64Array(2),
  );
  if (!maximum?.converged) return cannot('flat-slope');
  const logOdds = maximum.point[1]!;
  const half = Z95 * Math.sqrt(inverse(maximum.factor, 2)[3]!);
  return computed({ logOdds, low: logOdds - half, high: logOdds + half });
}
