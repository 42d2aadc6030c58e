import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePairs, pairKey } from '@/lib/tasks/make-pairs';

const samples = (prefix: string, ...texts: string[]) => texts.map((text, i) => ({ id: `${prefix}${i}`, text }));

describe('pairs of samples', () => {
  it('are new with previous, and new with new', () => {
    expect(makePairs(samples('n', 'a', 'b'), samples('p', 'c'))).toEqual([
      { responseAId: 'n0', responseBId: 'p0' },
      { responseAId: 'n0', responseBId: 'n1' },
    ]);
  });

  it('never hold the same text twice, and look for another partner instead', () => {
    expect(makePairs(samples('n', 'a', 'b'), samples('p', 'a '))).toEqual([{ responseAId: 'n1', responseBId: 'p0' }]);
    expect(makePairs(samples('n', 'a', 'a'), samples('p', 'a'))).toEqual([]);
  });

  it('have not been there before, in either order', () => {
    const isKnown = (a: string, b: string) => pairKey(a, b) === pairKey('b', 'a');
    expect(makePairs(samples('n', 'a', 'b'), [], isKnown)).toEqual([]);
  });

  it('are different pairs of different texts, whatever was sampled', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', ' a'), { maxLength: 4 });
    fc.assert(
      fc.property(texts, texts, (newer, previous) => {
        const [n, p] = [samples('n', ...newer), samples('p', ...previous)];
        const textOf = new Map([...n, ...p].map((sample) => [sample.id, sample.text]));
        const keys = makePairs(n, p).map((pair) => pairKey(textOf.get(pair.responseAId)!, textOf.get(pair.responseBId)!));
        expect(keys).not.toContain(null);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});
