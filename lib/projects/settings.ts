import { z } from 'zod';
import { scales } from '@/db/enums';
import { checkFields } from '../quality/check-settings';
import { projectOverlapFields } from '../tasks/overlap-settings';
import { roundConfigSchema } from '../training/hyperparameters';
import { fieldProblems } from '@/lib/field-problems';

/** Different names, none of them with a comma, which is what stands between them in a form. */
const names = z
  .array(
    z
      .string()
      .trim()
      .min(1, 'A name is missing.')
      .max(40, 'At most 40 characters a name.')
      .regex(/^[^,\n]*$/, fieldProblems.hasComma),
  )
  .max(9, 'At most nine names.')
  .refine((list) => new Set(list).size === list.length, fieldProblems.twice);

/** What an admin sets per project; stored in `projects.settings`. */
export const projectSettingsSchema = z.strictObject({
  ...projectOverlapFields,
  scalePoints: z
    .literal(scales)
    .default(7)
    .describe('Points on the scale on which two responses are compared. A tie is always possible, and so is “both bad”.'),
  rankTasks: z.number().int().min(0).max(100_000).default(0).describe('Prompts of each round whose responses are ranked. 0: none.'),
  rankSize: z.number().int().min(3).max(9).default(4).describe('Responses in a ranking.'),
  rateTasks: z.number().int().min(0).max(100_000).default(0).describe('Responses of each new policy that are rated on their own. 0: none.'),
  ratePoints: z.number().int().min(2).max(9).default(5).describe('Points of the scale for each aspect of a rated response.'),
  leaseMinutes: z.number().min(0.05).max(1440).default(30).describe('How long an opened task stays with one person.'),
  amendMinutes: z
    .number()
    .int()
    .min(0)
    .max(525_600)
    .default(60)
    .describe('How long people may change an answer after they gave it. 0: not at all.'),
  ...checkFields,
  heldOutFraction: z.number().min(0).max(0.9).default(0.15).describe('Share of prompts kept out of training, for measuring.'),
  demonstrationTasks: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(60)
    .describe('Demonstration tasks made from the first prompts of the training split.'),
  aspects: names
    .default(['helpful', 'honest', 'harmless'])
    .describe('What responses are judged for one by one, with commas between. Empty: nothing.'),
  compareAspects: z.boolean().default(false).describe('Two responses are compared aspect by aspect, too, before the choice between them.'),
  demonstrateFromModel: z.boolean().default(true).describe('Who writes a response may start from a model’s answer, where there is one.'),
  safetyCategories: names
    .default(['violence', 'hate', 'sexual content', 'self-harm', 'crime', 'private data', 'dangerous advice'])
    .describe('Why a response can be unsafe, with commas between.'),
  redTeamModels: z
    .number()
    .int()
    .min(0)
    .max(26)
    .default(1)
    .describe(
      'How many of the newest models annotators may try to make fail: policies first, then SFT models, then the base model. 0: no red-teaming.',
    ),
  hideNames: z
    .boolean()
    .default(false)
    .describe('Who labelled is called by a number, the same everywhere, on every page and in every table about labels.'),
  minDemonstrations: z.number().int().min(1).default(8).describe('A round starts only with at least this many.'),
  minComparisons: z.number().int().min(1).default(16).describe('A round starts only with at least this many that are not ties.'),
  round: roundConfigSchema.prefault({}).describe('Hyperparameters that new rounds start from.'),
});
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;

/** Settings as stored; what a later version added gets its default. */
export const settingsOf = (stored: unknown): ProjectSettings => projectSettingsSchema.parse(stored);
const comparisonSettings = projectSettingsSchema.pick({ scalePoints: true, aspects: true }).strip();
/** Those that an answer to a comparison asks for, alone. */
export const comparisonSettingsOf = (stored: unknown) => comparisonSettings.parse(stored);
/** That one alone: every claim and every answer asks for it. */
export const leaseSecondsOf = (stored: unknown): number =>
  60 * projectSettingsSchema.shape.leaseMinutes.parse((stored as { leaseMinutes?: unknown }).leaseMinutes);
