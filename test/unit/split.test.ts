/** Training and measuring are parted by prompt. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitOf, toNewPrompt } from '@/lib/prompts/split';
import { sha256 } from '@/lib/prompts/text';

describe('what is held out', () => {
  const of = { source: 'test', isSampled: true };

  it('hangs on the prompt alone, and grows with the share', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (text, a, b) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)].map((heldOutFraction) => toNewPrompt(text, { ...of, heldOutFraction }).split);
        expect(toNewPrompt(text, { source: 'elsewhere', isSampled: false, heldOutFraction: Math.min(a, b) }).split).toBe(few);
        if (few === 'held_out') expect(many).toBe('held_out');
      }),
    );
    expect(splitOf(sha256('x'), 0)).toBe('train');
    expect(splitOf(sha256('x'), 1)).toBe('held_out');
  });

  it('is the share that was asked for', () => {
    const heldOut = Array.from({ length: 10_000 }, (_, i) => splitOf(sha256(`prompt ${i}`), 0.2)).filter((s) => s === 'held_out').length;
    // Five standard deviations of a binomial.
    expect(Math.abs(heldOut - 2000)).toBeLessThan(200);
  });
});
