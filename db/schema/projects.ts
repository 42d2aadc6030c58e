import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core';
import { promptSplits, responseOrigins } from '../enums';
import { users } from './people';
import { checkpoints, jobs } from './training';

export const promptSplitEnum = pgEnum('prompt_split', promptSplits);
export const responseOriginEnum = pgEnum('response_origin', responseOrigins);

export const projects = pgTable(
  'projects',
  {
    id: uuid().primaryKey().defaultRandom(),
    slug: text().notNull(),
    name: text().notNull(),
    description: text().notNull().default(''),
    /** Markdown shown to annotators. */
    guidelines: text().notNull().default(''),
    /** Hugging Face folder of the base model, absolute, or `builtin`. */
    baseModel: text().notNull(),
    /** `projectSettingsSchema` in lib/projects/settings.ts. */
    settings: jsonb().notNull(),
    createdBy: uuid().references(() => users.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    archivedAt: timestamp({ withTimezone: true }),
  },
  (t) => [uniqueIndex('projects_slug_unique').on(t.slug)],
);

/** Every text that the guidelines have had, 1, 2, 3 …; the newest is the project's own. Which one an answer was given under follows from its time. */
export const guidelineVersions = pgTable(
  'guideline_versions',
  {
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    version: integer().notNull(),
    text: text().notNull(),
    createdBy: uuid().references(() => users.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.version] })],
);

/** The newest version of a project's guidelines that a person has opened. */
export const guidelineReads = pgTable(
  'guideline_reads',
  {
    userId: uuid()
      .notNull()
      .references(() => users.id),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    version: integer().notNull(),
    readAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.projectId] })],
);

export const prompts = pgTable(
  'prompts',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    text: text().notNull(),
    /** SHA-256 of the text: the same prompt enters a project once. */
    textHash: text().notNull(),
    split: promptSplitEnum().notNull(),
    source: text().notNull().default(''),
    /** Policies write responses for it. False for prompts that came along with imported demonstrations or comparisons. */
    isSampled: boolean().notNull().default(true),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('prompts_project_text_unique').on(t.projectId, t.textHash),
    // The prompts page and the sampler walk a project by key.
    index('prompts_project_created').on(t.projectId, t.createdAt, t.id),
  ],
);

export const responses = pgTable(
  'responses',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    promptId: uuid()
      .notNull()
      .references(() => prompts.id),
    text: text().notNull(),
    origin: responseOriginEnum().notNull(),
    /** The policy that wrote it; null unless origin is `policy`. */
    checkpointId: uuid().references((): AnyPgColumn => checkpoints.id),
    /** The model that wrote an imported text, where the import names it. */
    model: text(),
    /** The sampling job that wrote it; null unless origin is `policy`. */
    jobId: uuid().references((): AnyPgColumn => jobs.id),
    /** `decodingSchema` in lib/training/hyperparameters.ts: temperature, topK, topP, maxNewTokens, seed. */
    decoding: jsonb(),
    /** True when generation hit maxNewTokens before an end token. */
    isTruncated: boolean().notNull().default(false),
    tokenCount: integer(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    index('responses_prompt').on(t.promptId),
    index('responses_project_created').on(t.projectId, t.createdAt, t.id),
    index('responses_job')
      .on(t.jobId)
      .where(sql`${t.jobId} is not null`),
    index('responses_checkpoint')
      .on(t.checkpointId)
      .where(sql`${t.checkpointId} is not null`),
  ],
);
