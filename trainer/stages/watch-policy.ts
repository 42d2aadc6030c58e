/** The watch over PPO's rollouts: from what a stage has at hand to what the monitors read, and to reports and a halt. */
import { failure } from '@/lib/training/failures';
import type { Alert, WatchConfig } from '@/lib/training/watch';
import type { WatchedSample } from '../monitors/sample';
import { createWatch, type Watch, type WatchState } from '../monitors/watch';
import type { Model } from '../model/load';
import { parametersOf } from '../model/load';
import type { StageContext } from './context';
import type { EpisodeScores } from './episode-scores';
import type { Rollout } from './rollout';

const embeddingNames = ['model.embed_tokens.weight', 'transformer.wte.weight'];

/** A text is where the mean of its tokens' embeddings lies, in the reward model. */
function embedderOf(model: Model): ((ids: number[]) => Float32Array) | undefined {
  const params = parametersOf(model, model.params);
  const table = embeddingNames.map((name) => params[name]).find(Boolean);
  if (!table) return undefined;
  const size = table.shape[1]!;
  return (ids) => {
    const sum = new Float32Array(size);
    for (const id of ids) for (let d = 0; d < size; d++) sum[d]! += table.data[id * size + d]!;
    return sum.map((x) => x / Math.max(1, ids.length));
  };
}

export function watchPolicy(
  config: WatchConfig,
  { rewardModel, rewardTexts = [] }: { rewardModel: Model; rewardTexts?: string[] },
  state?: WatchState,
): Watch {
  const trainedOn = rewardTexts.map((text) => rewardModel.tokenizer.encode(text)).filter((ids) => ids.length > 0);
  return createWatch(config, { embed: embedderOf(rewardModel), trainedOn, state });
}

/** @param kl of each response, nats; 0 for the SFT policy's own */
export function watchedSamples(
  rollouts: Rollout[],
  { scores, uncertainties }: EpisodeScores,
  kl: readonly number[] | null,
  { tokenizer }: Model,
): WatchedSample[] {
  return rollouts.map(({ prompt, response, logprobs }, i) => ({
    prompt: tokenizer.decode(prompt),
    response: tokenizer.decode(response),
    ids: response,
    score: scores[i]!,
    entropy: -logprobs.reduce((a, b) => a + b, 0),
    kl: kl?.[i] ?? 0,
    ...(uncertainties && { uncertainty: uncertainties[i] }),
  }));
}

/** @throws HeedError invalid where one of them is to end the round, after all are reported */
export function raise(alerts: Alert[], context: StageContext): void {
  for (const alert of alerts) context.report({ type: 'alert', alert });
  const halting = alerts.find(({ isHalting }) => isHalting);
  if (!halting) return;
  const { step, monitor, seen, advice, evidence } = halting;
  throw failure('halted', { step, monitor, seen, advice, evidence: { ...evidence, samples: [] } });
}
