/**
 * What people said about the newest policy, against what its reward model had said: pairs of that policy's texts which the reward model
 * had not been trained on. Gao et al. 2023: past some point the proxy's verdict rises while the true one falls.
 */
import { winRate } from '@/lib/ranking/win-rate';
import type { WatchConfig } from '@/lib/training/watch';
import { accuracyOf, calibrationError, reliability } from '../math/preference-accuracy';
import { percent, short, type Finding } from './sample';

/** One judged pair, newest policy's text against the older one's. */
export type PolicyPair = {
  /** For the newer text: 1 people prefer it, 0 the other, ½ a tie. */
  outcome: number;
  /** Reward of the newer text minus that of the other, by the reward model that the policy was trained on. */
  lead: number;
};

/** The proxy prefers the newer policy, people do not. @param round of the newer policy */
export function proxyAgainstPeople(pairs: PolicyPair[], round: number, { minPairs }: WatchConfig): Finding[] {
  if (pairs.length < minPairs) return [];
  const people = winRate(pairs.map((p) => p.outcome));
  const proxy = winRate(pairs.map((p) => (p.lead > 0 ? 1 : p.lead < 0 ? 0 : 0.5)));
  const isFlatOrDown = people.low <= 0.5;
  if (proxy.low <= 0.5 || !isFlatOrDown || people.high >= proxy.low) return [];
  return [
    {
      monitor: 'proxy-against-people',
      severity: people.high < 0.5 ? 'critical' : 'warning',
      seen: `Round ${round}’s policy pleased its reward model more than people: the reward model prefers it to the policy before in ${percent(proxy.winRate)} of ${pairs.length} pairs, people in ${percent(people.winRate)} (${percent(people.low)} to ${percent(people.high)}).`,
      advice:
        'What the reward model has rewarded is not what people want. The new comparisons are in this round’s training; read the pairs where the two disagree, and use a higher ppo.klCoef.',
      evidence: {
        numbers: [
          { name: 'Win rate by people', now: people.winRate, reference: 0.5, limit: null },
          { name: 'Win rate by the reward model', now: proxy.winRate, reference: 0.5, limit: null },
          { name: 'Pairs', now: pairs.length, reference: null, limit: null },
        ],
        phrases: [],
        samples: [],
      },
    },
  ];
}

/**
 * Accuracy and calibration on the newest policy's pairs, against older pairs that were held out.
 * @param fresh @param older leads: reward of the preferred text minus that of the other
 */
export function rewardModelShift(fresh: number[], older: number[], round: number, { minPairs, accuracyDrop }: WatchConfig): Finding[] {
  if (fresh.length < minPairs) return [];
  const right = (leads: number[]) => winRate(leads.map((lead) => (lead > 0 ? 1 : lead < 0 ? 0 : 0.5)));
  const now = right(fresh);
  const hasOlder = older.length >= minPairs;
  const [error, olderError] = [fresh, older].map((leads) => (leads.length ? calibrationError(reliability(leads)) : 0)) as [number, number];
  const olderAccuracy = hasOlder ? accuracyOf(older) : null;
  const isAtChance = now.high < 0.6;
  // Beyond what chance makes of so few pairs: the difference's standard error.
  const spread = (leads: number[]) => Math.sqrt(0.25 / leads.length);
  const noise = hasOlder ? 1.64 * Math.hypot(spread(fresh), spread(older)) : 0;
  const drop = hasOlder ? olderAccuracy! - now.winRate : 0;
  const isWorse = hasOlder && drop > Math.max(accuracyDrop, noise);
  const isMiscalibrated = hasOlder && error - olderError > Math.max(accuracyDrop, noise);
  if (!isAtChance && !isWorse && !isMiscalibrated) return [];
  const than = hasOlder ? `, and of ${percent(olderAccuracy!)} of ${older.length} older ones` : '';
  return [
    {
      monitor: 'reward-model-shift',
      severity: isAtChance ? 'critical' : 'warning',
      seen: `The reward model of round ${round} is right about ${percent(now.winRate)} of ${fresh.length} pairs of the policy it has trained${than}; its calibration error is ${short(error)}${hasOlder ? ` (${short(olderError)} before)` : ''}.`,
      advice:
        'The policy has left what the reward model knows. Collect more comparisons of the newest policy, and train shorter rounds (fewer ppo.totalEpisodes).',
      evidence: {
        numbers: [
          {
            name: 'Accuracy',
            now: now.winRate,
            reference: olderAccuracy,
            limit: hasOlder ? olderAccuracy! - Math.max(accuracyDrop, noise) : 0.6,
          },
          {
            name: 'Calibration error (ECE)',
            now: error,
            reference: hasOlder ? olderError : null,
            limit: hasOlder ? olderError + Math.max(accuracyDrop, noise) : null,
          },
          { name: 'Pairs', now: fresh.length, reference: older.length, limit: null },
        ],
        phrases: [],
        samples: [],
      },
    },
  ];
}
