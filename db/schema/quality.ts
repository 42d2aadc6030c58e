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
} from 'drizzle-orm/pg-core';
import { holdLevels, holdRules } from '../enums';
import { tasks } from './labels';
import { users } from './people';
import { projects } from './projects';

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
