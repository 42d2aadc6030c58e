/** Policy and reward model must read the same ids: a response is scored as the tokens that were sampled, never as text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeedError } from '@/lib/errors';
import { loadTokenizer } from '../data/tokenizer';
import { readHeader } from './peft';

const probe = 'The quick brown fox,\n  "naïve" 42 – déjà vu; 東京 🙂';

/** Throws HeedError(invalid) saying what differs: the vocabulary, how a text is cut, a chat template, or an end token. */
export async function assertSameTokenizer(policyFolder: string, rewardFolder: string): Promise<void> {
  const [policy, reward] = [await describeTokenizer(policyFolder), await describeTokenizer(rewardFolder)];
  const differing = Object.keys(policy).filter((key) => policy[key] !== reward[key]);
  if (differing.length === 0) return;
  throw new HeedError(
    'invalid',
    `The policy (${policyFolder}) and the reward model (${rewardFolder}) have different tokenizers: ${differing.join(', ')} ${differing.length === 1 ? 'differs' : 'differ'}. Train the reward model from this policy’s SFT model: start a new round.`,
    { details: { differing } },
  );
}

async function describeTokenizer(folder: string): Promise<Record<string, string>> {
  const { configFolder } = await readHeader(folder);
  const tokenizer = await loadTokenizer(configFolder);
  const { model, added_tokens: added } = JSON.parse(await readFile(join(configFolder, 'tokenizer.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return {
    'the vocabulary': JSON.stringify([model, added]),
    'how texts are cut': String(tokenizer.encode(probe)),
    'how prompts are written': String(tokenizer.encodePrompt(probe)),
    'the end token': String([tokenizer.eosIds, tokenizer.endId]),
    'the pad token': String(tokenizer.padId),
  };
}
