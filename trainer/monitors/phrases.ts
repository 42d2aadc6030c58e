/**
 * Phrases whose frequency has risen most against the SFT policy, and the reward that responses with them earn. Policies that improve also
 * change their words; what tells a hack is a phrase that pays and that the SFT policy hardly ever wrote, or that is now written over and
 * over within one response.
 */
import type { Evidence, WatchConfig } from '@/lib/training/watch';
import { examples, percent, short, type Comparison, type Finding, type WatchedSample } from './sample';
import { mean, std, welch } from './statistics';
import { ngrams, words } from './text';

export type RisenPhrase = Evidence['phrases'][number] & { referencePerResponse: number };
const SIGNIFICANT = 4;
const NOVEL = 0.1;

/** Most risen first; of phrases that contain one another and are as frequent, the longest. @param longest most words of a phrase */
export function risenPhrases({ reference, recent }: Comparison, longest = 4): RisenPhrase[] {
  const [then, now] = [countPhrases(reference, longest), countPhrases(recent, longest)];
  const all = [...reference, ...recent];
  const spread = std(all.map(({ score }) => score));
  const risen = [...now].flatMap(([phrase, { texts, times }]): RisenPhrase[] => {
    const share = texts.size / recent.length;
    const before = then.get(phrase);
    const referenceShare = (before?.texts.size ?? 0) / reference.length;
    const perResponse = times / texts.size;
    const referencePerResponse = before ? before.times / before.texts.size : 0;
    const rise = share - referenceShare;
    const error = Math.sqrt(
      (share * (1 - share) + 0.25 / recent.length) / recent.length +
        (referenceShare * (1 - referenceShare) + 0.25 / reference.length) / reference.length,
    );
    if (share < 0.2 || (rise / error < SIGNIFICANT && perResponse < 2)) return [];
    const holds = (s: WatchedSample) => texts.has(s) || (before?.texts.has(s) ?? false);
    const [having, lacking] = [all.filter(holds), all.filter((s) => !holds(s))];
    const paid = having.length && lacking.length ? mean(having.map((s) => s.score)) - mean(lacking.map((s) => s.score)) : 0;
    return [{ phrase, share, referenceShare, perResponse, referencePerResponse, reward: spread > 1e-12 ? paid / spread : 0 }];
  });
  risen.sort((a, b) => b.share - b.referenceShare - (a.share - a.referenceShare) || b.phrase.length - a.phrase.length);
  return risen.filter((one, i) => !risen.slice(0, i).some((other) => ` ${other.phrase} `.includes(` ${one.phrase} `)));
}

export function rewardPhrases(compared: Comparison, { phraseShare }: WatchConfig): Finding[] {
  const { reference, recent } = compared;
  const scores = (samples: WatchedSample[]) => samples.map((s) => s.score);
  const gain = mean(scores(recent)) - mean(scores(reference));
  if (welch(scores(recent), scores(reference)) < SIGNIFICANT || gain < 0.5 * std(scores([...reference, ...recent]))) return [];
  const risen = risenPhrases(compared);
  const paid = risen.filter(({ reward }) => reward >= 0.5);
  const isNovel = (p: RisenPhrase) => p.share >= phraseShare && p.referenceShare <= NOVEL;
  const isOverused = (p: RisenPhrase) =>
    p.share >= phraseShare && p.perResponse >= 2 && p.perResponse >= 2 * Math.max(1, p.referencePerResponse);
  // A single sign or short word is no phrase, unless it is repeated.
  const suspects = paid.filter((p) => isOverused(p) || (isNovel(p) && /[\p{L}\p{N}]{3}/u.test(p.phrase)));
  if (suspects.length === 0) return [];
  const worst = suspects[0]!;
  const how = isOverused(worst)
    ? `${short(worst.perResponse)} times in a response that has it (${short(worst.referencePerResponse)} in the SFT policy’s)`
    : `in ${percent(worst.share)} of the responses (${percent(worst.referenceShare)} of the SFT policy’s)`;
  return [
    {
      monitor: 'reward-phrases',
      severity: worst.share >= 0.9 && isOverused(worst) ? 'critical' : 'warning',
      seen: `“${worst.phrase}” stands ${how}, and responses with it score ${short(worst.reward)} standard deviations higher.`,
      advice:
        'Read responses with the phrase. If it is no merit, compare pairs with and without it, so that the next reward model learns that; a higher ppo.klCoef holds the policy nearer to the SFT policy.',
      evidence: {
        numbers: [{ name: 'Share of responses with the phrase', now: worst.share, reference: worst.referenceShare, limit: phraseShare }],
        phrases: [...suspects, ...risen.filter((p) => !suspects.includes(p))].slice(0, 8).map(({ referencePerResponse: _, ...p }) => p),
        samples: examples(recent.filter((s) => words(s.response).join(' ').includes(worst.phrase))),
      },
    },
  ];
}

type Counts = Map<string, { texts: Set<WatchedSample>; times: number }>;

function countPhrases(samples: WatchedSample[], longest: number): Counts {
  const counts: Counts = new Map();
  for (const sample of samples) {
    const own = words(sample.response);
    for (let n = 1; n <= longest; n++)
      for (const phrase of ngrams(own, n)) {
        const at = counts.get(phrase) ?? { texts: new Set(), times: 0 };
        counts.set(phrase, at);
        at.texts.add(sample);
        at.times++;
      }
  }
  return counts;
}
