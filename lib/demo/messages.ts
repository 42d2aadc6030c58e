/**
 * Customer messages to the demo shop: `message` writes one with the facts in it, `readMessage` is its exact inverse.
 * Invariant (tested): readMessage(message(rng).text) equals the facts that were drawn.
 */
import { type Ask, farewells, greetings, type Problem, problems, templates, wordLists } from './message-templates';
import { colours, faults, type Item, itemNamed, items, nounPhrase, type Random, sizes, withArticle } from './shop';

export type Facts = {
  /** Name of what was ordered. */
  item: string;
  /** Its colour ("blue") or size ("size 42"), where the message tells it. */
  attribute: string | null;
  problem: Problem;
  ask: Ask;
  /** problem wrong_item: the name of what came; wrong_variant: its colour or size. */
  received: string | null;
  /** problem missing: which part. */
  part: string | null;
  /** problem size: which size would fit. */
  wantedSize: 'larger' | 'smaller' | null;
};

const fits = { small: 'larger', tight: 'larger', big: 'smaller', large: 'smaller' } as const;

export function message(rng: Random): { text: string; facts: Facts } {
  const problem = rng.pick(problems);
  const item = rng.pick(items.filter((candidate) => suits(candidate, problem)));
  const attribute = rng.next() < 0.3 && problem !== 'wrong_variant' ? null : drawAttribute(rng, item);
  const asks = templates[problem].asks as Partial<Record<Ask, readonly string[]>>;
  const ask = rng.pick(Object.keys(asks) as Ask[]);
  const fit = rng.pick(Object.keys(fits) as (keyof typeof fits)[]);
  const facts: Facts = {
    item: item.name,
    attribute,
    problem,
    ask,
    received:
      problem === 'wrong_item' ? drawOther(rng, items, item).name : problem === 'wrong_variant' ? drawVariant(rng, item, attribute) : null,
    part: problem === 'missing' ? rng.pick(item.parts) : null,
    wantedSize: problem === 'size' ? fits[fit] : null,
  };
  const sentences = [rng.pick(templates[problem].bodies), rng.pick(asks[ask]!)];
  if (rng.next() < 0.4) sentences.unshift(rng.pick(greetings));
  if (rng.next() < 0.2) sentences.push(rng.pick(farewells));
  return { text: fill(rng, sentences.join(' '), facts, fit), facts };
}

const suits = (item: Item, problem: Problem): boolean =>
  problem === 'missing' ? item.parts.length > 0 : problem === 'size' ? item.sizes.length > 0 : true;

const drawAttribute = (rng: Random, item: Item): string =>
  item.sizes.length > 0 && rng.next() < 0.4 ? rng.pick(item.sizes) : rng.pick(colours);

function drawOther<T>(rng: Random, from: readonly T[], not: T): T {
  return rng.pick(from.filter((candidate) => candidate !== not));
}

const drawVariant = (rng: Random, item: Item, attribute: string | null): string =>
  sizes.includes(attribute ?? '') ? drawOther(rng, item.sizes, attribute!) : drawOther<string>(rng, colours, attribute!);

function fill(rng: Random, template: string, facts: Facts, fit: string): string {
  const item = itemNamed(facts.item);
  const phrase = nounPhrase(item, facts.attribute);
  const byNumber = (singular: string, plural: string) => (item.isPlural ? plural : singular);
  const values: Record<string, () => string> = {
    a: () => withArticle(item, facts.attribute),
    the: () => `the ${phrase}`,
    my: () => `my ${phrase}`,
    it: () => byNumber('it', 'they'),
    them: () => byNumber('it', 'them'),
    is: () => byNumber('is', 'are'),
    has: () => byNumber('has', 'have'),
    does: () => byNumber('does', 'do'),
    one: () => byNumber('one', 'pair'),
    other: () => withArticle(itemNamed(facts.received!), null),
    variant: () => variantPhrase(item, facts.received!),
    part: () => facts.part!,
    fit: () => fit,
    fault: () => rng.pick(faults[item.make]),
    ago: () => rng.pick(wordLists.ago),
    recently: () => rng.pick(wordLists.recently),
    span: () => rng.pick(wordLists.span),
    weekday: () => rng.pick(wordLists.weekday),
  };
  return template.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const value = values[slot.toLowerCase()]!();
    return slot[0] === slot[0]!.toUpperCase() ? value[0]!.toUpperCase() + value.slice(1) : value;
  });
}

/** "a red one", "an orange pair", "one in size 42", "a pair in size small". */
function variantPhrase(item: Item, attribute: string): string {
  if (attribute.startsWith('size')) return `${item.isPlural ? 'a pair' : 'one'} in ${attribute}`;
  return `${/^[aeiou]/.test(attribute) ? 'an' : 'a'} ${attribute} ${item.isPlural ? 'pair' : 'one'}`;
}

/** The facts of a message that this grammar could have written; null for any other text. */
export function readMessage(text: string): Facts | null {
  for (const { problem, pattern, asks } of readers()) {
    const groups = pattern.exec(text.trim())?.groups;
    if (!groups) continue;
    const ask = asks.find(([, askPattern]) => askPattern.test(groups.ask!))?.[0];
    if (!ask) continue;
    return {
      item: groups.item!,
      attribute: groups.colour ?? groups.size ?? null,
      problem,
      ask,
      received: groups.other ?? groups.otherColour ?? groups.otherSize ?? null,
      part: groups.part ?? null,
      wantedSize: groups.fit ? fits[groups.fit as keyof typeof fits] : null,
    };
  }
  return null;
}

type Reader = { problem: Problem; pattern: RegExp; asks: [Ask, RegExp][] };
let compiled: Reader[] | undefined;

/** One reader a body template, compiled on first use. */
function readers(): Reader[] {
  compiled ??= problems.flatMap((problem) => {
    const asks = Object.entries(templates[problem].asks).map(([ask, forms]): [Ask, RegExp] => [
      ask as Ask,
      new RegExp(`^(?:${forms.map(toPattern).join('|')})$`),
    ]);
    return templates[problem].bodies.map((body) => ({
      problem,
      pattern: new RegExp(`^(?:${oneOf(greetings)} )?${toPattern(body)} (?<ask>.+?)(?: ${oneOf(farewells)})?$`),
      asks,
    }));
  });
  return compiled;
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const oneOf = (texts: readonly string[]): string => `(?:${texts.map(escape).join('|')})`;
const names = oneOf(items.map((item) => item.name));

const slotPatterns: Record<string, string> = (() => {
  const phrase = `(?:(?<colour>${oneOf(colours)}) )?(?<item>${names})(?: in (?<size>${oneOf(sizes)}))?`;
  return {
    a: `(?:a pair of|an|a) ${phrase}`,
    the: `[Tt]he ${phrase}`,
    my: `[Mm]y ${phrase}`,
    it: '(?:[Ii]t|[Tt]hey)',
    them: '(?:it|them)',
    is: '(?:is|are)',
    has: '(?:has|have)',
    does: '(?:does|do)',
    one: '(?:one|pair)',
    other: `(?:a pair of|an|a) (?<other>${names})`,
    variant: `(?:an? (?<otherColour>${oneOf(colours)}) (?:one|pair)|(?:one|a pair) in (?<otherSize>${oneOf(sizes)}))`,
    part: `(?<part>${oneOf(items.flatMap((item) => item.parts))})`,
    fit: `(?<fit>${oneOf(Object.keys(fits))})`,
    fault: oneOf(Object.values(faults).flat()),
    ...Object.fromEntries(Object.entries(wordLists).map(([slot, words]) => [slot, oneOf(words)])),
  };
})();

/** A template as the source of a regular expression. */
function toPattern(template: string): string {
  return template
    .split(/\{(\w+)\}/)
    .map((piece, i) => (i % 2 === 0 ? escape(piece) : slotPatterns[piece.toLowerCase()]!))
    .join('');
}
