/** Sampling responses to prompts, any number of them, in batches of one shape. */
import { bucketOf, padLeft } from '../data/collate';
import { compileGenerate } from '../model/generate';
import type { Model } from '../model/load';
import type { ParameterArrays } from '../model/parameters';
import { endIdsOf, noiseFor } from '../model/stream';

export type Rollout = {
  prompt: number[];
  /** The end token included when there is one. */
  response: number[];
  /** Of the temperature-scaled, untruncated distribution, one a token. */
  logprobs: number[];
  isTruncated: boolean;
};

export type Sampler = {
  sample(params: ParameterArrays, prompts: number[][], noiseLabel: string): Promise<Rollout[]>;
  dispose(): Promise<void>;
};

/** Longest prompt that leaves room for the response. */
export const promptRoom = (model: Model, maxNewTokens: number): number => model.config.contextLength - maxNewTokens;

export function compileSampler(
  model: Model,
  decoding: { temperature: number; topK: number; topP: number; maxNewTokens: number; seed: number },
  batchSize: number,
): Sampler {
  const endIds = endIdsOf(model);
  const { padId } = model.tokenizer;
  const N = decoding.maxNewTokens;
  const generate = compileGenerate(model.config, { ...decoding, endIds, padId });
  return {
    dispose: generate.dispose,
    async sample(params, prompts, noiseLabel) {
      const rollouts: Rollout[] = [];
      const length = Math.min(bucketOf(Math.max(...prompts.map((p) => p.length))), promptRoom(model, N));
      for (let at = 0; at < prompts.length; at += batchSize) {
        const rows = prompts.slice(at, at + batchSize);
        const filled = [...rows, ...Array<number[]>(batchSize - rows.length).fill(rows[0]!)];
        const { tokens, logprobs } = await generate({
          params,
          ...padLeft(filled, length, padId),
          noise: noiseFor(decoding.seed, `${noiseLabel} ${at}`, N, batchSize),
        });
        rows.forEach((prompt, r) => {
          const row = Array.from(tokens.data.subarray(r * N, (r + 1) * N) as Int32Array);
          const end = row.findIndex((id) => endIds.includes(id));
          const count = end < 0 ? N : end + 1;
          rollouts.push({
            prompt,
            response: row.slice(0, count),
            logprobs: Array.from((logprobs.data as Float32Array).subarray(r * N, r * N + count)),
            isTruncated: end < 0,
          });
        });
      }
      return rollouts;
    },
  };
}
