import { words } from './words';

/** What stages, checkpoints, states and roles are called on the pages. */
export const nameWords = words(
  {
    stages: { sft: 'SFT', reward: 'Reward model', ppo: 'PPO', dpo: 'DPO', sample: 'Samples' },
    checkpoints: { base: 'Base model', sft: 'SFT', reward: 'Reward model', policy: 'Policy', resume: 'Unfinished stage' },
    states: { queued: 'queued', running: 'running', succeeded: 'succeeded', failed: 'failed', cancelled: 'cancelled' },
    kinds: { compare: 'Comparison', demonstrate: 'Demonstration', rank: 'Ranking', rate: 'Rating' },
    ofRound: (model: string, round: number) => `${model}, round ${round}`,
  },
  {
    stages: { sft: 'SFT', reward: 'Belohnungsmodell', ppo: 'PPO', dpo: 'DPO', sample: 'Antworten' },
    checkpoints: { base: 'Basismodell', sft: 'SFT', reward: 'Belohnungsmodell', policy: 'Policy', resume: 'Unfertige Stufe' },
    states: { queued: 'wartet', running: 'läuft', succeeded: 'gelungen', failed: 'gescheitert', cancelled: 'abgebrochen' },
    kinds: { compare: 'Vergleich', demonstrate: 'Demonstration', rank: 'Rangfolge', rate: 'Bewertung' },
    ofRound: (model: string, round: number) => `${model}, Runde ${round}`,
  },
);

export type Names = (typeof nameWords)['en'];

/** A checkpoint's, with its round where it has one. */
export const checkpointName = (
  { kind, roundNumber }: { kind: keyof Names['checkpoints']; roundNumber: number | null },
  names: Names,
): string => (roundNumber === null ? names.checkpoints[kind] : names.ofRound(names.checkpoints[kind], roundNumber));
