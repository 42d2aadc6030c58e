/**
 * One prompt's response as it is written. Text comes in pieces that are never taken back: a character that is spread over
 * several tokens comes when it is complete. Ends at an end token, at the most tokens allowed, or when the signal is set.
 */
import { bucketOf, padLeft } from '../data/collate';
import type { Tokenizer } from '../data/tokenizer';
import { createRng } from '@/lib/rng';
import { float32, type FloatArray } from '../runtime/nd-array';
import { compileGenerate, tooLong, type Generate } from './generate';
import type { Model } from './load';
import { unpack } from './parameters';

export type StreamOptions = { temperature: number; topK: number; topP: number; maxNewTokens: number; seed: number };
/** ids and logprobs of the tokens that came, end tokens included; text may be empty. */
export type Piece = { text: string; ids: number[]; logprobs: number[] };

/** Ids that end a response. */
export const endIdsOf = (model: Pick<Model, 'endId' | 'tokenizer' | 'config'>): number[] => [
  ...new Set([model.endId, ...model.tokenizer.eosIds, ...model.config.eosTokenIds]),
];

export class Streamer {
  private readonly params;
  /** One for each kind of sampling: temperature and length need no program of their own. */
  private readonly programs = new Map<string, Generate>();

  constructor(private readonly model: Model) {
    this.params = unpack(model.layout, model.params);
  }

  /** @param prompt ids @throws HeedError invalid, at the first piece: a prompt that is empty or too long */
  async *stream(prompt: number[], options: StreamOptions, signal?: AbortSignal): AsyncGenerator<Piece> {
    const { config, tokenizer } = this.model;
    const { maxNewTokens, temperature, seed } = options;
    if (prompt.length + maxNewTokens > config.contextLength) throw tooLong(prompt.length, maxNewTokens, config.contextLength);
    const endIds = endIdsOf(this.model);
    const text = new TextPieces(tokenizer);
    const noise = noiseFor(seed, 'stream', maxNewTokens, 1);
    const inputs = { params: this.params, ...padLeft([prompt], bucketOf(prompt.length), tokenizer.padId), noise, temperature };
    for await (const chunk of this.programFor(options).chunks(inputs, { secondsPerCall: 0.1 })) {
      if (signal?.aborted) return;
      const ids = Array.from(chunk.tokens);
      const end = ids.findIndex((id) => endIds.includes(id));
      const kept = end < 0 ? ids : ids.slice(0, end + 1);
      yield { text: text.add(kept), ids: kept, logprobs: Array.from(chunk.logprobs.subarray(0, kept.length)) };
      // Whoever waits for other things in this process gets a turn between calls.
      await new Promise(setImmediate);
      if (signal?.aborted) return;
    }
    const rest = text.end();
    if (rest) yield { text: rest, ids: [], logprobs: [] };
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    this.programs.clear();
  }

  private programFor({ temperature, topK, topP }: StreamOptions): Generate {
    const key = `${temperature === 0}|${topK}|${topP}`;
    const known = this.programs.get(key);
    if (known) return known;
    const sampling = { temperature: temperature === 0 ? 0 : 1, topK, topP };
    const { padId } = this.model.tokenizer;
    const program = compileGenerate(this.model.config, { ...sampling, maxNewTokens: 64, endIds: endIdsOf(this.model), padId });
    this.programs.set(key, program);
    return program;
  }
}

/** Uniform noise (steps, rows), kept a hair below 1 so that float32 rounding cannot reach past the last token. */
export function noiseFor(seed: number, label: string, steps: number, rows: number): FloatArray {
  const rng = createRng(seed).fork(label);
  return float32(
    [steps, rows],
    Float32Array.from({ length: steps * rows }, () => Math.min(rng.next(), 1 - 2 ** -20)),
  );
}

/** Tokens to text, piece by piece: what was said stays said, so an incomplete character waits for its other bytes. */
export class TextPieces {
  private ids: number[] = [];
  /** The tokens before `from` are spoken and no longer needed; those up to `spoken` are spoken. */
  private from = 0;
  private spoken = 0;

  constructor(private readonly tokenizer: Pick<Tokenizer, 'decode'>) {}

  add(ids: readonly number[]): string {
    this.ids.push(...ids);
    const before = this.tokenizer.decode(this.ids.slice(this.from, this.spoken));
    const now = this.tokenizer.decode(this.ids.slice(this.from));
    // A replacement character at the end is the beginning of one that is not complete.
    if (now.length <= before.length || now.endsWith('\ufffd')) return '';
    this.from = this.spoken;
    this.spoken = this.ids.length;
    return now.slice(before.length);
  }

  /** What still waits, complete or not. */
  end(): string {
    const before = this.tokenizer.decode(this.ids.slice(this.from, this.spoken));
    return this.tokenizer.decode(this.ids.slice(this.from)).slice(before.length);
  }
}
