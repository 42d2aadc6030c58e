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
