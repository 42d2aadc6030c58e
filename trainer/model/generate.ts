/**
 * Generation: a prefill call, then calls of C tokens each, the key-value cache between them. Each call is one ONNX Loop that
 * ends early when every row has ended; C is chosen so that no call takes long, and never changes what comes out. Randomness
 * comes in as numbers: the same noise gives the same text. The log-probabilities are those of the temperature-scaled,
 * untruncated distribution.
 *
 * Inside, prompts stand at the left of their rows (so that a token's slot is its position) and each row has its own length. A
 * call returns the cache rows that it added, not the caches: outputs are copied, about 1 ms a MB, inputs are not.
 */
import * as tf from '@tensorflow/tfjs';
import { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { jit } from '../runtime/jit';
import { float32, int32, type FloatArray, type NdArray } from '../runtime/nd-array';
import { createCache, type Cache } from './cache';
import type { ModelConfig } from './config';
import { compileDecode } from './decode';
import type { Params } from './layers';
import { Pace, type PaceOptions } from './pace';
import type { ParameterArrays } from './parameters';
import { sampleToken, type Sampling } from './sampling';
import { languageHead, prefill } from './transformer';

export type GenerateConfig = Sampling & { maxNewTokens: number; endIds: number[]; padId: number };

/**
 * ids int32 (B, P) and isPad bool (B, P), padded on the left; noise (N, B) uniform in [0, 1), where N is how many tokens are
 * made at most. `temperature` takes the place of the configured one (which must not be 0), without another compilation.
 */
export type GenerateInputs = { params: ParameterArrays; ids: NdArray; isPad: NdArray; noise: FloatArray; temperature?: number };
/** tokens int32 (B, N): the end token included, padId after it; logprobs (B, N), 0 after the end. */
export type Generated = { tokens: NdArray & { dtype: 'int32' }; logprobs: FloatArray };
/** What one call adds: `steps` tokens of every row, step by step; what stands behind a row's end means nothing. */
export type Chunk = { steps: number; tokens: Int32Array; logprobs: Float32Array };

export type Generate = {
  (inputs: GenerateInputs, pace?: PaceOptions): Promise<Generated>;
  /** Call by call; whoever stops reading stops the generation. */
  chunks(inputs: GenerateInputs, pace?: PaceOptions): AsyncGenerator<Chunk>;
  dispose(): Promise<void>;
};

type PrefillInputs = { params: Params } & Record<'ids' | 'isPad' | 'lastIndex' | 'noise' | 'temperature', tf.Tensor>;
/** Caches from this size on, in numbers of one layer's keys, are too dear to copy at every step. */
const SPLIT_FROM = 2 ** 16;
/** Tokens of a call whose caches stay where they are. */
const SPLIT_STEPS = 16;

export function compileGenerate(model: ModelConfig, config: GenerateConfig): Generate {
  /** Most tokens in one call. */
  const most = Math.min(config.maxNewTokens, 256);
  const start = jit('prefill', ({ params, ids, isPad, lastIndex, noise, temperature }: PrefillInputs) => {
    const { hidden, caches } = prefill(model, params, ids, isPad);
    const logits = languageHead(model, params, tf.gather(hidden, lastIndex as tf.Tensor1D));
    return { ...sampleToken(logits, noise, config, temperature), caches };
  });

  const decode = { whole: compileDecode('whole', model, config, most), split: compileDecode('split', model, config, SPLIT_STEPS) };

  async function* chunks(inputs: GenerateInputs, options: PaceOptions = {}): AsyncGenerator<Chunk> {
    const { params, ids, isPad, noise } = inputs;
    const N = noise.shape[0]!;
    const temperature = float32([], [inputs.temperature ?? config.temperature]);
    const [B, P] = ids.shape as [number, number];
    const prompts = promptsOf(ids, isPad);
    const longest = Math.max(...prompts.lengths);
    if (longest + N > model.contextLength) throw tooLong(longest, N, model.contextLength);
    const pace = new Pace(params, B, options);
    const begun = await start({
      params,
      ids: prompts.ids,
      isPad: prompts.isPad,
      lastIndex: int32([B], prompts.lengths.map((n, b) => b * P + n - 1)), // prettier-ignore
      noise: float32([B], noise.data.subarray(0, B)),
      temperature,
    });
    let token = Int32Array.from(begun.token.data as Int32Array);
    yield { steps: 1, tokens: token, logprobs: begun.logprob.data as Float32Array };

    const ends = new Set(config.endIds);
    const isDone = Float32Array.from(token, (id) => Number(ends.has(id)));
    const lengths = Int32Array.from(prompts.lengths);
    let cache: Cache | null = null;
    const form = B * model.numKvHeads * model.headDim * (longest + N) >= SPLIT_FROM ? 'split' : 'whole';
    for (let done = 1; done < N && !isDone.every(Boolean);) {
      const wanted = Math.min(pace.tokens(), N - done, form === 'split' ? SPLIT_STEPS : most);
      // What a call adds to split caches needs room only if another follows; one size for all calls where that suffices.
      const isLast = done + wanted === N;
      // The newest token is not among them yet.
      const filled = longest + done - 1;
      const slots = form === 'split' ? Math.max(filled + (isLast ? 0 : wanted), longest + N - 1 - SPLIT_STEPS) : filled + wanted;
      cache = createCache(cache ?? { caches: begun.caches as Cache['caches'], slots: P }, slots);
      const startedAt = performance.now();
      const result = await decode[form]({
        params,
        caches: cache.caches,
        token: int32([B], token),
        lengths: int32([B], lengths),
        isDone: float32([B], isDone),
        noise: rowsOf(noise, done, form === 'split' ? SPLIT_STEPS : most),
        temperature,
        limit: int32([], [wanted]),
      });
      const tokens = result.token.data as Int32Array;
      const steps = tokens.length / B;
      pace.took(steps, performance.now() - startedAt);
      yield { steps, tokens, logprobs: result.logprob.data as Float32Array };
      done += steps;
      tokens.forEach((id, i) => (isDone[i % B] = Number(isDone[i % B] || ends.has(id))));
      // There is room only for what another call reads.
      if (done < N && !isDone.every(Boolean)) cache.append(result.rows as Cache['caches'], lengths, steps);
      lengths.forEach((n, b) => (lengths[b] = n + steps));
      token = tokens.slice((steps - 1) * B);
    }
  }

  async function generate(inputs: GenerateInputs, options?: PaceOptions): Promise<Generated> {
    const B = inputs.ids.shape[0]!;
    const N = inputs.noise.shape[0]!;
    const tokens = int32([B, N], new Int32Array(B * N).fill(config.padId));
    const logprobs = float32([B, N]);
    const isDone = new Uint8Array(B);
    let at = 0;
    for await (const chunk of chunks(inputs, options)) {
      for (let i = 0; i < chunk.steps * B; i++) {
        const b = i % B;
        if (isDone[b]) continue;
        const column = at + Math.floor(i / B);
        tokens.data[b * N + column] = chunk.tokens[i]!;
        logprobs.data[b * N + column] = chunk.logprobs[i]!;
        isDone[b] = Number(config.endIds.includes(chunk.tokens[i]!));
      }
      at += chunk.steps;
    }
    return { tokens, logprobs } as Generated;
  }

  const dispose = async () => {
    for (const program of [start, decode.whole, decode.split]) await program.dispose();
  };
  return Object.assign(generate, { chunks, dispose });
}

export function tooLong(promptTokens: number, newTokens: number, contextLength: number): HeedError {
  return refusal('context-full', { promptTokens, newTokens, contextLength });
}

/** `count` rows from `first` on; zeros where there are no more. */
function rowsOf({ shape, data }: FloatArray, first: number, count: number): FloatArray {
  const B = shape[1]!;
  const rows = float32([count, B]);
  rows.data.set(data.subarray(first * B, (first + count) * B));
  return rows;
}

/** Rows moved to the left of their columns, padding behind them. */
function promptsOf(ids: NdArray, isPad: NdArray): { ids: NdArray; isPad: NdArray; lengths: number[] } {
  const [B, P] = ids.shape as [number, number];
  const moved = { ids: int32([B, P]), isPad: { ...isPad, data: new Uint8Array(B * P).fill(1) } as NdArray };
  const lengths = Array.from({ length: B }, (_, b) => {
    const start = b * P + (isPad.data as Uint8Array).subarray(b * P, (b + 1) * P).lastIndexOf(1) + 1;
    const row = (ids.data as Int32Array).subarray(start, (b + 1) * P);
    if (row.length === 0) throw new HeedError('invalid', 'An empty prompt leaves nothing to go on from. Give it at least one token.');
    (moved.ids.data as Int32Array).set(row, b * P);
    moved.isPad.data.fill(0, b * P, b * P + row.length);
    return row.length;
  });
  return { ...moved, lengths };
}
