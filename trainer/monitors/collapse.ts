/** Mode collapse: fewer and fewer different texts, against as much text of the SFT policy. */
import type { WatchConfig } from '@/lib/training/watch';
import { examples, percent, short, type Comparison, type Finding, type WatchedSample } from './sample';
import { mean } from './statistics';
import { distinctOfAsMuch, jaccard, opening } from './text';

const advice =
  'The policy has found few ways to please the reward model. Raise ppo.klCoef or ppo.entropyCoef, and read whether those few answers fit their prompts.';

export function modeCollapse(compared: Comparison, config: WatchConfig): Finding[] {
  return [entropyCollapse, diversityCollapse, selfSimilarity, identicalOpenings].flatMap((monitor) => monitor(compared, config));
}

const entropyPerToken = (samples: WatchedSample[]): number =>
  samples.reduce((sum, s) => sum + s.entropy, 0) /
  Math.max(
    1,
    samples.reduce((sum, s) => sum + s.ids.length, 0),
  );

export function entropyCollapse({ reference, recent }: Comparison, { entropyRatio }: WatchConfig): Finding[] {
  const [then, now] = [entropyPerToken(reference), entropyPerToken(recent)];
  if (then < 0.05 || now >= entropyRatio * then) return [];
  return [
    {
      monitor: 'entropy-collapse',
      severity: 'warning',
      seen: `The policy hardly chooses any more: ${short(now)} nats of entropy per token, the SFT policy has ${short(then)}.`,
      advice,
      evidence: {
        numbers: [{ name: 'Entropy per token', now, reference: then, limit: entropyRatio * then }],
        phrases: [],
        samples: examples(recent),
      },
    },
  ];
}

export function diversityCollapse({ reference, recent }: Comparison, { distinctRatio }: WatchConfig): Finding[] {
  const texts = [reference, recent].map((samples) => samples.map((s) => s.response)) as [string[], string[]];
  const numbers = ([1, 2, 3] as const).map((n) => {
    const { shares, count } = distinctOfAsMuch(texts, n);
    const [then, now] = shares;
    return { name: `distinct-${n}` as const, now, reference: then, limit: distinctRatio * then, isEnough: count >= 100 };
  });
  const fallen = numbers.filter(({ now, limit, isEnough }) => isEnough && now < limit);
  // All three: single words alone are few where texts are few and long.
  if (fallen.length < 3) return [];
  const ratio = mean(fallen.map(({ now, reference: then }) => now / then));
  return [
    {
      monitor: 'diversity-collapse',
      severity: ratio < distinctRatio / 2 ? 'critical' : 'warning',
      seen: `The same words again and again: as much text holds ${percent(ratio)} as many different phrases as the SFT policy’s.`,
      advice,
      evidence: { numbers: numbers.map(({ isEnough: _, ...rest }) => rest), phrases: [], samples: examples(recent) },
    },
  ];
}

/** Mean overlap over up to `most` pairs of responses whose prompts are the same, or are not; null where there are too few. */
function similarity(samples: WatchedSample[], isSamePrompt: boolean, most = 400): number | null {
  const overlaps: number[] = [];
  for (let gap = 1; gap < samples.length && overlaps.length < most; gap++)
    for (let i = 0; i + gap < samples.length && overlaps.length < most; i++) {
      const [a, b] = [samples[i]!, samples[i + gap]!];
      if ((a.prompt === b.prompt) === isSamePrompt) overlaps.push(jaccard(a.response, b.response));
    }
  return overlaps.length < 10 ? null : mean(overlaps);
}

export function selfSimilarity({ reference, recent }: Comparison, config: WatchConfig): Finding[] {
  const [then, now] = [similarity(reference, false), similarity(recent, false)];
  if (then === null || now === null || now < config.similarity || now - then < 0.3) return [];
  const [thenWithin, nowWithin] = [similarity(reference, true), similarity(recent, true)];
  return [
    {
      monitor: 'self-similarity',
      severity: now > (1 + config.similarity) / 2 ? 'critical' : 'warning',
      seen: `Different prompts get nearly the same response: they overlap by ${percent(now)}, the SFT policy’s by ${percent(then)}.`,
      advice,
      evidence: {
        numbers: [
          { name: 'Overlap across prompts', now, reference: then, limit: config.similarity },
          ...(nowWithin === null ? [] : [{ name: 'Overlap within a prompt' as const, now: nowWithin, reference: thenWithin, limit: null }]),
        ],
        phrases: [],
        samples: examples(recent),
      },
    },
  ];
}

export function identicalOpenings({ reference, recent }: Comparison, { openingShare }: WatchConfig): Finding[] {
  const [commonest, now] = commonestOpening(recent);
  const then = reference.filter((s) => opening(s.response) === commonest).length / reference.length;
  if (now < openingShare || now - then < 0.4 || new Set(recent.map((s) => s.prompt)).size < 4) return [];
  return [
    {
      monitor: 'identical-openings',
      severity: 'warning',
      seen: `${percent(now)} of the responses ${commonest ? `begin with “${commonest}”` : 'are without a word'}, whatever the prompt; it is ${percent(then)} of the SFT policy’s.`,
      advice,
      evidence: {
        numbers: [{ name: 'Share with the commonest opening', now, reference: then, limit: openingShare }],
        phrases: [],
        samples: examples(recent),
      },
    },
  ];
}

function commonestOpening(samples: WatchedSample[]): [string, number] {
  const counts = new Map<string, number>();
  for (const { response } of samples) counts.set(opening(response), (counts.get(opening(response)) ?? 0) + 1);
  const [text, count] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as [string, number]);
  return [text, count / Math.max(1, samples.length)];
}
