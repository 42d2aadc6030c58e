import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { bradleyTerry, tieModels, type BradleyTerryOptions, type Leaderboard } from '@/lib/ranking/bradley-terry';
import { countPairs, type Comparison, type Outcome } from '@/lib/ranking/comparisons';
import { components } from '@/lib/ranking/connectedness';

const times = <T>(n: number, item: T): T[] => Array.from({ length: n }, () => item);
const game = (left: string, right: string, outcome: Outcome = 1): Comparison => ({ left, right, outcome });

const boardOf = (comparisons: Comparison[], options?: BradleyTerryOptions): Leaderboard => {
  const result = bradleyTerry(comparisons, options);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};
const strengths = (board: Leaderboard) => Object.fromEntries(board.standings.map(({ model, logStrength }) => [model, logStrength]));

describe('published figures', () => {
  // Agresti (2002), Categorical Data Analysis, section 10.6.2, tables 10.10 and 10.11: American League East, 1987. Estimates against Baltimore.
  const wins: Record<string, number[]> = {
    Milwaukee: [0, 7, 9, 7, 7, 9, 11],
    Detroit: [6, 0, 7, 5, 11, 9, 9],
    Toronto: [4, 6, 0, 7, 7, 8, 12],
    'New York': [6, 8, 6, 0, 6, 7, 10],
    Boston: [6, 2, 6, 7, 0, 7, 12],
    Cleveland: [4, 4, 5, 6, 6, 0, 6],
    Baltimore: [2, 4, 1, 3, 1, 7, 0],
  };
  const teams = Object.keys(wins);
  const games = teams.flatMap((winner) => wins[winner]!.flatMap((n, loser) => times(n, game(winner, teams[loser]!))));

  test('baseball', () => {
    const board = boardOf(games);
    const found = strengths(board);
    const against = teams.map((team) => Number((found[team]! - found.Baltimore!).toFixed(2)));
    expect(against).toEqual([1.58, 1.44, 1.29, 1.25, 1.11, 0.68, 0]);
    expect(board.standings.map(({ model }) => model)).toEqual(teams);
    expect(board.standings.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 12);
    expect(board.standings[0]).toMatchObject({ wins: 50, losses: 28, ties: 0 });
    expect(board).toMatchObject({ comparisons: 273, intervals: { kind: 'fisher' }, tieParameter: null });
  });
});

// With two models the maximum has a closed form: both models then fit every share exactly.
test('two models', () => {
  const games = [...times(12, game('a', 'b')), ...times(3, game('b', 'a')), ...times(9, game('a', 'b', 0.5))];
  const half = strengths(boardOf(games));
  expect(half.a! - half.b!).toBeCloseTo(Math.log(16.5 / 7.5), 9);
  const davidson = boardOf(games, { ties: 'davidson' });
  expect(strengths(davidson).a! - strengths(davidson).b!).toBeCloseTo(Math.log(12 / 3), 9);
  expect(davidson.tieParameter).toBeCloseTo(9 / Math.sqrt(12 * 3), 9);
});

const models = ['a', 'b', 'c', 'd'];
const someComparisons = fc
  .array(fc.record({ left: fc.constantFrom(...models), right: fc.constantFrom(...models), outcome: fc.constantFrom<Outcome>(0, 0.5, 1) }), {
    minLength: 8,
    maxLength: 60,
  })
  .filter((comparisons) => bradleyTerry(comparisons, { ties: 'davidson' }).ok);
const someTies = fc.constantFrom(...tieModels);

describe('properties', () => {
  it('does not depend on the order of comparisons, nor on who stands left', () => {
    fc.assert(
      fc.property(someComparisons, someTies, (comparisons, ties) => {
        const board = strengths(boardOf(comparisons, { ties }));
        const mirrored = comparisons.map(({ left, right, outcome }) => game(right, left, (1 - outcome) as Outcome)).reverse();
        for (const [model, x] of Object.entries(strengths(boardOf(mirrored, { ties })))) expect(x).toBeCloseTo(board[model]!, 6);
      }),
    );
  });

  it('takes names for names, and the same data twice for the same strengths with narrower intervals', () => {
    fc.assert(
      fc.property(someComparisons, someTies, (comparisons, ties) => {
        const board = boardOf(comparisons, { ties });
        const rename = (name: string) => `z${9 - models.indexOf(name)}`;
        const renamed = strengths(boardOf(comparisons.map(({ left, right, outcome }) => game(rename(left), rename(right), outcome)), { ties })); // prettier-ignore
        const twice = boardOf([...comparisons, ...comparisons], { ties });
        for (const standing of board.standings) {
          expect(renamed[rename(standing.model)]).toBeCloseTo(standing.logStrength, 6);
          const again = twice.standings.find(({ model }) => model === standing.model)!;
          expect(again.logStrength).toBeCloseTo(standing.logStrength, 6);
          expect(again.standardError * Math.SQRT2).toBeCloseTo(standing.standardError, 6);
        }
      }),
    );
  });

  it('expects as many wins as there are (the likelihood’s equations)', () => {
    fc.assert(
      fc.property(someComparisons, (comparisons) => {
        const { standings } = boardOf(comparisons);
        const score = Object.fromEntries(standings.map((standing) => [standing.model, standing.score]));
        for (const { model, wins, ties } of standings) {
          const games = comparisons.filter(({ left, right }) => left !== right && (left === model || right === model));
          const expected = games.reduce((sum, { left, right }) => sum + score[model]! / (score[left]! + score[right]!), 0);
          expect(expected).toBeCloseTo(wins + ties / 2, 5);
        }
      }),
    );
  });

  it('centres log-strengths, sums scores to 1, and keeps estimates inside their intervals', () => {
    fc.assert(
      fc.property(someComparisons, someTies, (comparisons, ties) => {
        const { standings } = boardOf(comparisons, { ties });
        const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
        expect(sum(standings.map(({ score }) => score))).toBeCloseTo(1, 9);
        expect(sum(standings.map(({ logStrength }) => logStrength))).toBeCloseTo(0, 6);
        for (const { score, scoreInterval, logStrength, interval } of standings) {
          expect(scoreInterval.low <= score && score <= scoreInterval.high).toBe(true);
          expect(interval.low <= logStrength && logStrength <= interval.high).toBe(true);
        }
      }),
    );
  });
});

describe('intervals and ranks', () => {
  const clear = [
    ...times(180, game('good', 'fair')), ...times(60, game('fair', 'good')),
    ...times(180, game('fair', 'poor')), ...times(60, game('poor', 'fair')),
    ...times(60, game('fair', 'alike')), ...times(60, game('alike', 'fair')),
  ]; // prettier-ignore

  it('ranks below those whose interval lies wholly above', () => {
    expect(Object.fromEntries(boardOf(clear).standings.map(({ model, rank }) => [model, rank]))).toEqual({
      good: 1,
      fair: 2,
      alike: 2,
      poor: 4,
    });
  });

  it('bootstraps with a seed, close to Fisher where there is much data', () => {
    const options = { bootstrap: 400, seed: 5 };
    const board = boardOf(clear, options);
    expect(boardOf(clear, options)).toEqual(board);
    expect(boardOf(clear, { ...options, seed: 6 })).not.toEqual(board);
    expect(board.intervals).toEqual({ kind: 'bootstrap', seed: 5, replicates: 400, failed: 0 });
    const fisher = boardOf(clear);
    board.standings.forEach((standing, i) => {
      expect(standing.logStrength).toBe(fisher.standings[i]!.logStrength);
      expect(standing.standardError / fisher.standings[i]!.standardError).toBeCloseTo(1, 0.8);
    });
  });

  it('counts replicates that have no maximum', () => {
    const thin = [game('a', 'b'), game('b', 'a'), game('a', 'b')];
    const { intervals } = boardOf(thin, { bootstrap: 100 });
    expect(intervals.kind === 'bootstrap' && intervals.failed).toBeGreaterThan(10);
  });
});

describe('what has no strengths says why', () => {
  test.each<[string, Comparison[], string, string]>([
    ['nothing', [], 'no-data', 'there are no comparisons'],
    ['a model with itself', [game('a', 'a')], 'no-data', 'every comparison is of a model with itself'],
    [
      'islands',
      [game('a', 'b'), game('b', 'a'), game('c', 'd'), game('d', 'c')],
      'disconnected',
      'the models fall into 2 groups that were never compared with each other: a, b / c, d',
    ],
    [
      'one that won everything',
      [game('a', 'b'), game('b', 'c'), game('c', 'b')],
      'separated',
      'a never lost to or tied with another; b, c never won against or tied with another, so how much stronger or weaker is not bounded by the data',
    ],
  ])('%s', (_, comparisons, code, reason) => {
    expect(bradleyTerry(comparisons)).toMatchObject({ ok: false, code, reason });
  });

  it('takes a cycle for what it is: equals', () => {
    const board = boardOf([game('a', 'b'), game('b', 'c'), game('c', 'a')]);
    expect(board.standings.map(({ rank, score }) => [rank, score])).toEqual(times(3, [1, expect.closeTo(1 / 3, 9)]));
  });

  it('Davidson: without ties it is Bradley and Terry, of ties alone it cannot tell', () => {
    const decided = [game('a', 'b'), game('a', 'b'), game('b', 'a')];
    const board = boardOf(decided, { ties: 'davidson' });
    expect(board.tieParameter).toBe(0);
    expect(strengths(board)).toEqual(strengths(boardOf(decided)));
    expect(bradleyTerry([game('a', 'b', 0.5)], { ties: 'davidson' })).toMatchObject({ ok: false, code: 'one-category' });
    const agreeing = [game('a', 'b'), game('a', 'b', 0.5), game('a', 'c', 0.5)];
    expect(bradleyTerry(agreeing, { ties: 'davidson' })).toMatchObject({
      ok: false,
      code: 'separated',
      reason: expect.stringContaining('ties as halves'),
    });
    expect(bradleyTerry([...agreeing, game('b', 'a')], { ties: 'davidson' }).ok).toBe(true);
    expect(boardOf([game('a', 'b', 0.5)]).standings.map(({ score }) => score)).toEqual([0.5, 0.5]);
  });

  it('lists the groups that have strengths among themselves', () => {
    const counts = countPairs([game('a', 'b'), game('b', 'c'), game('c', 'b'), game('d', 'a', 0.5)]);
    expect(components(counts)).toEqual([['a', 'd'], ['b', 'c']]); // prettier-ignore
  });
});
