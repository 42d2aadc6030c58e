/**
 * The baseline that needs no training: of n responses of the SFT policy to a prompt, the one that the reward model likes best (Stiennon
 * et al. 2020, appendix G.3). A policy that is worth its KL beats it at no more KL.
 */
import { bestOfNKl } from '../math/kl';
import type { Rollout } from './rollout';

/**
 * @param first the responses and scores that are there already: one of n for each prompt
 * @param another samples and scores one more response to each of the prompts; `k` counts from 1
 */
export async function bestOfN(
  n: number,
  first: { rollouts: Rollout[]; scores: Float32Array },
  another: (prompts: number[][], k: number) => Promise<Float32Array>,
): Promise<Record<string, number>> {
  const prompts = first.rollouts.map(({ prompt }) => prompt);
  const best = Array.from(first.scores);
  const all = [...best];
  for (let k = 1; k < n; k++) {
    const scores = await another(prompts, k);
    scores.forEach((score, i) => (best[i] = Math.max(best[i]!, score)));
    all.push(...scores);
  }
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return { 'baseline/sft_score': mean(all), 'baseline/best_of_n_score': mean(best), 'baseline/best_of_n_kl': bestOfNKl(n) };
}
