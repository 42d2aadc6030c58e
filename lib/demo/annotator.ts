/**
 * A simulated annotator whose taste (taste.ts) stays hidden from training. Grades follow the difference in taste plus logistic
 * noise, as in the Bradley–Terry model; close calls are ties, and two poor replies are sometimes both called bad.
 */
import { readMessage } from './messages';
import { bestTraits, reply } from './replies';
import type { Random } from './shop';
import { taste } from './taste';

export type Grade = -3 | -2 | -1 | 0 | 1 | 2 | 3;
export type Judgement = { /** Positive: the left reply is better. */ grade: Grade; isBothBad: boolean };

export const annotatorDefaults = {
  /** Scale of the logistic noise, in units of taste. At 0.5, two replies one unit apart are ordered right by 88 %. */
  noise: 0.5,
  /** Closer than this is a tie; farther than these is better, much better. */
  tieWithin: 0.4,
  betterFrom: 1.5,
  muchBetterFrom: 3,
  /** Both replies below this taste are called bad, this often. */
  badBelow: -1,
  bothBadShare: 0.7,
};

export function judge(prompt: string, left: string, right: string, rng: Random, options = annotatorDefaults): Judgement {
  const tasteOfLeft = taste(prompt, left);
  const tasteOfRight = taste(prompt, right);
  const felt = tasteOfLeft - tasteOfRight + options.noise * logistic(rng);
  const isBothBad = Math.max(tasteOfLeft, tasteOfRight) < options.badBelow && rng.next() < options.bothBadShare;
  const size = Math.abs(felt);
  const strength = size < options.tieWithin ? 0 : size < options.betterFrom ? 1 : size < options.muchBetterFrom ? 2 : 3;
  return { grade: (strength === 0 ? 0 : Math.sign(felt) * strength) as Grade, isBothBad };
}

/**
 * Ranks of several replies, 1 for the best. Each is felt with Gumbel noise, whose differences are logistic: two of them are ordered as `judge`
 * orders a pair (Plackett–Luce). Neighbours that feel as close as a tie share a rank.
 */
export function rank(prompt: string, replies: string[], rng: Random, options = annotatorDefaults): number[] {
  const felt = replies.map((reply) => taste(prompt, reply) + options.noise * gumbel(rng));
  const order = replies.map((_, i) => i).sort((i, j) => felt[j]! - felt[i]!);
  const ranks: number[] = [];
  order.forEach((reply, place) => {
    const above = order[place - 1];
    ranks[reply] = above === undefined ? 1 : ranks[above]! + (felt[above]! - felt[reply]! < options.tieWithin ? 0 : 1);
  });
  return ranks;
}

const gumbel = (rng: Random): number => -Math.log(-Math.log(Math.min(Math.max(rng.next(), 1e-9), 1 - 1e-9)));

function logistic(rng: Random): number {
  const u = Math.min(Math.max(rng.next(), 1e-9), 1 - 1e-9);
  return Math.log(u / (1 - u));
}

/** A reply as this annotator would write it: mostly right in everything, now and then plain, long-winded or hesitant. */
export function writeDemonstration(prompt: string, rng: Random): string {
  const facts = readMessage(prompt);
  if (!facts) return 'Thank you for your message. We will look at it today and write to you tomorrow.';
  const slip = rng.next();
  if (slip < 0.1) return reply(rng, facts, { ...bestTraits, tone: 'neutral' }).text;
  if (slip < 0.15) return reply(rng, facts, { ...bestTraits, isRambling: true }).text;
  if (slip < 0.18) return reply(rng, facts, { ...bestTraits, step: 'vague' }).text;
  return reply(rng, facts, bestTraits).text;
}
