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
  timestamp,
  uniqueIndex,
  uuid,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core';
import { leaseStates, taskKinds, taskPurposes, taskStates } from '../enums';
import { users } from './people';
import { projects, prompts, responses } from './projects';
import { rounds } from './training';

export const taskKindEnum = pgEnum('task_kind', taskKinds);
export const taskStateEnum = pgEnum('task_state', taskStates);
export const taskPurposeEnum = pgEnum('task_purpose', taskPurposes);
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
    purpose: taskPurposeEnum().notNull().default('work'),
    /** compare: the pair. rate: A alone. demonstrate: A where a person may start from a model's text. */
    responseAId: uuid().references(() => responses.id),
    responseBId: uuid().references(() => responses.id),
    /** rank: the three to nine responses, in the order in which they were drawn. */
    responseIds: uuid().array(),
    /** retest: the task that this person answered before, asked again. */
    retestOfId: uuid().references((): AnyPgColumn => tasks.id),
    /** The only person who may get it; null for everybody. */
    forUserId: uuid().references(() => users.id),
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
    // The claim statement walks this one: groups of equal (answers, priority), and in a group by id from a person's own starting point.
    index('tasks_claimable')
      .on(t.projectId, t.kind, t.answered, sql`(-priority)`, t.id)
      .where(sql`state = 'open' and purpose = 'work' and answered + leased < overlap`),
    // What measures people is short and looked up by purpose.
    index('tasks_checks')
      .on(t.projectId, t.kind, t.purpose)
      .where(sql`state = 'open' and purpose <> 'work'`),
    uniqueIndex('tasks_one_per_pair')
      .on(sql`least(response_a_id, response_b_id)`, sql`greatest(response_a_id, response_b_id)`)
      .where(sql`kind = 'compare' and purpose = 'work'`),
    uniqueIndex('tasks_one_demonstration_per_prompt')
      .on(t.promptId)
      .where(sql`kind = 'demonstrate' and purpose = 'work'`),
    // Nobody is asked the same thing a third time.
    uniqueIndex('tasks_one_repeat')
      .on(t.forUserId, t.retestOfId)
      .where(sql`purpose = 'retest'`),
    // As text: a label that the same migration adds to an enum cannot be compared with yet.
    check('tasks_rank_has_responses', sql`(${t.kind}::text = 'rank') = (coalesce(cardinality(${t.responseIds}), 0) between 3 and 9)`),
    check('tasks_rate_has_response', sql`${t.kind}::text <> 'rate' or ${t.responseAId} is not null`),
    index('tasks_project_created').on(t.projectId, t.createdAt, t.id),
    index('tasks_prompt').on(t.promptId),
  ],
);

/**
 * How many tasks for everybody there are, exact at any time. A trigger on `tasks` (see its migration) adds what a statement changed to
 * one of several rows, one that no other transaction is writing at the moment: nobody waits. The sum over `slot` is the count.
 */
export const taskCounts = pgTable(
  'task_counts',
  {
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    kind: taskKindEnum().notNull(),
    slot: smallint().notNull(),
    open: integer().notNull(),
    /** Open or done; withdrawn ones are not counted. */
    total: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.kind, t.slot] })],
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
      .where(sql`state not in ('released', 'expired')`),
    index('leases_user_active')
      .on(t.userId)
      .where(sql`state = 'active'`),
  ],
);
