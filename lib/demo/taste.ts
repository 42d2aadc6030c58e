/**
 * The demo's hidden judge: how good a reply to a customer is, in one number that is read off the text alone, however garbled.
 * The simulated annotators grade by it (with noise) and the demo reports win rates under it; training never sees it.
 *
 * Sum of `weights`, over what `readReply` finds:
 *   item       the ordered item is named, or only some other item is; a wrong colour or size of the right item costs a little
 *   step       a concrete next step that solves what was asked, half solves it, or belongs to another problem; "we will see" counts nothing
 *   tone       courtesy counts once, however often; rudeness costs
 *   length     every word beyond `freeWords`; repeated phrases; a last sentence that does not end; nothing said at all
 * Prompts that the demo's grammar did not write are judged by tone, length and form alone.
 */
import { type Facts, readMessage } from './messages';
import { fittingSteps, nearSteps, type Step, stepMarks } from './reply-templates';
import { colours, items, sizes } from './shop';

export const weights = {
  rightItem: 2,
  wrongItem: -2,
  wrongAttribute: -0.75,
  fittingStep: 2,
  nearStep: 0.5,
  unfittingStep: -1.5,
  courteous: 1,
  curt: -1.25,
  wordTooMany: -0.1,
  atMostForLength: -2,
  repetition: -1.5,
  unfinished: -1,
  empty: -5,
};
const freeWords = 30;

export type ReplyReading = {
  item: 'right' | 'wrong' | 'none';
  isWrongAttribute: boolean;
  step: 'fitting' | 'near' | 'unfitting' | 'none';
  isCourteous: boolean;
  isCurt: boolean;
  words: number;
  isRepetitive: boolean;
  isUnfinished: boolean;
  isEmpty: boolean;
};

export function taste(prompt: string, response: string): number {
  const read = readReply(prompt, response);
  if (read.isEmpty) return weights.empty;
  let score = 0;
  if (read.item === 'right') score += weights.rightItem;
  if (read.item === 'wrong') score += weights.wrongItem;
  if (read.isWrongAttribute) score += weights.wrongAttribute;
  if (read.step === 'fitting') score += weights.fittingStep;
  if (read.step === 'near') score += weights.nearStep;
  if (read.step === 'unfitting') score += weights.unfittingStep;
  if (read.isCurt) score += weights.curt;
  else if (read.isCourteous) score += weights.courteous;
  score += Math.max(weights.atMostForLength, weights.wordTooMany * Math.max(0, read.words - freeWords));
  if (read.isRepetitive) score += weights.repetition;
  if (read.isUnfinished) score += weights.unfinished;
  return score;
}

const word = /[\p{L}\p{N}']+/gu;
/** Items with their attributes: naming a thing twice is no repetition, and a phone case is not a missing case. */
const allNames = new RegExp(
  `\\b(?:(?:${colours.join('|')}) )?(?:${items.map((item) => item.name).join('|')})\\b(?: in (?:${sizes.join('|')})\\b)?`,
  'g',
);

export function readReply(prompt: string, response: string): ReplyReading {
  const facts = readMessage(prompt);
  const text = response.toLowerCase().replace(/\s+/g, ' ').trim();
  const words = text.match(word) ?? [];
  return {
    item: facts ? readItem(facts, text) : 'none',
    isWrongAttribute: facts !== null && hasWrongAttribute(facts, text),
    step: facts ? readStep(facts, text) : 'none',
    isCourteous: /\b(sorry|apolog\w+|thanks?|please|happy to|glad to|lovely|welcome|kind regards)\b/.test(text),
    isCurt:
      /\b(noted\.|you again|fine\.|not our fault|calm down|that is all|do not write|read our rules|stop asking|we are busy|be more careful)/.test(
        text,
      ),
    words: words.length,
    isRepetitive: repeatsItself(text.replace(allNames, ' ').match(word) ?? []),
    isUnfinished: !/[.!?]["')]?$/.test(text),
    isEmpty: words.length < 3,
  };
}

/** An item by its name or, where that says enough, by the name's last word ("shoes"). */
const itemWords: readonly { name: string; pattern: RegExp }[] = items.map(({ name }) => {
  const head = name.split(' ').at(-1)!;
  const isTelling =
    head !== name && !['case', 'box', 'bag'].includes(head) && items.filter((other) => other.name.endsWith(head)).length === 1;
  return { name, pattern: new RegExp(`\\b${isTelling ? `(?:${name}|${head})` : name}\\b`) };
});

function readItem(facts: Facts, text: string): ReplyReading['item'] {
  const named = itemWords.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name);
  if (named.includes(facts.item)) return named.some((name) => name !== facts.item && name !== facts.received) ? 'none' : 'right';
  return named.length > 0 ? 'wrong' : 'none';
}

/** The right item in a colour or size that the message does not mention. */
function hasWrongAttribute(facts: Facts, text: string): boolean {
  const known = [facts.attribute, facts.received];
  const colour = new RegExp(`\\b(${colours.join('|')}) ${facts.item}\\b`).exec(text)?.[1];
  const size = new RegExp(`\\b${facts.item} in (${sizes.join('|')})\\b`).exec(text)?.[1];
  return [colour, size].some((attribute) => attribute !== undefined && !known.includes(attribute));
}

function readStep(facts: Facts, text: string): ReplyReading['step'] {
  const found = text.split(/(?<=[.!?])\s/).map((sentence) => stepOf(sentence.replace(allNames, '')));
  const announced = found.filter((step) => step !== null);
  if (announced.some((step) => fittingSteps(facts).includes(step) && !contradicts(facts, step, text))) return 'fitting';
  if (announced.some((step) => nearSteps(facts).includes(step))) return 'near';
  return announced.length > 0 ? 'unfitting' : 'none';
}

export function stepOf(sentence: string): Step | null {
  return stepMarks.find(([, mark]) => mark.test(sentence.toLowerCase()))?.[0] ?? null;
}

/** The right kind of step about the wrong part or towards the wrong size. */
function contradicts(facts: Facts, step: Step, text: string): boolean {
  if (step === 'send_part') return !text.includes(facts.part ?? '') && !/\bmissing part\b/.test(text);
  if (step === 'exchange') return new RegExp(`\\b${facts.wantedSize === 'larger' ? 'smaller' : 'larger'}\\b`).test(text);
  return false;
}

/** Some five words in a row occur twice, or one word three times in a row. */
function repeatsItself(words: readonly string[]): boolean {
  const seen = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    if (i >= 2 && words[i] === words[i - 1] && words[i] === words[i - 2]) return true;
    if (i + 5 > words.length) continue;
    const gram = words.slice(i, i + 5).join(' ');
    if (seen.has(gram)) return true;
    seen.add(gram);
  }
  return false;
}
