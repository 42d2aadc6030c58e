import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '@/lib/rng';

describe('the seeded generator', () => {
  it('continues from a saved state exactly where it was', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(50), (seed, drawn) => {
        const rng = createRng(seed);
        for (let i = 0; i < drawn; i++) rng.next();
        const saved = JSON.parse(JSON.stringify(rng.state()));
        const expected = [rng.next(), rng.normal(), rng.fork('x').next()];
        const resumed = createRng(0);
        resumed.restore(saved);
        expect([resumed.next(), resumed.normal(), resumed.fork('x').next()]).toEqual(expected);
      }),
    );
  });

  it('stays in its range and shuffles without loss', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), fc.array(fc.integer()), (seed, n, items) => {
        const rng = createRng(seed);
        const value = rng.int(n);
        expect(value >= 0 && value < n && Number.isInteger(value)).toBe(true);
        expect(rng.shuffle(items).sort()).toEqual([...items].sort());
      }),
    );
  });

  it('is uniform and normal to the eye of a moment test', () => {
    const rng = createRng(7);
    const n = 20_000;
    const uniform = Array.from({ length: n }, () => rng.next());
    const normal = Array.from({ length: n }, () => rng.normal());
    const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 1.5);
    expect(mean(uniform.map((x) => (x - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
    expect(Math.abs(mean(normal))).toBeLessThan(0.03);
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(0.05);
  });

  it('forks independent streams by label, whatever was drawn before', () => {
    const rng = createRng(3);
    const before = rng.fork('rollout').next();
    rng.next();
    expect(rng.fork('rollout').next()).toBe(before);
    expect(rng.fork('shuffle').next()).not.toBe(before);
    expect(createRng(4).fork('rollout').next()).not.toBe(before);
  });

  it('tells seeds apart beyond 32 bits', () => {
    expect(createRng(1).next()).not.toBe(createRng(1 + 2 ** 32).next());
  });
});
