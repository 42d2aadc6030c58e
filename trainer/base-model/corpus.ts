/**
 * The text that the built-in model is trained on: customer messages, replies of every quality in a known
 * mixture, and customers' reactions to them.
 * Invariant: messages are split once and for all by a hash of their text; the corpus holds none of the held-out tenth, from
 * which the demo project's prompts (prompts.json, written by write-prompts.ts) are drawn. Deterministic in `seed`.
 */
import { type Facts, message } from '@/lib/demo/messages';
import { reaction } from '@/lib/demo/reactions';
import { reply, type ReplyTraits } from '@/lib/demo/replies';
import { createRng, type Rng } from '@/lib/rng';

/** A message, a reply, and what the customer writes back. */
export type Example = { prompt: string; response: string; reaction: string; facts: Facts; traits: ReplyTraits };

export const corpus = (options: { seed: number; size: number }): Example[] => examples(options, false);

/** Held-out examples in the same mixture, for measuring the loss on messages never seen. */
export const heldOutCorpus = (options: { seed: number; size: number }): Example[] => examples(options, true);

function examples({ seed, size }: { seed: number; size: number }, wantHeldOut: boolean): Example[] {
  const rng = createRng(seed).fork(wantHeldOut ? 'held-out' : 'corpus');
  return Array.from({ length: size }, () => {
    const { text: prompt, facts } = drawMessage(rng, wantHeldOut);
    const { text: response, traits } = reply(rng, facts);
    return { prompt, response, reaction: reaction(rng, traits), facts, traits };
  });
}

export const demoPromptsOptions = { seed: 2, size: 400 };

/** Distinct held-out messages. */
export function demoPrompts({ seed, size }: { seed: number; size: number }): string[] {
  const rng = createRng(seed).fork('prompts');
  const prompts = new Set<string>();
  while (prompts.size < size) prompts.add(drawMessage(rng, true).text);
  return [...prompts];
}

function drawMessage(rng: Rng, wantHeldOut: boolean): { text: string; facts: Facts } {
  for (;;) {
    const drawn = message(rng);
    if (isHeldOut(drawn.text) === wantHeldOut) return drawn;
  }
}

/** One message in ten, by its text alone (FNV-1a). */
export function isHeldOut(text: string): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 16)) % 10 === 0;
}
