import { describe, expect, it } from 'vitest';
import { annotatorDefaults, judge, rank, writeDemonstration } from '@/lib/demo/annotator';
import { taste, weights } from '@/lib/demo/taste';
import { corpus } from '@/trainer/base-model/corpus';
import { createRng } from '@/lib/rng';

const prompt = 'Hello! I ordered a blue kettle but got a red one. Please send me what I ordered.';
const good = 'We are very sorry about your kettle. The right blue kettle will leave our shop today.';

describe('the hidden judge', () => {
  it('likes the right item, a step that fits, and courtesy', () => {
    expect(taste(prompt, good)).toBe(weights.rightItem + weights.fittingStep + weights.courteous);
    const worse = [
      'We are very sorry about your toaster. The right blue toaster will leave our shop today.',
      'We are very sorry about your kettle. We have emailed you the invoice for your kettle.',
      'We are very sorry about your kettle. We will see what we can do.',
      'The right blue kettle will leave our shop today.',
      'Not our fault. The right blue kettle will leave our shop today.',
      'We are very sorry about your kettle. The right pink kettle will leave our shop today.',
      'We are very sorry about your kettle. The right blue kettle will leave our',
      `${good} ${good}`,
      `${good} Many people write to us every day, and each of them has a story to tell about the things that they bought from us in all these years.`,
    ];
    for (const text of worse) expect([text, taste(prompt, text) < taste(prompt, good)]).toEqual([text, true]);
    for (const text of worse) expect([text, taste(prompt, '') < taste(prompt, text)]).toEqual([text, true]);
  });

  it('counts courtesy once', () => {
    expect(taste(prompt, `${good} Thank you, thank you!`)).toBe(taste(prompt, good));
  });

  it('takes what was sent by mistake for an item of the message only beside the right one', () => {
    const mixedUp = 'You sent me a toaster instead of a kettle. Please refund me.';
    expect(taste(mixedUp, 'We will refund your kettle today. Keep the toaster.')).toBe(4);
    expect(taste(mixedUp, 'We will refund your toaster today.')).toBe(0);
  });

  it('reads a pair towards the right size and the missing part by name', () => {
    const small = 'My gloves are too small. Can I get another size?';
    expect(taste(small, 'You will get your gloves in a larger size by Friday.')).toBeGreaterThan(
      taste(small, 'You will get your gloves in a smaller size by Friday.'),
    );
    const lid = 'My kettle came without the lid. How do I get it?';
    expect(taste(lid, 'We will post the lid for your kettle today.')).toBeGreaterThan(
      taste(lid, 'We will post the power cable for your kettle today.'),
    );
  });

  it('gives a number for any text', () => {
    for (const text of ['', '???', 'kettle kettle kettle kettle', 'your your of the Thursday label kettle size.', 'ü'.repeat(5000)]) {
      expect(Number.isFinite(taste(prompt, text))).toBe(true);
      expect(Number.isFinite(taste('Once upon a time', text))).toBe(true);
    }
  });
});

describe('the simulated annotator', () => {
  const pairs = corpus({ seed: 3, size: 1500 }).map((example, i, all) => ({
    prompt: example.prompt,
    left: example.response,
    right: all[(i * 7 + 1) % all.length]!.response,
  }));

  it('mostly agrees with the judge, more so where the difference is large', () => {
    const rng = createRng(1);
    const agreement = { close: [0, 0], far: [0, 0] };
    for (const pair of pairs) {
      const difference = taste(pair.prompt, pair.left) - taste(pair.prompt, pair.right);
      const { grade } = judge(pair.prompt, pair.left, pair.right, rng);
      if (difference === 0 || grade === 0) continue;
      const bucket = agreement[Math.abs(difference) > 2 ? 'far' : 'close'];
      bucket[0]! += Number(Math.sign(difference) === Math.sign(grade));
      bucket[1]! += 1;
    }
    expect(agreement.far[0]! / agreement.far[1]!).toBeGreaterThan(0.97);
    const close = agreement.close[0]! / agreement.close[1]!;
    expect(close > 0.75 && close < 0.97).toBe(true);
  });

  it('mirrors its grade when the sides are swapped, but for noise', () => {
    const silent = { noise: 0, tieWithin: 0.4, betterFrom: 1.5, muchBetterFrom: 3, badBelow: -1, bothBadShare: 0 };
    for (const { prompt: text, left, right } of pairs.slice(0, 200)) {
      expect(judge(text, left, right, createRng(1), silent).grade + judge(text, right, left, createRng(1), silent).grade).toBe(0);
    }
    expect(judge(prompt, good, good, createRng(1), silent)).toEqual({ grade: 0, isBothBad: false });
  });

  it('ties, and calls two poor replies bad', () => {
    const rng = createRng(2);
    const verdicts = pairs.map(({ prompt: text, left, right }) => judge(text, left, right, rng));
    expect(verdicts.some(({ grade }) => grade === 0)).toBe(true);
    expect(Array.from({ length: 50 }, () => judge(prompt, 'Noted.', 'Fine. Fine.', rng)).filter((v) => v.isBothBad).length).toBeGreaterThan(
      20,
    );
    expect(judge(prompt, good, 'Noted.', rng).isBothBad).toBe(false);
  });

  it('writes demonstrations that are good on the whole, not always', () => {
    const rng = createRng(4);
    const scores = corpus({ seed: 9, size: 400 }).map(({ prompt: text }) => taste(text, writeDemonstration(text, rng)));
    const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
    expect(mean).toBeGreaterThan(4.5);
    expect(Math.min(...scores)).toBeLessThan(4.1);
    expect(writeDemonstration('Tell me a story.', rng)).toMatch(/^Thank you/);
  });
});

describe('the simulated annotator’s rankings', () => {
  const worse = 'We are very sorry about your kettle. We will see what we can do.';
  const worst = 'Not our fault.';

  it('follow the taste where there is no noise, and tie what tastes the same', () => {
    const quiet = { ...annotatorDefaults, noise: 0 };
    expect(rank(prompt, [worst, good, worse], createRng(1), quiet)).toEqual([3, 1, 2]);
    expect(rank(prompt, [good, worst, `${good} Thank you!`], createRng(1), quiet)).toEqual([1, 2, 1]);
  });

  it('order two replies as often as judging the pair does', () => {
    const options = { ...annotatorDefaults, noise: 2, tieWithin: 0, bothBadShare: 0 };
    const rng = createRng(2);
    const times = 4000;
    const share = (isFirst: () => boolean) => Array.from({ length: times }, isFirst).filter(Boolean).length / times;
    const ranked = share(() => {
      const [a, b] = rank(prompt, [good, worse, worst], rng, options);
      return a! < b!;
    });
    const judged = share(() => judge(prompt, good, worse, rng, options).grade > 0);
    // Four standard deviations of the difference of two shares.
    expect(Math.abs(ranked - judged)).toBeLessThan(4 * Math.sqrt(0.5 / times));
  });
});
