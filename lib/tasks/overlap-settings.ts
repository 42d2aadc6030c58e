/**
 * How many people do the same task: per kind of task a number, and on a share of the tasks another one, larger as a rule, so that
 * agreement can be measured without asking everybody about everything. The project says it; a round may say otherwise for the tasks it makes.
 */
import { z } from 'zod';

const people = z.number().int().min(1).max(50);
const share = z.number().min(0).max(1);
const drawn = 'drawn by what they show. 0: none.';

export const projectOverlapFields = {
  compareOverlap: people.default(1).describe('How many people judge each pair.'),
  compareMoreOverlap: people.default(3).describe('How many people judge the pairs in compareMoreShare.'),
  compareMoreShare: share.default(0).describe(`Share of the pairs that compareMoreOverlap people judge instead, ${drawn}`),
  demonstrateOverlap: people.default(1).describe('How many people answer each prompt.'),
  demonstrateMoreOverlap: people.default(3).describe('How many people answer the prompts in demonstrateMoreShare.'),
  demonstrateMoreShare: share.default(0).describe(`Share of the prompts that demonstrateMoreOverlap people answer instead, ${drawn}`),
  rankOverlap: people.default(1).describe('How many people rank the same responses.'),
  rankMoreOverlap: people.default(3).describe('How many people make the rankings in rankMoreShare.'),
  rankMoreShare: share.default(0).describe(`Share of the rankings that rankMoreOverlap people make instead, ${drawn}`),
  rateOverlap: people.default(1).describe('How many people rate each of those responses.'),
  rateMoreOverlap: people.default(3).describe('How many people rate the responses in rateMoreShare.'),
  rateMoreShare: share.default(0).describe(`Share of the responses that rateMoreOverlap people rate instead, ${drawn}`),
};
export type ProjectOverlap = z.infer<z.ZodObject<typeof projectOverlapFields>>;

const own = <T extends z.ZodType>(type: T, what: string) =>
  type.nullable().default(null).describe(`${what} that this round makes. Empty (null): as the project says.`);

/** Demonstration tasks are the project's, not a round's. */
export const roundOverlapSchema = z.strictObject({
  compareOverlap: own(people, 'How many people judge each pair'),
  compareMoreOverlap: own(people, 'How many people judge the pairs in compareMoreShare'),
  compareMoreShare: own(share, 'Share of the pairs for compareMoreOverlap'),
  rankOverlap: own(people, 'How many people make each ranking'),
  rankMoreOverlap: own(people, 'How many people make the rankings in rankMoreShare'),
  rankMoreShare: own(share, 'Share of the rankings for rankMoreOverlap'),
  rateOverlap: own(people, 'How many people rate each response'),
  rateMoreOverlap: own(people, 'How many people rate the responses in rateMoreShare'),
  rateMoreShare: own(share, 'Share of the rated responses for rateMoreOverlap'),
});
export type RoundOverlap = z.infer<typeof roundOverlapSchema>;
