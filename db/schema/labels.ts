import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core';
import { answerStandings } from '../enums';
import { users } from './people';
import { projects, prompts, responses } from './projects';
import { leases, tasks } from './tasks';

export const answerStandingEnum = pgEnum('answer_standing', answerStandings);

/** What every answer has, of whichever kind. */
const answer = {
  id: uuid().primaryKey().defaultRandom(),
  projectId: uuid()
    .notNull()
    .references(() => projects.id),
  taskId: uuid()
    .notNull()
    .references(() => tasks.id),
  leaseId: uuid().references(() => leases.id),
  userId: uuid()
    .notNull()
    .references(() => users.id),
  promptId: uuid()
    .notNull()
    .references(() => prompts.id),
  isFlagged: boolean().notNull().default(false),
  reason: text().notNull().default(''),
  standing: answerStandingEnum().notNull().default('counted'),
  idempotencyKey: text().notNull(),
  secondsOnTask: integer(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
};

/**
 * An order of three to nine responses. The pairs that it says stand in `preferences` besides, with its id, so that training,
 * export and statistics read one table of pairs. Rows are never updated: see queries/amendments.ts.
 */
export const rankings = pgTable(
  'rankings',
  {
    ...answer,
    /** As on the task. */
    responseIds: uuid().array().notNull(),
    /** Of each of them: 1 is the best; equal numbers are ties. */
    ranks: smallint().array().notNull(),
    /** The version that this one replaces. */
    supersedesId: uuid().references((): AnyPgColumn => rankings.id),
  },
  (t) => [
    uniqueIndex('rankings_idempotency_unique').on(t.userId, t.idempotencyKey),
    uniqueIndex('rankings_task_user_unique')
      .on(t.taskId, t.userId)
      .where(sql`supersedes_id is null`),
    uniqueIndex('rankings_supersedes_unique')
      .on(t.supersedesId)
      .where(sql`supersedes_id is not null`),
    index('rankings_user_created').on(t.userId, t.projectId, t.createdAt),
    index('rankings_project_created').on(t.projectId, t.createdAt, t.id),
    check('rankings_rank_each', sql`cardinality(${t.responseIds}) = cardinality(${t.ranks})`),
  ],
);

/** One response on its own: a grade an aspect, and what is unsafe about it. Rows are never updated: see queries/amendments.ts. */
export const ratings = pgTable(
  'ratings',
  {
    ...answer,
    responseId: uuid()
      .notNull()
      .references(() => responses.id),
    /** By the aspect's name, 1 (worst) … `scalePoints`. */
    aspects: jsonb().$type<Record<string, number>>().notNull(),
    scalePoints: smallint().notNull().default(5),
    /** Null where the person did not say; true with no category named is "safe". */
    isSafe: boolean(),
    /** The project's safety categories that it falls under. */
    safetyCategories: text().array().notNull().default([]),
    /** The version that this one replaces. */
    supersedesId: uuid().references((): AnyPgColumn => ratings.id),
  },
  (t) => [
    uniqueIndex('ratings_idempotency_unique').on(t.userId, t.idempotencyKey),
    uniqueIndex('ratings_task_user_unique')
      .on(t.taskId, t.userId)
      .where(sql`supersedes_id is null`),
    uniqueIndex('ratings_supersedes_unique')
      .on(t.supersedesId)
      .where(sql`supersedes_id is not null`),
    index('ratings_response').on(t.responseId),
    index('ratings_user_created').on(t.userId, t.projectId, t.createdAt),
    index('ratings_project_created').on(t.projectId, t.createdAt, t.id),
  ],
);

/** A judgement of a pair, in terms of response A and B, never of left and right. Rows are never updated: see queries/amendments.ts. */
export const preferences = pgTable(
  'preferences',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    /** null when imported, and so are lease and person; null also where a ranking or an edited text says it. */
    taskId: uuid().references(() => tasks.id),
    leaseId: uuid().references(() => leases.id),
    userId: uuid().references(() => users.id),
    promptId: uuid()
      .notNull()
      .references(() => prompts.id),
    responseAId: uuid()
      .notNull()
      .references(() => responses.id),
    responseBId: uuid()
      .notNull()
      .references(() => responses.id),
    /** -3 … 3 on the seven-point scale, -1 or 1 on the two-point one (imports): positive = A is better, 0 = tie. */
    grade: smallint().notNull(),
    /** Points on the scale that was shown: 7 has grades -3 … 3, 4 has -2, -1, 1, 2 (and 0 where a tie was said). */
    scalePoints: smallint().notNull().default(7),
    /** Judgements aspect by aspect, by the aspect's name, in the same terms as `grade`. */
    aspects: jsonb().$type<Record<string, number>>().notNull().default({}),
    standing: answerStandingEnum().notNull().default('counted'),
    /** One of the pairs that this ranking says. */
    rankingId: uuid().references(() => rankings.id),
    /** The pair of a text and the demonstration that a person made of it. */
    demonstrationId: uuid().references((): AnyPgColumn => demonstrations.id),
    isBothBad: boolean().notNull().default(false),
    isSwapped: boolean().notNull().default(false),
    isFlagged: boolean().notNull().default(false),
    reason: text().notNull().default(''),
    /** Made by the client; the same answer sent twice is one row. Imports: SHA-256 of the content. */
    idempotencyKey: text().notNull(),
    secondsOnTask: integer(),
    /** The version that this one replaces. */
    supersedesId: uuid().references((): AnyPgColumn => preferences.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('preferences_idempotency_unique').on(t.userId, t.idempotencyKey),
    uniqueIndex('preferences_import_unique')
      .on(t.projectId, t.idempotencyKey)
      .where(sql`user_id is null`),
    index('preferences_prompt').on(t.promptId),
    index('preferences_user_created').on(t.userId, t.projectId, t.createdAt),
    // One answer per person and task; what supersedes it hangs on it in one chain.
    uniqueIndex('preferences_task_user_unique')
      .on(t.taskId, t.userId)
      .where(sql`supersedes_id is null`),
    uniqueIndex('preferences_supersedes_unique')
      .on(t.supersedesId)
      .where(sql`supersedes_id is not null`),
    index('preferences_project_created').on(t.projectId, t.createdAt, t.id),
    index('preferences_ranking')
      .on(t.rankingId)
      .where(sql`ranking_id is not null`),
    index('preferences_demonstration')
      .on(t.demonstrationId)
      .where(sql`demonstration_id is not null`),
    check('preferences_grade_range', sql`abs(${t.grade}) <= ${t.scalePoints} / 2`),
    check('preferences_both_bad_is_tie', sql`not ${t.isBothBad} or ${t.grade} = 0`),
  ],
);

/** A response that a person wrote. The text itself is the response row. Rows are never updated: see queries/amendments.ts. */
export const demonstrations = pgTable(
  'demonstrations',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    /** null when imported, and where a better version of a compared response was written: then the lease tells the task. */
    taskId: uuid().references(() => tasks.id),
    leaseId: uuid().references(() => leases.id),
    userId: uuid().references(() => users.id),
    promptId: uuid()
      .notNull()
      .references(() => prompts.id),
    responseId: uuid()
      .notNull()
      .references(() => responses.id),
    /** The model's text that the person started from. */
    startedFromId: uuid().references(() => responses.id),
    standing: answerStandingEnum().notNull().default('counted'),
    idempotencyKey: text().notNull(),
    secondsOnTask: integer(),
    /** The version that this one replaces. */
    supersedesId: uuid().references((): AnyPgColumn => demonstrations.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('demonstrations_idempotency_unique').on(t.userId, t.idempotencyKey),
    uniqueIndex('demonstrations_import_unique')
      .on(t.projectId, t.idempotencyKey)
      .where(sql`user_id is null`),
    uniqueIndex('demonstrations_task_user_unique')
      .on(t.taskId, t.userId)
      .where(sql`supersedes_id is null`),
    uniqueIndex('demonstrations_supersedes_unique')
      .on(t.supersedesId)
      .where(sql`supersedes_id is not null`),
    // A claim asks whether a pair holds the claimant's own text.
    index('demonstrations_response').on(t.responseId),
    index('demonstrations_user_created').on(t.userId, t.projectId, t.createdAt),
    index('demonstrations_project_created').on(t.projectId, t.createdAt, t.id),
  ],
);

/** What a person has typed and not yet sent. `revision` lets a second tab see that it is behind instead of overwriting. */
export const drafts = pgTable(
  'drafts',
  {
    userId: uuid()
      .notNull()
      .references(() => users.id),
    taskId: uuid()
      .notNull()
      .references(() => tasks.id),
    text: text().notNull(),
    revision: integer().notNull().default(1),
    /** The model's text that it was begun with. */
    startedFromId: uuid().references(() => responses.id),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.taskId] })],
);

export const skips = pgTable(
  'skips',
  {
    userId: uuid()
      .notNull()
      .references(() => users.id),
    taskId: uuid()
      .notNull()
      .references(() => tasks.id),
    isFlagged: boolean().notNull().default(false),
    reason: text().notNull().default(''),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.taskId] }),
    index('skips_flagged')
      .on(t.createdAt)
      .where(sql`is_flagged`),
  ],
);
