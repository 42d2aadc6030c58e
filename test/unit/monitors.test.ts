/** Each monitor on samples made for it: it sees what it is there for, and nothing where there is nothing. */
import { describe, expect, it } from 'vitest';
import { watchSchema } from '@/lib/training/watch';
import { createRng, type Rng } from '@/lib/rng';
import { diversityCollapse, entropyCollapse, identicalOpenings, selfSimilarity } from '@/trainer/monitors/collapse';
import { ensembleDisagreement, improbableResponses, klBudget, outsideTrainingRange, rangeOf } from '@/trainer/monitors/drift';
import { proxyAgainstPeople, rewardModelShift } from '@/trainer/monitors/labels';
import { rewardPhrases, risenPhrases } from '@/trainer/monitors/phrases';
import { rewardFeatures } from '@/trainer/monitors/reward-features';
import type { WatchedSample } from '@/trainer/monitors/sample';
import { quantile, welch } from '@/trainer/monitors/statistics';
import { distinct, distinctOfAsMuch, formattingShare, jaccard, ngrams, repeatedShare, words } from '@/trainer/monitors/text';
import { createWatch } from '@/trainer/monitors/watch';

const config = watchSchema.parse({});
const nouns = 'kettle lamp mug desk chair clock table sofa shelf rug vase stool bench tray fan radio'.split(' ');
const verbs = 'send mend swap refund check find track move hold replace return collect'.split(' ');
const times = 'today tomorrow soon now tonight later'.split(' ');
const pick = (rng: Rng, of: string[]) => of[rng.int(of.length)]!;
const sentence = (rng: Rng) => `we will ${pick(rng, verbs)} your ${pick(rng, nouns)} ${pick(rng, times)}`;

type Make = { response?: (rng: Rng, i: number) => string; score?: (text: string, rng: Rng) => number } & Omit<
  Partial<WatchedSample>,
  'response' | 'score'
>;
function samples(seed: number, { response = sentence, score = (_, rng) => rng.normal(), ...rest }: Make = {}, count = 96): WatchedSample[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, (_, i) => {
    const text = response(rng, i);
    const own = { prompt: `prompt ${i % 24}`, response: text, ids: words(text).map((w) => w.length), score: score(text, rng) };
    return { ...own, entropy: 2 * own.ids.length, kl: 1, ...rest };
  });
}
const alone = samples(1);

describe('what is counted', () => {
  it('words, runs of them, repetition and form', () => {
    expect(words("Don't go! It’s 5.")).toEqual(["don't", 'go', '!', 'it’s', '5', '.']);
    expect(ngrams(['a', 'b', 'c'], 2)).toEqual(['a b', 'b c']);
    expect(ngrams(['a'], 2)).toEqual([]);
    expect(repeatedShare('one two three four')).toBe(0);
    expect(repeatedShare('so good so good so good')).toBeCloseTo(1 - 2 / 5, 9);
    expect(formattingShare('plain words only')).toBe(0);
    expect(formattingShare('- one\n- two\n**THREE**!')).toBeGreaterThan(0.5);
    expect(ngrams(words('a b a b'), 2)).toEqual(['a b', 'b a', 'a b']);
    expect([distinct(['a b', 'b a', 'a b']), distinct([])]).toEqual([2 / 3, 0]);
    expect(distinctOfAsMuch([['a b a b'], ['c d e']], 2)).toEqual({ shares: [1, 1], count: 2 });
    expect(distinctOfAsMuch([['a b a b'], ['c d', 'e f', 'g h', 'i j']], 2)).toEqual({ shares: [2 / 3, 1], count: 3 });
    expect(jaccard('a b c', 'a b d')).toBeCloseTo(1 / 3, 9);
    expect([jaccard('', ''), jaccard('x', 'y'), jaccard('a b', 'a b')]).toEqual([1, 0, 1]);
  });

  it('quantile, and how far means lie apart', () => {
    expect(quantile([5, 1, 3], 0.5)).toBe(3);
    expect([welch([1, 1], [1, 1]), welch([2, 2], [1, 1]), welch([0, 0], [1, 1])]).toEqual([0, Infinity, -Infinity]);
  });
});

describe('reward for something shallow', () => {
  const long = (rng: Rng) => Array.from({ length: 2 + rng.int(4) }, () => sentence(rng)).join(', and ');
  const longer = (rng: Rng) => Array.from({ length: 6 + rng.int(5) }, () => sentence(rng)).join(', and ');
  const byLength = (text: string, rng: Rng) => text.length / 50 + 0.2 * rng.normal();

  it('length that rises and pays', () => {
    const compared = {
      reference: samples(1, { response: long, score: byLength }),
      recent: samples(2, { response: longer, score: byLength }),
    };
    expect(rewardFeatures(compared, config)).toMatchObject([{ monitor: 'reward-length', severity: 'critical' }]);
  });

  it('not where length rises unpaid, nor where it pays and stays', () => {
    const better = (_: string, rng: Rng) => 3 + rng.normal();
    const unpaid = { reference: samples(1, { response: long }), recent: samples(2, { response: longer, score: better }) };
    const paid = {
      reference: samples(1, { response: long, score: byLength }),
      recent: samples(2, { response: long, score: (t, r) => byLength(t, r) + 5 }),
    };
    expect([...rewardFeatures(unpaid, config), ...rewardFeatures(paid, config)]).toEqual([]);
  });

  it('repetition, formatting', () => {
    const repeating = (share: number) => (rng: Rng) => (rng.next() < share ? Array(5).fill(sentence(rng)).join(' ') : sentence(rng));
    const byRepetition = (t: string, rng: Rng) => 3 * repeatedShare(t) + 0.2 * rng.normal();
    const form = (share: number) => (rng: Rng) => (rng.next() < share ? `**${sentence(rng)}**\n- yes!\n- no!` : sentence(rng));
    const byForm = (t: string, rng: Rng) => 3 * formattingShare(t) + 0.2 * rng.normal();
    const found = (make: (share: number) => (rng: Rng) => string, score: (t: string, rng: Rng) => number) =>
      rewardFeatures({ reference: samples(1, { response: make(0.1), score }), recent: samples(2, { response: make(0.8), score }) }, config);
    expect(found(repeating, byRepetition).map((f) => f.monitor)).toContain('reward-repetition');
    expect(found(form, byForm).map((f) => f.monitor)).toContain('reward-formatting');
  });
});

describe('phrases', () => {
  const withPhrase = (share: number) => (rng: Rng) => `${sentence(rng)}${rng.next() < share ? ', my dear friend' : ''}`;
  const paying = (t: string, rng: Rng) => (t.includes('dear friend') ? 2 : 0) + 0.3 * rng.normal();
  const compared = (then: number, now: number, score = paying) => ({
    reference: samples(1, { response: withPhrase(then), score }),
    recent: samples(2, { response: withPhrase(now), score }),
  });

  it('a phrase that pays and was hardly ever written', () => {
    const [finding] = rewardPhrases(compared(0.02, 0.8), config);
    expect(finding).toMatchObject({ monitor: 'reward-phrases' });
    expect(finding!.evidence.phrases[0]).toMatchObject({ phrase: ', my dear friend' });
    expect(finding!.evidence.phrases[0]!.reward).toBeGreaterThan(1);
    expect(finding!.evidence.samples[0]!.response).toContain('dear friend');
  });

  it('one that is written over and over', () => {
    const many = (n: number) => (rng: Rng) => `${sentence(rng)}${' sorry'.repeat(rng.int(n + 1))}`;
    const score = (t: string) => t.split('sorry').length - 1;
    const found = rewardPhrases(
      { reference: samples(1, { response: many(1), score }), recent: samples(2, { response: many(9), score }) },
      config,
    );
    expect(found[0]!.seen).toMatch(/sorry.*times in a response/);
  });

  it('not one that the SFT policy wrote as well, nor one that does not pay', () => {
    expect(rewardPhrases(compared(0.3, 0.8), config)).toEqual([]);
    expect(
      rewardPhrases(
        compared(0, 0.8, (_, rng) => rng.normal()),
        config,
      ),
    ).toEqual([]);
  });

  it('are listed most risen first, the longest of those that contain one another', () => {
    const risen = risenPhrases(compared(0, 0.8));
    expect(risen[0]!.phrase).toBe(', my dear friend');
    expect(risen.filter(({ phrase }) => phrase.includes('dear'))).toHaveLength(1);
  });
});

describe('drift', () => {
  it('the KL budget, per response and per token', () => {
    const at = (kl: number, tokens: number) =>
      klBudget({ recent: samples(1, { kl, ids: Array<number>(tokens).fill(1) }) }, config)[0]?.severity;
    expect([at(30, 100), at(50, 100), at(90, 100), at(15, 10), at(-1, 10)]).toEqual([
      undefined,
      'warning',
      'critical',
      'warning',
      undefined,
    ]);
  });

  it('an ensemble that parts ways; without one, silence', () => {
    const spread = (mean: number) => samples(1).map((s, i) => ({ ...s, uncertainty: mean * (1 + 0.1 * ((i % 5) - 2)) }));
    const at = (mean: number) => ensembleDisagreement({ reference: spread(0.3), recent: spread(mean) }, config)[0]?.severity;
    expect([at(0.3), at(0.5), at(0.8), at(1.5)]).toEqual([undefined, undefined, 'warning', 'critical']);
    expect(ensembleDisagreement({ reference: alone, recent: alone }, config)).toEqual([]);
  });

  it('texts outside the range that the reward model knows', () => {
    const rng = createRng(4);
    const cloud = (centre: number, count: number) =>
      Array.from({ length: count }, () => Float32Array.from({ length: 8 }, () => centre + rng.normal()));
    const isOutside = rangeOf(cloud(0, 200))!;
    const share = (centre: number) => cloud(centre, 200).filter(isOutside).length / 200;
    expect(share(0)).toBeLessThan(0.02);
    expect(share(8)).toBe(1);
    expect(rangeOf(cloud(0, 12))).toBeNull();
    const found = (outside: number) =>
      outsideTrainingRange(
        { recent: alone },
        alone.map((_, i) => i < outside),
        config,
      )[0]?.severity;
    expect([found(0), found(20), found(40), found(90)]).toEqual([undefined, undefined, 'warning', 'critical']);
  });

  it('responses that the SFT policy would hardly write, whatever their length', () => {
    const rng = createRng(6);
    /** `surprise` nats a token on average, which scatter as independent tokens do; all but a nat of it as KL. */
    const written = (surprise: number, tokens: number, count = 400) =>
      samples(1, {}, count).map((s) => {
        const total = Array.from({ length: tokens }, () => -surprise * Math.log(1 - rng.next())).reduce((a, b) => a + b, 0);
        return { ...s, ids: Array<number>(tokens).fill(1), entropy: 1, kl: total - 1 };
      });
    const reference = [4, 16, 40].flatMap((tokens) => written(1, tokens));
    const found = (recent: WatchedSample[]) => improbableResponses({ reference, recent }, { ...config, improbableShare: 0.1 })[0];
    expect([4, 16, 40].map((tokens) => found(written(1, tokens)))).toEqual([undefined, undefined, undefined]);
    // A policy that takes what the SFT policy finds likeliest has KL as well.
    expect(found(written(0.6, 40))).toBeUndefined();
    const [some, most] = [found([...written(1, 16, 80), ...written(4, 16, 20)])!, found(written(4, 16))!];
    expect([some.severity, most.severity]).toEqual(['warning', 'critical']);
    expect(some.evidence.numbers[0]!.now).toBeCloseTo(0.2, 1);
    expect(some.evidence.samples).toHaveLength(3);
    expect(improbableResponses({ reference: reference.slice(0, 40), recent: written(4, 16) }, config)).toEqual([]);
  });
});

describe('mode collapse', () => {
  const one = () => 'we are so very sorry that this has happened to you and will look into it at once';
  const nearly = (rng: Rng) => `${one()} ${pick(rng, nouns)}`;

  it('sees few different words, alike answers, one opening, no choice', () => {
    const rich = (rng: Rng) => Array.from({ length: 18 }, () => `w${rng.int(600)}`).join(' ');
    const compared = { reference: samples(1, { response: rich }), recent: samples(2, { response: nearly, entropy: 0.5 }) };
    expect(diversityCollapse(compared, config)).toMatchObject([{ severity: 'critical' }]);
    expect(selfSimilarity(compared, config)).toMatchObject([{ severity: 'critical' }]);
    expect(identicalOpenings(compared, config)[0]!.seen).toContain('we are so very');
    expect(entropyCollapse(compared, config)).toHaveLength(1);
  });

  it('is silent where the SFT policy is no different', () => {
    const same = { reference: samples(1, { response: nearly }), recent: samples(2, { response: nearly }) };
    expect([diversityCollapse, selfSimilarity, identicalOpenings, entropyCollapse].flatMap((monitor) => monitor(same, config))).toEqual([]);
  });

  it('compares as much text as there is of both: longer responses alone are no collapse', () => {
    const long = (rng: Rng) => Array.from({ length: 12 }, () => sentence(rng)).join(' ');
    expect(diversityCollapse({ reference: alone, recent: samples(2, { response: long }) }, config)).toEqual([]);
  });
});

describe('people against the proxy', () => {
  const pairs = (count: number, people: number, proxy: number) =>
    Array.from({ length: count }, (_, i) => ({ outcome: i < people * count ? 1 : 0, lead: i < proxy * count ? 1 : -1 }));

  it('the proxy is pleased, people are not', () => {
    expect(proxyAgainstPeople(pairs(100, 0.5, 0.9), 2, config)).toMatchObject([{ severity: 'warning' }]);
    expect(proxyAgainstPeople(pairs(100, 0.3, 0.9), 2, config)).toMatchObject([{ severity: 'critical' }]);
  });

  it('not where they agree, nor where there is too little to tell', () => {
    for (const [count, people, proxy] of [
      [100, 0.8, 0.9],
      [100, 0.5, 0.5],
      [24, 0.5, 0.7],
      [10, 0, 1],
    ] as const)
      expect(proxyAgainstPeople(pairs(count, people, proxy), 2, config)).toEqual([]);
  });

  it('a reward model that has lost its policy: at chance, or much worse than on older pairs', () => {
    const leads = (count: number, right: number, size = 1) => Array.from({ length: count }, (_, i) => (i < right * count ? size : -size));
    expect(rewardModelShift(leads(100, 0.45), [], 3, config)).toMatchObject([{ severity: 'critical' }]);
    expect(rewardModelShift(leads(100, 0.65), leads(100, 0.85), 3, config)).toMatchObject([{ severity: 'warning' }]);
    expect(rewardModelShift(leads(100, 0.8), leads(100, 0.85), 3, config)).toEqual([]);
    expect(rewardModelShift(leads(10, 0.1), leads(100, 0.85), 3, config)).toEqual([]);
  });

  it('one that is sure and wrong more often', () => {
    const leads = (right: number, size: number) => Array.from({ length: 200 }, (_, i) => (i < right * 200 ? size : -size));
    expect(rewardModelShift(leads(0.72, 5), leads(0.8, 1.4), 3, config)[0]?.seen).toMatch(/calibration error is 0.27/);
  });
});

describe('the watch', () => {
  const hacked = () => samples(5, { kl: 50 });

  it('raises each alert once, and again when it grows graver', () => {
    const watch = createWatch(watchSchema.parse({ windowEpisodes: 96 }));
    watch.addReference(alone);
    expect(watch.observe(samples(2), 2)).toEqual([]);
    const both = ['kl-budget', 'improbable-responses'].map((monitor) => ({ monitor, severity: 'critical', step: 3, isHalting: false }));
    expect(watch.observe(hacked(), 3)).toMatchObject(both);
    expect(watch.observe(hacked(), 4)).toEqual([]);
  });

  it('goes on where it was, from JSON', () => {
    const settings = watchSchema.parse({ windowEpisodes: 128, klBudget: 20 });
    const whole = createWatch(settings);
    whole.addReference(alone);
    const first = whole.observe(hacked(), 2);
    const resumed = createWatch(settings, { state: JSON.parse(JSON.stringify(whole.state())) });
    expect(first).not.toEqual([]);
    const next = samples(6, { kl: 200 });
    expect(resumed.observe(next, 3)).toEqual(whole.observe(next, 3));
  });

  it('says what ends the round', () => {
    const halts = (haltOn: 'never' | 'warning' | 'critical', kl: number) => {
      const watch = createWatch(watchSchema.parse({ haltOn, klPerToken: 100, improbableShare: 1 }));
      watch.addReference(alone);
      return watch.observe(samples(2, { kl }), 2).map((a) => a.isHalting);
    };
    expect([halts('never', 90), halts('critical', 50), halts('critical', 90), halts('warning', 50)]).toEqual([
      [false],
      [false],
      [true],
      [true],
    ]);
  });
});
