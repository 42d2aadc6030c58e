import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { winRate } from '@/lib/ranking/win-rate';

describe('win rate', () => {
  // Newcombe (1998), Statistics in Medicine 17, table I, method 3 (score interval without continuity correction).
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i: published interval', (won, n, low, high) => {
    const result = winRate(Array.from({ length: n }, (_, i) => (i < won ? 1 : 0)));
    expect(result.low).toBeCloseTo(low, 4);
    expect(result.high).toBeCloseTo(high, 4);
  });

  it('counts a tie as half, is symmetric, and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 1 }), (outcomes) => {
        const a = winRate(outcomes);
        const b = winRate(outcomes.map((o) => 1 - o));
        expect(a.winRate + b.winRate).toBeCloseTo(1);
        expect(a.low + b.high).toBeCloseTo(1);
        expect(a.low).toBeGreaterThanOrEqual(0);
        expect(a.low).toBeLessThanOrEqual(a.winRate + 1e-12);
        expect(a.high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses to speak of nothing', () => {
    expect(() => winRate([])).toThrow('at least one comparison');
  });
});
