import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { message, readMessage } from '@/lib/demo/messages';
import { goodReply, mixture, reply } from '@/lib/demo/replies';
import { fittingSteps, nearSteps, rambling, steps, vague } from '@/lib/demo/reply-templates';
import { items } from '@/lib/demo/shop';
import { readReply, stepOf } from '@/lib/demo/taste';
import { corpus, demoPrompts, demoPromptsOptions, isHeldOut } from '@/trainer/base-model/corpus';
import prompts from '@/trainer/base-model/prompts.json';
import { createRng } from '@/lib/rng';

const wordCount = (text: string) => text.split(/\s+/).length;

describe('customer messages', () => {
  it('are read back exactly', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { text, facts } = message(createRng(seed));
        expect(readMessage(text)).toEqual(facts);
      }),
      { numRuns: 2000 },
    );
  });

  it('are not read into other text', () => {
    for (const text of [
      '',
      'Once upon a time there was a kettle.',
      'I ordered a blue kettle',
      'I ordered a blue kettle by mistake. Tell me a story.',
    ]) {
      expect(readMessage(text)).toBeNull();
    }
  });

  it('come in far more than 5,000 distinct forms', () => {
    const rng = createRng(11);
    const texts = new Set(Array.from({ length: 12_000 }, () => message(rng).text));
    expect(texts.size).toBeGreaterThan(11_000);
  });

  it('never name one item inside another', () => {
    for (const a of items) for (const b of items) if (a !== b) expect(new RegExp(`\\b${a.name}\\b`).test(b.name)).toBe(false);
  });
});

describe('replies', () => {
  it('have the traits they say, as the judge reads them', () => {
    for (const { prompt, response, traits } of corpus({ seed: 5, size: 4000 })) {
      const read = readReply(prompt, response);
      expect({
        response,
        item: read.item,
        step: read.step,
        isCurt: read.isCurt,
        isCourteous: read.isCourteous,
        isRepetitive: read.isRepetitive,
      }).toEqual({
        response,
        item: traits.item,
        step: traits.step === 'vague' ? 'none' : traits.step,
        isCurt: traits.tone === 'curt',
        isCourteous: traits.tone === 'courteous',
        isRepetitive: traits.isRepetitive,
      });
      expect(read.isUnfinished || read.isEmpty || read.isWrongAttribute).toBe(false);
    }
  });

  it('announce the step they were drawn for', () => {
    const filled = (template: string) =>
      template
        .replace('{part}', 'lid')
        .replace('{wanted}', 'larger')
        .replace(/\{new\}/i, 'a new')
        .replace(/\{\w+\}/g, 'your');
    for (const [step, sentences] of Object.entries(steps))
      for (const sentence of sentences) expect([sentence, stepOf(filled(sentence))]).toEqual([sentence, step]);
    for (const sentence of [...vague, ...rambling]) expect([sentence, stepOf(sentence)]).toEqual([sentence, null]);
  });

  it('follow the mixture', () => {
    const examples = corpus({ seed: 6, size: 8000 });
    const share = (isSo: (traits: (typeof examples)[number]['traits']) => boolean) =>
      examples.filter(({ traits }) => isSo(traits)).length / examples.length;
    expect(share((t) => t.item === 'right')).toBeCloseTo(mixture.item.right, 1);
    expect(share((t) => t.step === 'fitting')).toBeCloseTo(mixture.step.fitting, 1);
    expect(share((t) => t.tone === 'courteous')).toBeCloseTo(mixture.tone.courteous, 1);
    expect(share((t) => t.isRambling)).toBeCloseTo(mixture.rambling, 1);
    expect(share((t) => t.isRepetitive)).toBeCloseTo(mixture.repetitive, 1);
  });

  it('stay short, and good ones read as good', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const rng = createRng(seed);
        const { text, facts } = message(rng);
        expect(wordCount(text)).toBeLessThanOrEqual(32);
        expect(wordCount(reply(rng, facts).text)).toBeLessThanOrEqual(64);
        expect(readReply(text, goodReply(rng, facts))).toMatchObject({
          item: 'right',
          step: 'fitting',
          isCourteous: true,
          isCurt: false,
          isRepetitive: false,
        });
      }),
      // Of 400,000 seeds the longest reply, 57 words: an opening, the longest step twice, an aside.
      { numRuns: 500, examples: [[42487]] },
    );
  });

  it('fill every slot', () => {
    for (const { prompt, response } of corpus({ seed: 7, size: 3000 })) expect(/[{}]|undefined|null/.test(prompt + response)).toBe(false);
  });

  it('never count a near step as fitting', () => {
    for (const { facts } of corpus({ seed: 8, size: 500 }))
      expect(nearSteps(facts).filter((step) => fittingSteps(facts).includes(step))).toEqual([]);
  });
});

describe('the corpus and the demo prompts', () => {
  it('are deterministic and disjoint', () => {
    expect(corpus({ seed: 1, size: 50 })).toEqual(corpus({ seed: 1, size: 50 }));
    expect(corpus({ seed: 1, size: 50 })).not.toEqual(corpus({ seed: 2, size: 50 }));
    expect(corpus({ seed: 1, size: 3000 }).some(({ prompt }) => isHeldOut(prompt))).toBe(false);
    expect(prompts.every(isHeldOut)).toBe(true);
  });

  it('prompts.json is what the grammar draws: distinct messages that can be read', () => {
    expect(prompts).toEqual(demoPrompts(demoPromptsOptions));
    expect(new Set(prompts).size).toBe(400);
    expect(prompts.every((text) => readMessage(text) !== null)).toBe(true);
  });
});
