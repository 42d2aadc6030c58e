/** Boards beside the plain one: style control, win rates a pair, Elo. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { bradleyTerry } from '@/lib/ranking/bradley-terry';
import type { Comparison, Outcome } from '@/lib/ranking/comparisons';
import { elo } from '@/lib/ranking/elo';
import { styleDifference, styleOf } from '@/lib/ranking/style';
import { styleControlled, type StyledComparison, type StyledLeaderboard } from '@/lib/ranking/style-control';
import { winMatrix } from '@/lib/ranking/win-matrix';
import { createRng } from '@/lib/rng';

const game = (left: string, right: string, outcome: Outcome = 1): Comparison => ({ left, right, outcome });

describe('style control', () => {
  /** People like long answers and nothing else; “long” writes longer ones than “short”, “fair” as long ones as either. */
  const rng = createRng(4);
  const typical: Record<string, number> = { long: 0.6, fair: 0, short: -0.6 };
  const names = Object.keys(typical);
  const comparisons: StyledComparison[] = Array.from({ length: 2000 }, () => {
    const [left, right] = rng.shuffle(names) as [string, string];
    const style = [typical[left]! - typical[right]! + rng.normal() * 0.5];
    return { left, right, style, outcome: rng.next() < 1 / (1 + Math.exp(-2 * style[0]!)) ? 1 : 0 };
  });
  const boardOf = (from: StyledComparison[], bootstrap = 0): StyledLeaderboard => {
    const result = styleControlled(from, { features: ['length'], bootstrap });
    if (!result.ok) throw new Error(result.reason);
    return result.value;
  };

  it('takes out what style alone wins', () => {
    const plain = bradleyTerry(comparisons);
    expect(plain.ok && plain.value.standings.map(({ model, rank }) => [model, rank])).toEqual([['long', 1], ['fair', 2], ['short', 3]]); // prettier-ignore
    const { standings, style } = boardOf(comparisons);
    expect(standings.map(({ rank }) => rank)).toEqual([1, 1, 1]);
    expect(style[0]!.logOdds / style[0]!.scale).toBeCloseTo(2, 0);
    expect(style[0]!.low).toBeGreaterThan(0);
  });

  it('does not depend on who stands left; its bootstrap is near Fisher', () => {
    const board = boardOf(comparisons);
    const mirrored = boardOf(comparisons.map(({ left, right, outcome, style }) => ({ left: right, right: left, outcome: (1 - outcome) as Outcome, style: style.map((x) => -x) }))); // prettier-ignore
    expect(mirrored.style[0]!.logOdds).toBeCloseTo(board.style[0]!.logOdds, 9);
    const drawn = boardOf(comparisons.slice(0, 500), 100);
    const fisher = boardOf(comparisons.slice(0, 500));
    drawn.standings.forEach((standing, i) => expect(standing.standardError / fisher.standings[i]!.standardError).toBeCloseTo(1, 0));
  });

  test('what it cannot tell apart it says', () => {
    const same = (style: number[]) => [{ ...game('a', 'b'), style }, { ...game('b', 'a'), style: style.map((x) => -x) }, { ...game('a', 'b'), style }]; // prettier-ignore
    expect(styleControlled(same([0]), { features: ['length'] })).toMatchObject({
      ok: false,
      code: 'collinear',
      reason: 'no two answers differ in length',
    });
    expect(styleControlled(same([1]), { features: ['length'] })).toMatchObject({ ok: false, code: 'collinear' });
    const decisive = [1, 2, 3, 4].map((x) => ({ ...(x % 2 ? game('a', 'b') : game('b', 'a')), style: [x] }));
    expect(styleControlled(decisive, { features: ['length'] })).toMatchObject({ ok: false, code: 'separated' });
    expect(styleControlled([{ ...game('a', 'b'), style: [1] }], { features: ['length'] })).toMatchObject({ ok: false, code: 'separated' });
    expect(() => styleControlled(same([1, 2]), { features: ['length'] })).toThrow('a difference a feature');
  });

  it('counts Markdown', () => {
    expect(styleOf('# Title\n\nSome **bold** words.\n\n- one\n- two\n1. three\n')).toEqual([52, 1, 3, 1]);
    expect(styleDifference('aaa', '- a')).toEqual([0, 0, -1, 0]);
    expect(styleDifference('', '')).toEqual([0, 0, 0, 0]);
  });
});

describe('win rates a pair', () => {
  it('mirrors across the diagonal, counts ties half, and knows who never met', () => {
    const { models, cells } = winMatrix([game('b', 'a'), game('a', 'b', 0.5), game('b', 'c'), game('a', 'a')]);
    expect(models).toEqual(['a', 'b', 'c']);
    expect(cells[1]![0]).toMatchObject({ winRate: 0.75, comparisons: 2 });
    expect(cells[0]![1]).toMatchObject({ winRate: 0.25, comparisons: 2 });
    expect([cells[0]![2], cells[0]![0]]).toEqual([null, null]);
    expect(winMatrix([game('b', 'a')], ['b', 'a']).cells[0]![1]).toMatchObject({ winRate: 1 });
  });
});

describe('Elo', () => {
  it('moves by k times the surprise, and hands over what it takes', () => {
    expect(elo([game('a', 'b')])).toEqual([{ model: 'a', rating: 1002 }, { model: 'b', rating: 998 }]); // prettier-ignore
    const names = fc.constantFrom('a', 'b', 'c');
    const games = fc.array(fc.record({ left: names, right: names, outcome: fc.constantFrom<Outcome>(0, 0.5, 1) }).filter(({ left, right }) => left !== right)); // prettier-ignore
    fc.assert(
      fc.property(games, (played) => {
        const ratings = elo(played);
        expect(ratings.reduce((sum, { rating }) => sum + rating - 1000, 0)).toBeCloseTo(0, 6);
      }),
    );
  });
});
