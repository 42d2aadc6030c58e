/** `heed model`: a model folder asked directly, for whoever wants to check the numbers. Needs no database. */
import { stat } from 'node:fs/promises';
import { env } from '@/lib/env';
import { HeedError } from '@/lib/errors';
import { modelFolder, storedModelName } from '@/lib/projects/model-folder';
import { readGenerationDefaults } from '@/trainer/checkpoint/generation-defaults';
import { readHeader } from '@/trainer/checkpoint/peft';
import { lastLogits, promptIds, responseLogprobs, rewardOf } from '@/trainer/model/ask';
import { loadModel, type Model } from '@/trainer/model/load';
import { Streamer } from '@/trainer/model/stream';
import { configureRuntime } from '@/trainer/runtime/jit';
import { print, table } from '../output';
import { resolveModel } from '../resolve-model';

type Head = Model['head'];

/** @param head what the command can use; without it, whatever the folder holds */
async function open(name: string, head?: Head): Promise<Model> {
  const { backend, provider, threads } = env();
  configureRuntime({ backend, provider, threads });
  const folder = modelFolder(storedModelName(await resolveModel(name)));
  const isFolder = await stat(folder).then((entry) => entry.isDirectory(), () => false); // prettier-ignore
  if (!isFolder) throw new HeedError('not_found', `There is no model folder ${folder}.`);
  const found = (await readHeader(folder)).head;
  if (head && found !== head)
    throw new HeedError('invalid', `${folder} holds a reward model: it gives scores, no text. Use \`heed model score\`.`);
  return loadModel(folder, found);
}

export async function logitsCommand(name: string, { ids: text, json }: { ids: string; json?: boolean }): Promise<void> {
  const ids = text.split(',').map((part) => part.trim());
  const bad = ids.find((part) => !/^\d+$/.test(part));
  if (bad !== undefined)
    throw new HeedError('invalid', `--ids takes whole numbers with commas between them, like 1,403,407; "${bad}" is none.`);
  const model = await open(name, 'language');
  const logits = Array.from(await lastLogits(model, ids.map(Number)));
  const best = logits.map((logit, id) => ({ id, logit })).sort((a, b) => b.logit - a.logit); // prettier-ignore
  const rows = best.slice(0, 10).map(({ id, logit }) => [id, logit.toFixed(5), JSON.stringify(model.tokenizer.decode([id]))]);
  print(json, { ids: ids.map(Number), logits }, [
    `The ten likeliest of ${logits.length} next tokens:`,
    ...table(['ID', 'LOGIT', 'TOKEN'], rows),
  ]);
}

export type GenerateOptions = {
  prompt: string;
  maxNewTokens: number;
  greedy?: boolean;
  temperature?: number;
  topK?: number;
  topP?: number;
  seed?: number;
  json?: boolean;
};

export async function generateCommand(name: string, options: GenerateOptions): Promise<void> {
  const { greedy, temperature, topP = 1, seed = 0, maxNewTokens, json } = options;
  if (greedy && [temperature, options.topK, options.topP, options.seed].some((given) => given !== undefined)) {
    throw new HeedError(
      'invalid',
      '--greedy always takes the likeliest token: leave out --temperature, --top-k, --top-p and --seed, or --greedy.',
    );
  }
  if (temperature !== undefined && temperature <= 0)
    throw new HeedError('invalid', '--temperature must be above 0. For the likeliest token, use --greedy.');
  if (maxNewTokens < 1) throw new HeedError('invalid', '--max-new-tokens must be at least 1.');
  if (topP <= 0 || topP > 1) throw new HeedError('invalid', '--top-p must be above 0 and at most 1.');
  const model = await open(name, 'language');
  const prompt = promptIds(model, options.prompt);
  const advised = await readGenerationDefaults(model.folder);
  const sampling = greedy
    ? { temperature: 0, topK: 0, topP: 1 }
    : { temperature: temperature ?? advised.temperature, topK: options.topK ?? advised.topK, topP: options.topP ?? advised.topP };
  const streamer = new Streamer(model);
  const ids: number[] = [];
  const logprobs: number[] = [];
  for await (const piece of streamer.stream(prompt, { ...sampling, maxNewTokens, seed })) {
    ids.push(...piece.ids);
    logprobs.push(...piece.logprobs);
    if (!json) process.stdout.write(piece.text);
  }
  await streamer.dispose();
  const isTruncated =
    ids.length === maxNewTokens && ![model.endId, ...model.tokenizer.eosIds, ...model.config.eosTokenIds].includes(ids.at(-1)!);
  print(json, { promptIds: prompt, ids, text: model.tokenizer.decode(ids), logprobs, isTruncated }, ['']);
}

export async function scoreCommand(
  name: string,
  options: { prompt: string; response: string; truncated?: boolean; json?: boolean },
): Promise<void> {
  const { json } = options;
  const model = await open(name);
  const prompt = promptIds(model, options.prompt);
  const response = model.tokenizer.encodeResponse(options.prompt, options.response);
  if (model.head === 'scalar') {
    const ids = [...response, ...(options.truncated ? [] : [model.endId])];
    const reward = await rewardOf(model, prompt, ids);
    print(json, { promptIds: prompt, responseIds: ids, ...reward }, [
      `Reward: ${reward.raw.toFixed(5)} as the head gives it; ${reward.normalised.toFixed(5)} in standard deviations from the mean of the reference samples.`,
    ]);
    return;
  }
  const all = await responseLogprobs(model, prompt, [...response, ...(options.truncated ? [] : [model.endId])]);
  const logprobs = all.slice(0, response.length);
  const logprob = logprobs.reduce((sum, x) => sum + x, 0);
  const endLogprob = options.truncated ? null : all.at(-1)!;
  print(json, { promptIds: prompt, responseIds: response, logprobs, logprob, endLogprob }, [
    `Log-probability of the response: ${logprob.toFixed(5)} nats over ${response.length} tokens${endLogprob === null ? '' : `; of ending there: ${endLogprob.toFixed(5)}`}.`,
  ]);
}
