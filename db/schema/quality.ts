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
import { holdLevels, holdRules } from '../enums';
import { tasks } from './tasks';
import { users } from './people';
import { projects, prompts, responses } from './projects';

/** What a reviewer holds to be the right answer to a task of purpose `quiz` or `gold`. A task that was withdrawn keeps its row. */
export const knownAnswers = pgTable(
  'known_answers',
  {
    taskId: uuid()
      .primaryKey()
      .references(() => tasks.id),
    /** The sign of the right grade: 1 for response A, -1 for B, 0 for a tie. */
    expected: smallint().notNull(),
    explanation: text().notNull().default(''),
    /** Whether whoever answers is told what was expected, and why. */
    isExplained: boolean().notNull().default(true),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [check('known_answers_sign', sql`${t.expected} between -1 and 1`)],
);

/** Where a person stands with a project's entrance quiz; no row before anything was decided. */
export const qualifications = pgTable(
  'qualifications',
  {
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    passedAt: timestamp({ withTimezone: true }),
    /** How often they were let begin. */
    attempts: integer().notNull().default(1),
    /** Answers before it belong to earlier attempts; null in the first. */
    attemptFrom: timestamp({ withTimezone: true }),
    /** The reviewer who let them in whatever they answered. */
    overriddenBy: uuid().references(() => users.id),
    overriddenAt: timestamp({ withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.userId] })],
);

export const holdLevelEnum = pgEnum('hold_level', holdLevels);
export const holdRuleEnum = pgEnum('hold_rule', holdRules);

/** A person was warned or paused in a project, and what became of it. Rows stay: a rule counts anew from the last one of its kind. */
export const holds = pgTable(
  'holds',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    level: holdLevelEnum().notNull(),
    rule: holdRuleEnum().notNull(),
    /** What was measured and what is asked for, or the reviewer's reason: lib/quality/evidence.ts. */
    evidence: jsonb().notNull(),
    /** The reviewer; null for a rule. */
    startedBy: uuid().references(() => users.id),
    startedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** The reviewer who let them go on; null where it ended by itself, or another one followed. */
    endedBy: uuid().references(() => users.id),
    endedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    uniqueIndex('holds_one_open')
      .on(t.projectId, t.userId, t.level)
      .where(sql`ended_at is null`),
    index('holds_project_started').on(t.projectId, t.startedAt),
    index('holds_user').on(t.userId, t.projectId),
  ],
);

/**
 * A reviewer's decision on a pair that people disagree about, apart from what they answered: no figure about people reads it. Rows are never
 * updated; to decide anew, or to take a decision back, is a row that names the one it supersedes. What holds is the newest of a pair,
 * unless it takes back: queries/verdicts.ts.
 */
export const verdicts = pgTable(
  'verdicts',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    promptId: uuid()
      .notNull()
      .references(() => prompts.id),
    /** The one with the lower id. */
    responseAId: uuid()
      .notNull()
      .references(() => responses.id),
    responseBId: uuid()
      .notNull()
      .references(() => responses.id),
    /** As in `preferences`. */
    grade: smallint().notNull(),
    scalePoints: smallint().notNull(),
    isBothBad: boolean().notNull().default(false),
    /** The one that it supersedes holds no longer, and nothing in its place. */
    isTakenBack: boolean().notNull().default(false),
    reason: text().notNull().default(''),
    reviewerId: uuid()
      .notNull()
      .references(() => users.id),
    idempotencyKey: text().notNull(),
    supersedesId: uuid().references((): AnyPgColumn => verdicts.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('verdicts_idempotency_unique').on(t.reviewerId, t.idempotencyKey),
    // One chain a pair, and no row of it superseded twice.
    uniqueIndex('verdicts_pair_unique')
      .on(t.responseAId, t.responseBId)
      .where(sql`supersedes_id is null`),
    uniqueIndex('verdicts_supersedes_unique')
      .on(t.supersedesId)
      .where(sql`supersedes_id is not null`),
    index('verdicts_project_created').on(t.projectId, t.createdAt, t.id),
    index('verdicts_prompt').on(t.promptId),
    check('verdicts_pair_order', sql`${t.responseAId} < ${t.responseBId}`),
    check('verdicts_grade_range', sql`abs(${t.grade}) <= ${t.scalePoints} / 2`),
    check('verdicts_both_bad_is_tie', sql`not ${t.isBothBad} or ${t.grade} = 0`),
  ],
);
