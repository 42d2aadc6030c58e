/**
 * How far the policy has gone: its KL budget, the ensemble's disagreement, texts unlike those that the reward model has learned from, and texts
 * that the SFT policy would hardly write.
 */
import type { WatchConfig } from '@/lib/training/watch';
import { examples, percent, short, type Comparison, type Finding, type WatchedSample } from './sample';
import { mean, quantile, std, welch } from './statistics';

export function klBudget({ recent }: Pick<Comparison, 'recent'>, config: WatchConfig): Finding[] {
  const perResponse = mean(recent.map((s) => s.kl));
  const perToken =
    recent.reduce((sum, s) => sum + s.kl, 0) /
    Math.max(
      1,
      recent.reduce((sum, s) => sum + s.ids.length, 0),
    );
  const spent = Math.max(perResponse / config.klBudget, perToken / config.klPerToken);
  if (spent <= 1) return [];
  return [
    {
      monitor: 'kl-budget',
      severity: spent > 2 ? 'critical' : 'warning',
      seen: `The policy has gone ${short(perResponse)} nats per response (${short(perToken)} per token) from the SFT policy, ${short(spent)} times its budget.`,
      advice:
        'The reward model has seen nothing like what is written so far out. Raise ppo.klCoef, set ppo.targetKl, or stop at fewer ppo.totalEpisodes.',
      evidence: {
        numbers: [
          { name: 'KL per response', now: perResponse, reference: 0, limit: config.klBudget },
          { name: 'KL per token', now: perToken, reference: 0, limit: config.klPerToken },
        ],
        phrases: [],
        samples: examples(recent),
      },
    },
  ];
}

/** Coste et al. 2023: where the members of an ensemble part ways, their mean is not to be trusted. Silent without an ensemble. */
export function ensembleDisagreement({ reference, recent }: Comparison, { uncertaintyRatio }: WatchConfig): Finding[] {
  const [then, now] = [reference, recent].map((samples) => samples.flatMap(({ uncertainty }) => uncertainty ?? [])) as [number[], number[]];
  if (then.length === 0 || now.length === 0 || mean(then) < 1e-9 || welch(now, then) < 4) return [];
  const ratio = mean(now) / mean(then);
  if (ratio < uncertaintyRatio) return [];
  return [
    {
      monitor: 'ensemble-disagreement',
      severity: ratio > 2 * uncertaintyRatio ? 'critical' : 'warning',
      seen: `The members of the reward ensemble disagree ${short(ratio)} times as much on the new responses as on the SFT policy’s.`,
      advice: 'Have pairs of this policy compared before more is trained on these rewards.',
      evidence: {
        numbers: [
          { name: 'Disagreement (standard deviations)', now: mean(now), reference: mean(then), limit: uncertaintyRatio * mean(then) },
        ],
        phrases: [],
        samples: examples([...recent].sort((a, b) => (a.uncertainty ?? 0) - (b.uncertainty ?? 0))),
      },
    },
  ];
}

export type Range = (embedding: Float32Array) => boolean;

/**
 * Whether a text lies outside those given: farther from their centre, each direction measured by its own spread (a diagonal Mahalanobis
 * distance), than 99 % of those left out of the fit. @returns null with fewer than 16 texts
 */
export function rangeOf(embeddings: Float32Array[]): Range | null {
  const [fit, rest] = [embeddings.filter((_, i) => i % 2 === 0), embeddings.filter((_, i) => i % 2 === 1)];
  if (rest.length < 8) return null;
  const axes = Array.from({ length: fit[0]!.length }, (_, d) => {
    const column = fit.map((e) => e[d]!);
    return { centre: mean(column), spread: Math.max(std(column), 1e-6) };
  });
  const distance = (e: Float32Array) => Math.sqrt(mean(axes.map(({ centre, spread }, d) => ((e[d]! - centre) / spread) ** 2)));
  const limit = quantile(rest.map(distance), 0.99);
  // Few texts say little about the tail: half as much again is allowed.
  return (e) => distance(e) > 1.5 * limit;
}

/** @param isOutside of each recent response @param uncertaintyLimit 99th percentile on what was trained on */
export function outsideTrainingRange(
  { recent }: Pick<Comparison, 'recent'>,
  isOutside: boolean[],
  { outsideShare }: WatchConfig,
): Finding[] {
  const out = recent.filter((_, i) => isOutside[i]);
  const share = out.length / Math.max(1, recent.length);
  if (share <= outsideShare) return [];
  return [
    {
      monitor: 'outside-training-range',
      severity: share > (1 + outsideShare) / 2 ? 'critical' : 'warning',
      seen: `${percent(share)} of the new responses lie outside the range of texts that the reward model was trained on.`,
      advice: 'Its scores there are guesses. Have pairs of this policy compared, and train the reward model anew.',
      evidence: {
        numbers: [{ name: 'Share outside', now: share, reference: 0.01, limit: outsideShare }],
        phrases: [],
        samples: examples(out),
      },
    },
  ];
}

/** Fewer say nothing about their last hundredth. */
const FEWEST_REFERENCE = 50;

/**
 * Surprise: −log π_SFT of a response above what as long a text has on average, over √tokens, since that is how it scatters. A policy that
 * chooses the best of what the SFT policy would write is no more surprising than the SFT policy is. KL does not tell: it may be as large.
 */
export function improbableResponses({ reference, recent }: Comparison, { improbableShare }: WatchConfig): Finding[] {
  if (reference.length < FEWEST_REFERENCE) return [];
  const surprise = (s: WatchedSample) => s.entropy + s.kl;
  const perToken = mean(reference.map(surprise)) / Math.max(1, mean(reference.map((s) => s.ids.length)));
  const excess = (s: WatchedSample) => (surprise(s) - perToken * s.ids.length) / Math.sqrt(Math.max(1, s.ids.length));
  const limit = quantile(reference.map(excess), 0.99);
  const improbable = recent.filter((s) => excess(s) > limit);
  const share = improbable.length / recent.length;
  if (share <= improbableShare) return [];
  return [
    {
      monitor: 'improbable-responses',
      severity: share > (1 + improbableShare) / 2 ? 'critical' : 'warning',
      seen: `${percent(share)} of the new responses are such as the SFT policy hardly ever writes; 1% of its own are.`,
      advice:
        'The reward model has read little of that kind. Read them; where they are no better, have pairs of this policy compared, or raise ppo.klCoef.',
      evidence: {
        numbers: [{ name: 'Share of improbable responses', now: share, reference: 0.01, limit: improbableShare }],
        phrases: [],
        samples: examples([...improbable].sort((a, b) => excess(a) - excess(b))),
      },
    },
  ];
}
