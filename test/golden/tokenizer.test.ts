import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadTokenizer } from '@/trainer/data/tokenizer';
import { sharedData } from '../support/shared-data';

type Fixture = { prompts: { text: string; ids: number[]; greedyTokens: number[]; greedyText: string }[] };
const { prompts } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/stories260k.json'), 'utf8')) as Fixture;

it.skipIf(!sharedData)(
  'a SentencePiece-style tokenizer encodes and decodes as in transformers (else skipped: no shared data)',
  async () => {
    const tokenizer = await loadTokenizer(join(sharedData!, 'models/stories260K-hf'));
    for (const { text, ids, greedyTokens, greedyText } of prompts) {
      expect(tokenizer.encodePrompt(text)).toEqual(ids);
      expect(tokenizer.decode(greedyTokens)).toBe(greedyText);
    }
  },
);

type Gpt2Fixture = { texts: { text: string; ids: number[] }[]; pairs: { prompt: string; response: string; ids: number[] }[] };
const gpt2 = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/gpt2-tokenizer.json'), 'utf8')) as Gpt2Fixture;

it.skipIf(!sharedData)("GPT-2's byte-level tokenizer, without template and pad token (else skipped: no shared data)", async () => {
  const tokenizer = await loadTokenizer(join(sharedData!, 'tokenizers/gpt2'));
  for (const { text, ids } of gpt2.texts) {
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.encodePrompt(text)).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(text);
  }
  // A response that begins with what parts it from the prompt: ids of the whole text.
  for (const { prompt, response, ids } of gpt2.pairs)
    expect([...tokenizer.encodePrompt(prompt), ...tokenizer.encode(response)]).toEqual(ids);
  expect(tokenizer).toMatchObject({ eosIds: [50_256], endId: 50_256, bosId: 50_256, vocabSize: 50_257, hasChatTemplate: false });
  expect(tokenizer.padId).toBe(187);
  const everything = gpt2.texts.flatMap(({ text }) => tokenizer.encode(`${text}ÿ`));
  expect(everything).not.toContain(tokenizer.padId);
});
