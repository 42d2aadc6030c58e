/** From a response to its score: the reward model's, normalised, and what a missing end token costs. */
import { failure } from '@/lib/training/failures';
import type { RewardCalibration } from '../checkpoint/reward-calibration';
import { uncertaintyOf } from '../math/ensemble';
import type { Model } from '../model/load';
import type { ParameterArrays } from '../model/parameters';
import { endIdsOf } from '../model/stream';
import type { FloatArray } from '../runtime/nd-array';
import type { Rollout } from './rollout';
import type { Scorer } from './scoring';

/** In a fixed order: a resume point keeps the place of the one in force. */
export const eosRules = ['none', 'replace', 'subtract'] as const;
export type EosRule = (typeof eosRules)[number];

/** A reward that is computed, not learned: for benchmarks on a known reward, and for tests. Taken as it is, without normalisation. */
export type RewardFunction = (episode: { prompt: string; response: string; isTruncated: boolean }) => number;

/** Where most of the reference's own samples never end (texts cut off by length), a missing end is no fault. */
export function resolveEosRule(rule: 'auto' | EosRule, rollouts: Pick<Rollout, 'isTruncated'>[]): EosRule {
  if (rule !== 'auto') return rule;
  return rollouts.filter((r) => !r.isTruncated).length * 2 < rollouts.length ? 'none' : 'replace';
}

/** `replace`: lm-human-preferences and summarize_from_feedback_details; `subtract`: TRL's missing_eos_penalty. */
export function withEosRule(score: number, isTruncated: boolean, rule: EosRule, penalty: number): number {
  if (!isTruncated || rule === 'none') return score;
  return rule === 'replace' ? -penalty : score - penalty;
}

/** `uncertainties`: what the members of an ensemble disagree about, where there is one. */
export type EpisodeScores = { scores: Float32Array; uncertainties: number[] | null };
/** `heads`: of an ensemble, see checkpoint/reward-heads.ts. */
type Scoring = { scorer: Scorer; params: ParameterArrays; heads: FloatArray | null; calibration: RewardCalibration; model: Model };

/** One score a rollout, before the rule about end tokens. */
export async function scoresOf(
  rollouts: Rollout[],
  { scorer, params, heads, calibration, model }: Scoring,
  reward?: RewardFunction,
): Promise<EpisodeScores> {
  const { mean, std, ensemble } = calibration;
  if (reward) {
    const { decode } = model.tokenizer;
    const scores = rollouts.map(({ prompt, response, isTruncated }) =>
      reward({ prompt: decode(prompt), response: decode(response), isTruncated }),
    );
    return { scores: Float32Array.from(scores), uncertainties: null };
  }
  const raw = await scorer.score(params, rollouts);
  const members = ensemble && heads ? await scorer.members({ ...params, 'score.weight': heads }, rollouts) : null;
  return { scores: raw.map((s) => (s - mean) / std), uncertainties: members && uncertaintyOf(members, ensemble!) };
}

/** A prompt that ends with an end token leaves nothing to answer (summarize_from_feedback_details asserts the same). */
export function assertOpenEnded(prompts: { ids: number[]; text: string }[], model: Model): void {
  const ends = endIdsOf(model);
  const closed = prompts.filter(({ ids }) => ends.includes(ids.at(-1)!));
  if (closed.length === 0) return;
  throw failure('closed-prompts', { closed: closed.length, of: prompts.length, first: closed[0]!.text.slice(0, 80) });
}
