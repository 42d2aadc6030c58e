/** The part of a project's settings that is about checking people: known answers, repeats, and the rules that pause somebody. */
import { z } from 'zod';

const speedRules = ['off', 'warn', 'pause'] as const;

export const checkFields = {
  quizItems: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe('Pairs with a known answer that annotators compare before they get any work. 0: no quiz.'),
  quizPassShare: z.number().min(0).max(1).default(0.8).describe('Share of them that has to be answered as expected.'),
  goldShare: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('Share of comparisons that are gold: pairs with a known answer, not to be told from others. 0: none.'),
  goldPauseShare: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('An annotator with a smaller share of gold as expected is paused, until a reviewer decides. 0: nobody is.'),
  goldPauseLast: z.number().int().min(1).max(200).default(10).describe('Of how many gold answers, the last ones, that share is taken.'),
  goldPauseMin: z.number().int().min(1).max(200).default(10).describe('Fewer gold answers than this pause nobody.'),
  retestShare: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('Share of comparisons that are repeats: given by the same person before, not to be told from others. 0: none.'),
  retestAfterAnswers: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(20)
    .describe('A comparison is repeated when at least this many others lie between.'),
  retestAfterHours: z.number().min(0).max(8760).default(24).describe('A comparison is repeated when it is at least this many hours old.'),
  speedRule: z
    .enum(speedRules)
    .default('off')
    .describe('What happens when an annotator answers too fast: nothing, a notice (warn), or a notice and, if it goes on, a pause.'),
  speedLast: z
    .number()
    .int()
    .min(5)
    .max(200)
    .default(20)
    .describe('Of how many answers of a kind, the last ones, the median time is taken; as many by others must be there to compare with.'),
  speedShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe('Too fast: a median time below this share of the median of others. 0: others do not matter.'),
  speedSecondsPerThousand: z
    .number()
    .min(0)
    .max(300)
    .default(2)
    .describe('Too fast, whatever others do: fewer seconds than this for a thousand characters, as the median. 0: length does not matter.'),
};

const checkSettings = z.object(checkFields);
export type CheckSettings = z.infer<typeof checkSettings>;
/** Those alone, which claims and answers ask for. */
export const checkSettingsOf = (stored: unknown): CheckSettings => checkSettings.parse(stored);
