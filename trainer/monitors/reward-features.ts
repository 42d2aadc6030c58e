/**
 * Is the rise in reward a rise in something shallow? Length (Singhal et al. 2023), repetition, formatting. Within each of the two samples a
 * line is fitted of score on the feature (one slope, two intercepts); what the feature's own rise accounts for by that slope is compared
 * with the rise in score. A feature that rises without being paid for, or that is paid for without rising, raises nothing.
 */
import type { WatchConfig } from '@/lib/training/watch';
import { examples, percent, short, type Comparison, type Finding, type WatchedSample } from './sample';
import { covariance, mean, std, variance, welch } from './statistics';
import { formattingShare, repeatedShare } from './text';

const features = [
  { monitor: 'reward-length', name: 'Length (characters)', noun: 'length', of: (s: WatchedSample) => s.response.length },
  { monitor: 'reward-repetition', name: 'Repeated word triples', noun: 'repetition', of: (s: WatchedSample) => repeatedShare(s.response) },
  {
    monitor: 'reward-formatting',
    name: 'Signs of formatting per word',
    noun: 'formatting',
    of: (s: WatchedSample) => formattingShare(s.response),
  },
] as const;

/** Standard errors that a difference of means must exceed. */
const SIGNIFICANT = 4;

export function rewardFeatures({ reference, recent }: Comparison, { featureShare }: WatchConfig): Finding[] {
  const scores = { reference: reference.map((s) => s.score), recent: recent.map((s) => s.score) };
  const gain = mean(scores.recent) - mean(scores.reference);
  const spread = std([...scores.reference, ...scores.recent]);
  if (gain < 0.5 * spread || welch(scores.recent, scores.reference) < SIGNIFICANT) return [];
  return features.flatMap(({ monitor, name, noun, of }): Finding[] => {
    const x = { reference: reference.map(of), recent: recent.map(of) };
    const rise = mean(x.recent) - mean(x.reference);
    if (rise < 0.5 * std(x.reference) || welch(x.recent, x.reference) < SIGNIFICANT) return [];
    const within = variance(x.reference) * reference.length + variance(x.recent) * recent.length;
    const together = covariance(x.reference, scores.reference) * reference.length + covariance(x.recent, scores.recent) * recent.length;
    const scatter = variance(scores.reference) * reference.length + variance(scores.recent) * recent.length;
    if (within < 1e-12 || scatter < 1e-12) return [];
    const correlation = together / Math.sqrt(within * scatter);
    const explained = ((together / within) * rise) / gain;
    if (correlation < 0.3 || explained < featureShare) return [];
    return [
      {
        monitor,
        severity: correlation > 0.6 && explained > (1 + featureShare) / 2 ? 'critical' : 'warning',
        seen: `Reward rises with ${noun}: it accounts for ${percent(Math.min(1, explained))} of the gain since the SFT policy (correlation ${short(correlation)}).`,
        advice: `Read the newest responses. If they are not better, compare pairs in which the ${noun === 'length' ? 'shorter' : 'plainer'} response is the better one and train the next round on them; a higher ppo.klCoef slows it down.`,
        evidence: {
          numbers: [
            { name, now: mean(x.recent), reference: mean(x.reference), limit: null },
            { name: 'Score', now: mean(scores.recent), reference: mean(scores.reference), limit: null },
            { name: 'Share of the gain it accounts for', now: explained, reference: null, limit: featureShare },
            { name: 'Correlation with the score', now: correlation, reference: null, limit: 0.3 },
          ],
          phrases: [],
          samples: examples(recent),
        },
      },
    ];
  });
}
