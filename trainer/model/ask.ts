/** What one model says when it is asked directly: logits after some tokens, the log-probability of a response, a reward. */
import * as tf from '@tensorflow/tfjs';
import { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { readRewardCalibration } from '../checkpoint/reward-calibration';
import { collateLanguage, padLeft } from '../data/collate';
import type { LanguageBatch } from '../data/collate';
import { jit } from '../runtime/jit';
import { compileScorer } from '../stages/scoring';
import type { Params } from './layers';
import type { Model } from './load';
import { unpack } from './parameters';
import { headLogprobs, hiddenStates, languageHead } from './transformer';

/** The ids that a response follows; the beginning token alone where there is no text. @throws HeedError invalid */
export function promptIds({ tokenizer, folder }: Pick<Model, 'tokenizer' | 'folder'>, prompt: string): number[] {
  const ids = tokenizer.encodePrompt(prompt);
  if (ids.length > 0) return ids;
  if (tokenizer.bosId !== null) return [tokenizer.bosId];
  throw refusal('empty-prompt', { folder });
}

function mustFit({ config }: Model, ids: readonly number[]): void {
  const stranger = ids.find((id) => id >= config.vocabSize);
  if (stranger !== undefined)
    throw new HeedError('invalid', `Token id ${stranger} is not in the vocabulary: it has the ids 0 to ${config.vocabSize - 1}.`);
  if (ids.length === 0) throw new HeedError('invalid', 'There are no tokens. Give at least one.');
  if (ids.length > config.contextLength)
    throw new HeedError('invalid', `The text has ${ids.length} tokens, the model's context ${config.contextLength}. Shorten it.`);
}

/** Logits of the token after the given ones. @returns (vocabSize) @throws HeedError invalid */
export async function lastLogits(model: Model, ids: number[]): Promise<Float32Array> {
  mustFit(model, ids);
  const program = jit('last-logits', ({ params, ids: x, isPad }: { params: Params } & Record<'ids' | 'isPad', tf.Tensor>) => {
    const hidden = hiddenStates(model.config, params, x, isPad);
    return { logits: languageHead(model.config, params, tf.slice(hidden, [ids.length - 1, 0], [1, -1])) };
  });
  const { logits } = await program({ params: unpack(model.layout, model.params), ...padLeft([ids], ids.length, model.tokenizer.padId) });
  await program.dispose();
  return logits.data as Float32Array;
}

/** Of each response token given all before it, in nats. @throws HeedError invalid */
export async function responseLogprobs(model: Model, prompt: number[], response: number[]): Promise<number[]> {
  mustFit(model, [...prompt, ...response]);
  if (response.length === 0) return [];
  const program = jit('response-logprobs', ({ params, batch }: { params: Params; batch: LanguageBatch<tf.Tensor> }) => {
    const hidden = hiddenStates(model.config, params, batch.ids, batch.isPad);
    return { logprobs: headLogprobs(model.config, params, hidden, tf.reshape(batch.targets, [-1])).logprobs };
  });
  const batch = collateLanguage([{ prompt, response }], prompt.length + response.length - 1, model.tokenizer.padId);
  const { logprobs } = await program({ params: unpack(model.layout, model.params), batch });
  await program.dispose();
  return Array.from((logprobs.data as Float32Array).subarray(-response.length));
}

/** The reward model's score as its head gives it, and in standard deviations from its reference samples' mean. @throws HeedError invalid */
export async function rewardOf(model: Model, prompt: number[], response: number[]): Promise<{ raw: number; normalised: number }> {
  mustFit(model, [...prompt, ...response]);
  const { mean, std, pooling } = await readRewardCalibration(model.folder);
  const scorer = compileScorer(model, pooling, 1);
  const [raw] = await scorer.score(unpack(model.layout, model.params), [{ prompt, response }]);
  await scorer.dispose();
  return { raw: raw!, normalised: (raw! - mean) / std };
}
