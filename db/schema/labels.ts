import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
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
import { leaseStates, taskKinds, taskStates } from '../enums';
import { users } from './people';
import { projects, prompts, responses } from './projects';
import { rounds } from './training';

export const taskKindEnum = pgEnum('task_kind', taskKinds);
export const taskStateEnum = pgEnum('task_state', taskStates);
export const leaseStateEnum = pgEnum('lease_state', leaseStates);

/**
 * One thing to judge or write. `answered` and `leased` are counters kept by the same statements that write answers and
 * leases, so that a claim can decide on this row alone: claimable while answered + leased < overlap.
 */
export const tasks = pgTable(
  'tasks',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    kind: taskKindEnum().notNull(),
    promptId: uuid()
      .notNull()
      .references(() => prompts.id),
    /** compare: the pair; null for demonstrate. */
    responseAId: uuid().references(() => responses.id),
    responseBId: uuid().references(() => responses.id),
    /** The round whose policy wrote the newest response; null for what came before any round. */
    roundId: uuid().references(() => rounds.id),
    state: taskStateEnum().notNull().default('open'),
    /** How many different people shall answer. */
    overlap: smallint().notNull().default(1),
    answered: smallint().notNull().default(0),
    leased: smallint().notNull().default(0),
    /** Higher first. */
    priority: integer().notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    check('tasks_counts', sql`${t.answered} >= 0 and ${t.leased} >= 0`),
    check('tasks_compare_has_pair', sql`(${t.kind} = 'compare') = (${t.responseAId} is not null and ${t.responseBId} is not null)`),
    // The last line of defence: no bug in a statement can hand out or take in more than was asked for.
    check('tasks_never_over_assigned', sql`${t.answered} + ${t.leased} <= ${t.overlap}`),
    // The claim statement walks this one: groups of equal (priority, answers), and in a group by id from a person's own starting point.
    index('tasks_claimable')
      .on(t.projectId, t.kind, sql`(-priority)`, t.answered, t.id)
      .where(sql`state = 'open' and answered + leased < overlap`),
    uniqueIndex('tasks_one_per_pair')
      .on(sql`least(response_a_id, response_b_id)`, sql`greatest(response_a_id, response_b_id)`)
      .where(sql`kind = 'compare'`),
    uniqueIndex('tasks_one_demonstration_per_prompt')
      .on(t.promptId)
      .where(sql`kind = 'demonstrate'`),
    index('tasks_project_created').on(t.projectId, t.createdAt, t.id),
    index('tasks_prompt').on(t.promptId),
  ],
);

/** A claim: `id` is the fencing token. An answer is taken only while its lease is `active` (or late and still needed). */
export const leases = pgTable(
  'leases',
  {
    id: uuid().primaryKey().defaultRandom(),
    taskId: uuid()
      .notNull()
      .references(() => tasks.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    state: leaseStateEnum().notNull().default('active'),
    /** compare: response B stands on the left. Drawn at the claim, so that a reload shows the same sides. */
    isSwapped: boolean().notNull().default(false),
    claimedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
    endedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('leases_expiring')
      .on(t.expiresAt)
      .where(sql`state = 'active'`),
    // A person never holds or answers the same task twice; after `released` or `expired` it may come back to them.
    uniqueIndex('leases_task_user_unique')
      .on(t.taskId, t.userId)
      .where(sql`state in ('active', 'submitted', 'skipped')`),
    index('leases_user_active')
      .on(t.userId)
      .where(sql`state = 'active'`),
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
    /** null when imported, and so are lease and person. */
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
    /** Points on the scale that was shown: 7 has grades -3 … 3. */
    scalePoints: smallint().notNull().default(7),
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
    check('preferences_grade_range', sql`abs(${t.grade}) <= (${t.scalePoints} - 1) / 2 or ${t.scalePoints} % 2 = 0`),
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
    /** null when imported. */
    taskId: uuid().references(() => tasks.id),
    leaseId: uuid().references(() => leases.id),
    userId: uuid().references(() => users.id),
    promptId: uuid()
      .notNull()
      .references(() => prompts.id),
    responseId: uuid()
      .notNull()
      .references(() => responses.id),
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
