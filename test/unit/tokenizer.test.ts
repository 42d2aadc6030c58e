import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles, writeBaseTokenizer } from '@/trainer/base-model/tokenizer';
import { heldOutCorpus } from '@/trainer/base-model/corpus';
import { loadTokenizer, type Tokenizer } from '@/trainer/data/tokenizer';
import { trainBpe } from '@/trainer/data/train-bpe';
import { sharedData } from '../support/shared-data';

let folder: string;
let tokenizer: Tokenizer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heed-tokenizer-'));
  await writeBaseTokenizer(folder, { seed: 1, size: 4000, vocabSize: 1280 });
  tokenizer = await loadTokenizer(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('training', () => {
  it('merges what a recount from scratch would merge', () => {
    const alphabet = fc.constantFrom('a', 'b', 'c', ' ', 'ab', 'ba');
    fc.assert(
      fc.property(
        fc.array(
          fc.array(alphabet, { maxLength: 12 }).map((parts) => parts.join('')),
          { maxLength: 8 },
        ),
        (texts) => {
          expect(trainBpe(texts, { vocabSize: 270, specialTokens: ['<x>'] }).merges).toEqual(mergesByRecounting(texts, 270 - 257));
        },
      ),
    );
  });

  it('is deterministic and keeps the vocabulary to its size', () => {
    const texts = heldOutCorpus({ seed: 1, size: 300 }).map(({ response }) => response);
    const options = { vocabSize: 400, specialTokens: ['<x>'] };
    expect(trainBpe(texts, options)).toEqual(trainBpe(texts, options));
    expect(trainBpe(texts, options).vocab.size).toBe(400);
    expect(() => trainBpe(texts, { ...options, vocabSize: 256 })).toThrow('at least 257');
  });
});

describe('the tokenizer that was written', () => {
  it('gives back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
    );
    for (const text of ['', ' ', '  two  spaces ', 'line\n\nbreak\t', 'Grüße, 東京 🚲', "I'll don't", '<|eo', 'Hello!'])
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it('puts a prompt between its special tokens', () => {
    const ids = tokenizer.encodePrompt('My kettle is very late. Where is it?');
    const shop = ids.at(-1)!;
    expect(ids[0]).toBe(tokenizer.bosId);
    expect(ids.slice(1, -1)).toEqual(tokenizer.encode('My kettle is very late. Where is it?'));
    expect(tokenizer.encode('<|shop|>')).toEqual([shop]);
    expect(tokenizer.decode(ids)).toBe('My kettle is very late. Where is it?');
    expect(tokenizer).toMatchObject({ padId: 0, bosId: 1, eosIds: [2], endId: 2, hasChatTemplate: true });
    expect(roles.pad).not.toBe(roles.eos);
  });

  it('needs about one token a word, and keeps the corpus within its limits', () => {
    const examples = heldOutCorpus({ seed: 2, size: 1000 });
    const lengths = examples.map(({ response }) => tokenizer.encode(response).length + 1);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(64);
    expect(lengths.reduce((a, b) => a + b, 0) / lengths.length).toBeLessThan(32);
    expect(Math.max(...examples.map(({ prompt }) => tokenizer.encodePrompt(prompt).length))).toBeLessThanOrEqual(47);
  });
});

describe('folders', () => {
  const withFiles = async (files: Record<string, string>, use: (folder: string) => Promise<void>) => {
    const made = await mkdtemp(join(tmpdir(), 'heed-tokenizer-'));
    try {
      for (const [name, text] of Object.entries(files)) await writeFile(join(made, name), text);
      await use(made);
    } finally {
      await rm(made, { recursive: true });
    }
  };

  it('without a usable tokenizer.json are refused with a reason', async () => {
    await withFiles({}, (made) =>
      expect(loadTokenizer(made)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('no tokenizer.json') }),
    );
    await withFiles({ 'tokenizer.json': '{"model":' }, (made) =>
      expect(loadTokenizer(made)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('not valid JSON') }),
    );
    await withFiles({ 'tokenizer.json': '{}' }, (made) =>
      expect(loadTokenizer(made)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('cannot be used') }),
    );
  });

  it('with a broken chat template are refused with a reason', async () => {
    const files = { 'tokenizer.json': await readFile(join(folder, 'tokenizer.json'), 'utf8'), 'chat_template.jinja': '{% if %}' };
    await withFiles(files, (made) =>
      expect(loadTokenizer(made)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('chat template') }),
    );
  });

  it('put a conversation through their template turn by turn, or as one message where the template refuses its turns', async () => {
    const json = await readFile(join(folder, 'tokenizer.json'), 'utf8');
    const turns = '{% for m in messages %}[{{ m.role }}|{{ m.content }}]{% endfor %}';
    const withoutSystem = `{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}${turns}`;
    const transcript = '\n\nHuman: Hi\n\nAssistant: Hello.\n\nHuman: Why?\n\nAssistant:';
    await withFiles({ 'tokenizer.json': json, 'chat_template.jinja': withoutSystem }, async (made) => {
      const other = await loadTokenizer(made);
      const said = (prompt: string) => other.decode(other.encodePrompt(prompt));
      expect(said(transcript)).toBe('[user|Hi][assistant|Hello.][user|Why?]');
      expect(said(`Be brief.${transcript}`)).toBe(`[user|Be brief.${transcript}]`);
      expect(other.encodeResponse(transcript, ' Because.')).toEqual(other.encode('Because.'));
      expect(other.encodeResponse('Why?', ' Because.')).toEqual(other.encode(' Because.'));
    });
    await withFiles({ 'tokenizer.json': json }, async (made) => {
      const plain = await loadTokenizer(made);
      expect(plain.encodePrompt(transcript)).toEqual(plain.encode(transcript));
      expect(plain.encodeResponse(transcript, ' Because.')).toEqual(plain.encode(' Because.'));
    });
  });

  it('name their special tokens in several ways; instead of a pad that is an end, a byte pads that no text contains', async () => {
    const json = await readFile(join(folder, 'tokenizer.json'), 'utf8');
    const files = {
      'tokenizer.json': json,
      'special_tokens_map.json': JSON.stringify({ eos_token: { content: '<|eos|>' }, pad_token: '<|eos|>' }),
      'config.json': JSON.stringify({ bos_token_id: 1, eos_token_id: 0 }),
      'generation_config.json': JSON.stringify({ eos_token_id: [0, 2] }),
      'chat_template.jinja': '[{{ messages[0].content }}]',
    };
    await withFiles(files, async (made) => {
      const other = await loadTokenizer(made);
      const { vocab } = (JSON.parse(json) as { model: { vocab: Record<string, number> } }).model;
      expect(other).toMatchObject({ bosId: 1, eosIds: [0, 2], endId: 2, padId: vocab['ÿ'] });
      expect(other.decode(other.encodePrompt('hi'))).toBe('[hi]');
    });
  });

  it.skipIf(!sharedData)('of SentencePiece make encode and decode as the original does (else skipped: no shared data)', async () => {
    const stories = await loadTokenizer(join(sharedData!, 'models/stories260K-hf'));
    expect(stories).toMatchObject({ bosId: 1, eosIds: [1, 2], endId: 2, padId: 0, hasChatTemplate: false });
    expect(stories.encodePrompt('Once upon a time')).toEqual([1, 403, 407, 261, 378]);
    for (const text of ['Once upon a time, there was a girl.', 'Tom said: "No!"\nShe ran.', 'Zoë ate 3 crêpes'])
      expect(stories.decode(stories.encode(text))).toBe(text);
    expect(stories.decode([])).toBe('');
  });
});

/** Byte-pair merges of ASCII text the slow way. */
function mergesByRecounting(texts: string[], count: number): [string, string][] {
  const rank = new Map(Array.from({ length: 128 }, (_, code) => [code === 32 ? 'Ġ' : String.fromCharCode(code), code] as const));
  let words = texts.flatMap((text) => text.match(/ ?[a-z]+|\s+(?!\S)|\s+/g) ?? []).map((word) => [...word.replaceAll(' ', 'Ġ')]);
  const merges: [string, string][] = [];
  while (merges.length < count) {
    const counts = new Map<string, { pair: [string, string]; count: number }>();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair: [string, string] = [word[i - 1]!, word[i]!];
        const entry = counts.get(pair.join(' ')) ?? { pair, count: 0 };
        counts.set(pair.join(' '), { pair, count: entry.count + 1 });
      }
    }
    const best = [...counts.values()]
      .filter((entry) => entry.count > 1)
      .sort((a, b) => b.count - a.count || rank.get(a.pair[0])! - rank.get(b.pair[0])! || rank.get(a.pair[1])! - rank.get(b.pair[1])!)[0];
    if (!best) break;
    const [left, right] = best.pair;
    merges.push([left, right]);
    rank.set(left + right, 1000 + merges.length);
    words = words.map((word) => {
      const result: string[] = [];
      for (let i = 0; i < word.length; i++) {
        if (word[i] === left && word[i + 1] === right) result.push(left + word[++i]!);
        else result.push(word[i]!);
      }
      return result;
    });
  }
  return merges;
}
