/**
 * Which prompts are held out for measuring. Decided by the prompt's hash alone: the same prompt falls on the same side
 * everywhere and forever, and everything that hangs on it with it.
 */
import type { PromptSplit } from '@/db/enums';
import type { NewPrompt } from '@/db/queries/prompts';
import { sha256 } from './text';

/** @param fraction share of prompts held out, 0 … 1 */
export function splitOf(textHash: string, fraction: number): PromptSplit {
  return parseInt(textHash.slice(0, 8), 16) / 2 ** 32 < fraction ? 'held_out' : 'train';
}

export function toNewPrompt(text: string, of: { heldOutFraction: number; source: string; isSampled: boolean }): NewPrompt {
  const textHash = sha256(text);
  return { text, textHash, split: splitOf(textHash, of.heldOutFraction), source: of.source, isSampled: of.isSampled };
}
