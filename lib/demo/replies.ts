/**
 * Replies of the demo shop, of every quality. Each quality is drawn on its own, so that two replies to one message differ
 * visibly in a few things at a time; `mixture` is how often the shop's past staff did what.
 */
import type { Facts } from './messages';
import {
  courteousClosings,
  courteousOpenings,
  curtClosings,
  curtOpenings,
  fittingSteps,
  nearSteps,
  neutralOpenings,
  rambling,
  type Step,
  steps,
  times,
  vague,
} from './reply-templates';
import { colours, type Item, itemNamed, items, nounPhrase, type Random, sizes } from './shop';

export type ReplyTraits = {
  /** Which item the reply names. */
  item: 'right' | 'wrong' | 'none';
  step: 'fitting' | 'unfitting' | 'vague';
  tone: 'courteous' | 'neutral' | 'curt';
  isRambling: boolean;
  isRepetitive: boolean;
};

/** Probabilities of the traits, drawn independently. */
export type Mixture = {
  item: Record<ReplyTraits['item'], number>;
  step: Record<ReplyTraits['step'], number>;
  tone: Record<ReplyTraits['tone'], number>;
  rambling: number;
  repetitive: number;
};

export const mixture: Mixture = {
  item: { right: 0.65, wrong: 0.2, none: 0.15 },
  step: { fitting: 0.5, unfitting: 0.22, vague: 0.28 },
  tone: { courteous: 0.45, neutral: 0.35, curt: 0.2 },
  rambling: 0.25,
  repetitive: 0.15,
};

export const bestTraits: ReplyTraits = { item: 'right', step: 'fitting', tone: 'courteous', isRambling: false, isRepetitive: false };

function drawTraits(rng: Random, from: Mixture = mixture): ReplyTraits {
  return {
    item: weighted(rng, from.item),
    step: weighted(rng, from.step),
    tone: weighted(rng, from.tone),
    isRambling: rng.next() < from.rambling,
    isRepetitive: rng.next() < from.repetitive,
  };
}

/** A reply to the message with these facts. `quality` fixes some traits; the others are drawn from the mixture. */
export function reply(rng: Random, facts: Facts, quality: Partial<ReplyTraits> = {}): { text: string; traits: ReplyTraits } {
  const traits = { ...drawTraits(rng), ...quality };
  const named = nameItem(rng, facts, traits.item);
  const core = rng.pick(traits.step === 'vague' ? vague : steps[drawStep(rng, facts, traits.step === 'fitting')]);
  const { opening, closing } = frame(rng, facts, traits.tone);

  const sentences = [opening, core].filter((sentence) => sentence !== null);
  if (traits.isRambling) {
    const first = rng.pick(rambling);
    if (rng.next() < 0.5) sentences.unshift(first);
    else sentences.push(first);
    if (!traits.isRepetitive) sentences.push(rng.pick(rambling.filter((sentence) => sentence !== first)));
  }
  if (closing !== null && (opening === null || !traits.isRambling)) sentences.push(closing);
  const written = sentences.map((sentence) => fill(rng, sentence, facts, named));
  if (traits.isRepetitive) {
    const at = sentences.indexOf(core);
    const copies = !traits.isRambling && written[at]!.length < 50 && rng.next() < 0.5 ? 2 : 1;
    written.splice(at + 1, 0, ...Array.from({ length: copies }, () => written[at]!));
  }
  return { text: written.join(' '), traits };
}

/** What a careful employee would write. */
export const goodReply = (rng: Random, facts: Facts): string => reply(rng, facts, bestTraits).text;

function weighted<K extends string>(rng: Random, weights: Record<K, number>): K {
  let rest = rng.next();
  const entries = Object.entries(weights) as [K, number][];
  for (const [key, weight] of entries) if ((rest -= weight) < 0) return key;
  return entries.at(-1)![0];
}

type Named = { item: Item; attribute: string | null } | null;

function nameItem(rng: Random, facts: Facts, which: ReplyTraits['item']): Named {
  if (which === 'none') return null;
  if (which === 'right') return { item: itemNamed(facts.item), attribute: facts.attribute };
  const item =
    facts.problem === 'wrong_item' && rng.next() < 0.3
      ? itemNamed(facts.received!)
      : rng.pick(items.filter((other) => other.name !== facts.item));
  const attribute =
    rng.next() < 0.5
      ? null
      : facts.attribute && colours.includes(facts.attribute as never)
        ? facts.attribute
        : rng.pick(item.sizes.length > 0 && rng.next() < 0.4 ? item.sizes : colours);
  return { item, attribute };
}

function drawStep(rng: Random, facts: Facts, isFitting: boolean): Step {
  if (isFitting) return rng.pick(fittingSteps(facts));
  const excluded = [...fittingSteps(facts), ...nearSteps(facts)];
  return rng.pick((Object.keys(steps) as Step[]).filter((step) => !excluded.includes(step)));
}

const troubles: ReadonlySet<Facts['problem']> = new Set([
  'broken',
  'wrong_item',
  'wrong_variant',
  'late',
  'missing',
  'size',
  'charge',
  'refund_wait',
]);

function frame(rng: Random, facts: Facts, tone: ReplyTraits['tone']): { opening: string | null; closing: string | null } {
  const where = rng.next();
  if (tone === 'neutral') return { opening: where < 0.4 ? rng.pick(neutralOpenings) : null, closing: null };
  const [openings, closings] =
    tone === 'curt'
      ? [curtOpenings, curtClosings]
      : [courteousOpenings[troubles.has(facts.problem) ? 'sorry' : 'thanks'], courteousClosings];
  const closing = where > 0.55 ? rng.pick<string>(closings) : null;
  const opening = where < 0.85 ? rng.pick<string>(openings) : null;
  return { opening, closing: closing === opening ? null : closing };
}

function fill(rng: Random, template: string, facts: Facts, named: Named): string {
  const phrase = named && nounPhrase(named.item, named.attribute);
  const values: Record<string, () => string> = {
    your: () => (phrase ? `your ${phrase}` : 'your order'),
    unsized: () =>
      named ? `your ${nounPhrase(named.item, sizes.includes(named.attribute ?? '') ? null : named.attribute)}` : 'your order',
    short: () => (named ? `your ${named.item.name}` : 'your order'),
    the: () => (phrase ? `the ${phrase}` : 'the thing'),
    thing: () => phrase ?? 'thing',
    order: () => (phrase ? `your order for the ${phrase}` : 'your order'),
    new: () => (named ? `a new ${named.item.isPlural ? 'pair of ' : ''}${phrase}` : 'a replacement'),
    wanted: () => facts.wantedSize ?? rng.pick(['larger', 'smaller']),
    part: () => facts.part ?? (named && named.item.parts.length > 0 ? rng.pick(named.item.parts) : 'spare part'),
    soon: () => rng.pick(times.soon),
    by: () => rng.pick(times.by),
  };
  return template.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const value = values[slot.toLowerCase()]!();
    return slot[0] === slot[0]!.toUpperCase() ? value[0]!.toUpperCase() + value.slice(1) : value;
  });
}
