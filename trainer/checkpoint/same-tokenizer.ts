/** Policy and reward model must read the same ids: a response is scored as the tokens that were sampled, never as text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refusal, type TokenizerPart } from '@/lib/refusals';
import { loadTokenizer } from '../data/tokenizer';
import { readHeader } from './peft';

const probe = 'The quick brown fox,\n  "naïve" 42 – déjà vu; 東京 🙂';

/** Throws HeedError(invalid) saying what differs: the vocabulary, how a text is cut, a chat template, or an end token. */
export async function assertSameTokenizer(policyFolder: string, rewardFolder: string): Promise<void> {
  const [policy, reward] = [await describeTokenizer(policyFolder), await describeTokenizer(rewardFolder)];
  const differing = (Object.keys(policy) as TokenizerPart[]).filter((part) => policy[part] !== reward[part]);
  if (differing.length > 0) throw refusal('other-tokenizer', { policyFolder, rewardFolder, differing });
}

async function describeTokenizer(folder: string): Promise<Record<TokenizerPart, string>> {
  const { configFolder } = await readHeader(folder);
  const tokenizer = await loadTokenizer(configFolder);
  const { model, added_tokens: added } = JSON.parse(await readFile(join(configFolder, 'tokenizer.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return {
    vocabulary: JSON.stringify([model, added]),
    cuts: String(tokenizer.encode(probe)),
    prompts: String(tokenizer.encodePrompt(probe)),
    end: String([tokenizer.eosIds, tokenizer.endId]),
    pad: String(tokenizer.padId),
  };
}
