/** lib/agreement and lib/ranking against statsmodels, krippendorff, irrCAC, evalica and scipy: scripts/make_statistics.py. */
import { describe, expect, test } from 'vitest';
import { lengthBias } from '@/lib/agreement/bias';
import { cohenKappa } from '@/lib/agreement/cohen-kappa';
import { dawidSkene } from '@/lib/agreement/dawid-skene';
import { drift } from '@/lib/agreement/drift';
import { fleissKappa } from '@/lib/agreement/fleiss-kappa';
import { alphaMetrics, krippendorffAlpha } from '@/lib/agreement/krippendorff-alpha';
import { rankCorrelation } from '@/lib/agreement/rank-correlation';
import type { Rating } from '@/lib/agreement/ratings';
import { bradleyTerry, type TieModel } from '@/lib/ranking/bradley-terry';
import type { Outcome } from '@/lib/ranking/comparisons';
import { elo } from '@/lib/ranking/elo';
import type { Standing } from '@/lib/ranking/leaderboard';
import { styleControlled } from '@/lib/ranking/style-control';
import type { Computed } from '@/lib/statistics/computed';
import { fairCoin, twoSided } from '@/lib/statistics/normal';
import { readFixture } from '../support/golden';

type Board = { logStrengths: number[]; standardErrors: number[] };
type Kappa = { kappa: number; standardError: number };
const golden = readFixture<{
  grades: (number | null)[][];
  alpha: Record<(typeof alphaMetrics)[number], number>;
  kappa: { table: number[][] } & Record<'none' | 'linear' | 'quadratic', Kappa>;
  fleiss: { kappa: number; observed: number; expected: number };
  dawidSkene: { patients: string[]; priors: number[]; confusion: number[][][]; posteriors: number[][]; logLikelihood: number };
  rankings: {
    left: number[];
    right: number[];
    outcome: Outcome[];
    style: number[][];
    half: Board & { scores: number[] };
    styled: Board & { style: { logOdds: number[]; standardErrors: number[] }; scale: number[] };
    davidson: Board & { tieParameter: number; logLikelihood: number };
    elo: number[];
  };
  length: { lengths: [number, number][]; left: boolean[]; logOdds: number; low: number; high: number };
  small: {
    coins: { heads: number; n: number; p: number }[];
    twoSided: { z: number; p: number }[];
    trend: { answers: number[]; agreed: number[]; z: number };
  };
}>('statistics.json');

const valueOf = <T>(result: Computed<T>): T => {
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};
const expectEach = (actual: readonly number[], expected: readonly number[], digits: number) => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((x, i) => expect(x, `entry ${i}`).toBeCloseTo(expected[i]!, digits));
};

describe('agreement', () => {
  const ratings: Rating[] = golden.grades.flatMap((row, rater) =>
    row.flatMap((value, unit) => (value === null ? [] : [{ rater: `r${rater}`, unit: `u${unit}`, value }])),
  );

  test.each(alphaMetrics)('Krippendorff’s α, %s, half of the ratings missing', (metric) => {
    expect(valueOf(krippendorffAlpha(ratings, { metric })).alpha).toBeCloseTo(golden.alpha[metric], 12);
  });

  test('Fleiss’ κ with unequal numbers of ratings', () => {
    const { kappa, observed, expected } = valueOf(fleissKappa(ratings));
    expectEach([kappa, observed, expected], [golden.fleiss.kappa, golden.fleiss.observed, golden.fleiss.expected], 5);
  });

  test.each(['none', 'linear', 'quadratic'] as const)('Cohen’s κ and its standard error, weights: %s', (weights) => {
    const pairs = golden.kappa.table.flatMap((row, i) => row.flatMap((n, j) => Array.from({ length: n }, () => [i + 1, j + 1] as const)));
    const { kappa, interval } = valueOf(cohenKappa(pairs, { weights }));
    expectEach([kappa, valueOf(interval).standardError], [golden.kappa[weights].kappa, golden.kappa[weights].standardError], 12);
  });

  test('Dawid and Skene: the anaesthetists', () => {
    const { patients, priors, confusion, posteriors, logLikelihood } = golden.dawidSkene;
    const labels = patients.flatMap((grades, patient) =>
      [...grades].map((grade, i) => ({ unit: `p${patient}`, rater: `o${Math.max(1, i - 1)}`, value: Number(grade) })),
    );
    const found = valueOf(dawidSkene(labels, { smoothing: 0 }));
    expect(found.converged).toBe(true);
    expect(found.notes.map(({ code }) => code)).toEqual([]);
    expectEach(found.priors, priors, 5);
    expect(found.logLikelihood).toBeCloseTo(logLikelihood, 6);
    found.raters.forEach((rater, r) => rater.confusion.forEach((row, c) => expectEach(row!, confusion[r]![c]!, 4)));
    found.units.forEach(({ posterior }, u) => expectEach(posterior, posteriors[u]!, 4));
    // As the paper prints them: marginal probabilities, and the first observer's error rates (table 2).
    expectEach(found.priors, [0.4, 0.42, 0.11, 0.07], 2);
    const first = [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]; // prettier-ignore
    found.raters[0]!.confusion.forEach((row, c) => expect(row!.map((p) => Number(p.toFixed(2)))).toEqual(first[c]));
  });
});

describe('rankings', () => {
  const { left, right, outcome, style, half, styled, davidson } = golden.rankings;
  const comparisons = left.map((_, i) => ({ left: `m${left[i]}`, right: `m${right[i]}`, outcome: outcome[i]!, style: style[i]! }));
  const byName = (standings: Standing[]) => standings.toSorted((a, b) => (a.model < b.model ? -1 : 1));
  const expectBoard = (standings: Standing[], expected: Board, digits: number) => {
    expectEach(byName(standings).map(({ logStrength }) => logStrength), expected.logStrengths, digits); // prettier-ignore
    expectEach(byName(standings).map(({ standardError }) => standardError), expected.standardErrors, digits); // prettier-ignore
  };

  test.each<[TieModel, Board, number]>([
    ['half', half, 7],
    ['davidson', davidson, 4],
  ])('Bradley and Terry, ties: %s', (ties, expected, digits) => {
    expectBoard(valueOf(bradleyTerry(comparisons, { ties })).standings, expected, digits);
  });

  test('scores that sum to 1; ν', () => {
    const scores = byName(valueOf(bradleyTerry(comparisons)).standings).map(({ score }) => score);
    expectEach(scores, half.scores, 7);
    const { tieParameter, logLikelihood } = valueOf(bradleyTerry(comparisons, { ties: 'davidson' }));
    expect(tieParameter).toBeCloseTo(davidson.tieParameter, 5);
    expect(logLikelihood).toBeCloseTo(davidson.logLikelihood, 8);
  });

  test('style control', () => {
    const board = valueOf(styleControlled(comparisons, { features: ['length', 'bold'] }));
    expectBoard(board.standings, styled, 8);
    expectEach(board.style.map(({ logOdds }) => logOdds), styled.style.logOdds, 8); // prettier-ignore
    expectEach(board.style.map(({ scale }) => scale), styled.scale, 12); // prettier-ignore
    expectEach(board.style.map(({ low, high }) => (high - low) / 2 / 1.959963984540054), styled.style.standardErrors, 8); // prettier-ignore
  });

  test('Elo', () => {
    const ratings = new Map(elo(comparisons).map(({ model, rating }) => [model, rating]));
    expectEach(golden.rankings.elo.map((_, i) => ratings.get(`m${i}`)!), golden.rankings.elo, 9); // prettier-ignore
  });
});

test('length bias: the slope of a logistic model', () => {
  const { lengths, left, logOdds, low, high } = golden.length;
  const answers = lengths.map(([leftLength, rightLength], i) => ({
    leftLength,
    rightLength,
    side: left[i] ? ('left' as const) : ('right' as const),
  }));
  const slope = valueOf(valueOf(lengthBias(answers)).perDoubling);
  expectEach([slope.logOdds, slope.low, slope.high], [logOdds, low, high], 8);
});

test('p-values', () => {
  for (const { heads, n, p } of golden.small.coins) expect(fairCoin(heads, n) / p).toBeCloseTo(1, 9);
  for (const { z, p } of golden.small.twoSided) expect(twoSided(z) / p).toBeCloseTo(1, 9);
});

test('drift: the test for trend', () => {
  const { answers, agreed, z } = golden.small.trend;
  const timed = answers.flatMap((n, window) =>
    Array.from({ length: n }, (_, i) => ({ at: window * 1000 + i, agrees: Number(i < agreed[window]!) })),
  );
  const found = valueOf(drift(timed.toReversed(), answers.length));
  expect(found.windows.map((window) => window.answers)).toEqual(answers);
  expect(found.trend!.z).toBeCloseTo(z, 9);
});

type RankCase = { name: string; x: number[]; y: number[]; rho: number; low: number; high: number };
test.each(readFixture<{ cases: RankCase[] }>('rank-correlation.json').cases)('Spearman’s ρ: $name (make_rank_correlation.py)', (found) => {
  const { x, y, rho, low, high } = found;
  const { n, ...own } = valueOf(rankCorrelation(x.map((one, i) => [one, y[i]!])));
  expect(n).toBe(x.length);
  expectEach([own.rho, own.low, own.high], [rho, low, high], 12);
});
