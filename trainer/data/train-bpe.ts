/**
 * Trains a byte-level BPE tokenizer (Sennrich et al. 2016; GPT-2's bytes and pre-tokenizer) and writes it in Hugging Face's form.
 * Deterministic: the most frequent pair is merged first, of equals the one with the smaller ids. Pair counts are kept up to date
 * word by word, so that a merge costs what it touches. Ids: special tokens, the 256 bytes, then merges in order.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** GPT-2's pre-tokenizer: contractions, words and numbers with one leading space, other marks, white space. */
const piecePattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

export type Bpe = { specialTokens: string[]; vocab: Map<string, number>; merges: [string, string][] };

export function trainBpe(texts: Iterable<string>, options: { vocabSize: number; specialTokens: string[] }): Bpe {
  const { specialTokens, vocabSize } = options;
  const bytes = byteAlphabet();
  const tokens = [...specialTokens, ...bytes];
  if (vocabSize < tokens.length) throw new RangeError(`A byte-level vocabulary needs at least ${tokens.length} entries, not ${vocabSize}.`);

  const words = countWords(texts).map(([piece, count]) => ({
    ids: Array.from(new TextEncoder().encode(piece), (byte) => specialTokens.length + byte),
    count,
  }));
  const pairs = new PairCounts();
  words.forEach((word, at) => pairs.addWord(word.ids, word.count, at));

  const merges: [string, string][] = [];
  while (tokens.length < vocabSize) {
    const best = pairs.mostFrequent();
    if (!best) break;
    const [left, right] = best;
    const merged = tokens.length;
    merges.push([tokens[left]!, tokens[right]!]);
    tokens.push(tokens[left]! + tokens[right]!);
    for (const at of pairs.wordsWith(left, right)) {
      const word = words[at]!;
      pairs.addWord(word.ids, -word.count, at);
      word.ids = mergePair(word.ids, left, right, merged);
      pairs.addWord(word.ids, word.count, at);
    }
  }
  return { specialTokens, vocab: new Map(tokens.map((token, id) => [token, id])), merges };
}

/** How often each pair of neighbours occurs, and in which words it was ever seen. A pair is one number: left · 2²⁰ + right. */
class PairCounts {
  private readonly counts = new Map<number, number>();
  private readonly places = new Map<number, Set<number>>();

  addWord(ids: readonly number[], count: number, at: number): void {
    for (let i = 1; i < ids.length; i++) {
      const pair = ids[i - 1]! * 2 ** 20 + ids[i]!;
      const total = (this.counts.get(pair) ?? 0) + count;
      if (total === 0) this.counts.delete(pair);
      else this.counts.set(pair, total);
      if (count < 0) continue;
      const places = this.places.get(pair);
      if (places) places.add(at);
      else this.places.set(pair, new Set([at]));
    }
  }

  wordsWith(left: number, right: number): number[] {
    return [...(this.places.get(left * 2 ** 20 + right) ?? [])];
  }

  /** Null when no pair occurs twice: a merge would save nothing. */
  mostFrequent(): [number, number] | null {
    let best = -1;
    let bestCount = 1;
    for (const [pair, count] of this.counts) {
      if (count > bestCount || (count === bestCount && best >= 0 && pair < best)) [best, bestCount] = [pair, count];
    }
    return best < 0 ? null : [Math.floor(best / 2 ** 20), best % 2 ** 20];
  }
}

function mergePair(ids: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    const isPair = ids[i] === left && ids[i + 1] === right;
    result.push(isPair ? merged : ids[i]!);
    if (isPair) i++;
  }
  return result;
}

function countWords(texts: Iterable<string>): [string, number][] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const piece of text.match(piecePattern) ?? []) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return [...counts];
}

/** GPT-2's printable stand-in for each byte: itself where it can be seen, else the next free letter from U+0100 on. */
function byteAlphabet(): string[] {
  let next = 0x100;
  const isVisible = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++));
}

/** The roles of special tokens, and how a conversation becomes text. */
export type TokenizerRoles = { bos: string; eos: string; pad: string; chatTemplate: string; maxLength: number };

/** Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json. */
export async function writeTokenizer(folder: string, bpe: Bpe, roles: TokenizerRoles): Promise<void> {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: bpe.specialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(bpe.vocab),
      merges: bpe.merges,
    },
  };
  const names = { bos_token: roles.bos, eos_token: roles.eos, pad_token: roles.pad };
  const extra = bpe.specialTokens.filter((token) => !Object.values(names).includes(token));
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...names,
    additional_special_tokens: extra,
    add_bos_token: false,
    clean_up_tokenization_spaces: false,
    model_max_length: roles.maxLength,
    padding_side: 'left',
    chat_template: roles.chatTemplate,
  };
  await mkdir(folder, { recursive: true });
  await writeJson(join(folder, 'tokenizer.json'), tokenizer);
  await writeJson(join(folder, 'tokenizer_config.json'), config);
  await writeJson(join(folder, 'special_tokens_map.json'), { ...names, additional_special_tokens: extra });
}

const writeJson = (path: string, value: unknown): Promise<void> => writeFile(path, `${JSON.stringify(value, null, 1)}\n`);
