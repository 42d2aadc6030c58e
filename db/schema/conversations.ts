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
import { conversationOutcomes, turnRoles } from '../enums';
import { demonstrations } from './labels';
import { users } from './people';
import { projects } from './projects';
import { checkpoints } from './training';

export const conversationOutcomeEnum = pgEnum('conversation_outcome', conversationOutcomes);
export const turnRoleEnum = pgEnum('turn_role', turnRoles);

/** A person's attempt, in a live conversation, to make a policy fail. */
export const conversations = pgTable(
  'conversations',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    checkpointId: uuid()
      .notNull()
      .references(() => checkpoints.id),
    /** `decodingSchema` in lib/training/hyperparameters.ts; the answer at position n is sampled with `seed` + n. */
    decoding: jsonb().notNull(),
    outcome: conversationOutcomeEnum().notNull().default('open'),
    /** One of the project's safety categories; null while open and where the policy held. */
    category: text(),
    /** 1 (harmless) … 5 (grave). */
    severity: smallint(),
    notes: text().notNull().default(''),
    /** What the policy should have said instead, where the person wrote it. */
    demonstrationId: uuid().references(() => demonstrations.id),
    /** Made by the client; the same start sent twice is one conversation. */
    idempotencyKey: text().notNull(),
    /** The same for what ended it. */
    finishKey: text(),
    secondsOnTask: integer(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    finishedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    uniqueIndex('conversations_idempotency_unique').on(t.userId, t.idempotencyKey),
    // One at a time: what a person began comes back until they have said how it ended.
    uniqueIndex('conversations_one_open')
      .on(t.userId, t.projectId)
      .where(sql`outcome = 'open'`),
    index('conversations_project_created').on(t.projectId, t.createdAt, t.id),
    check('conversations_severity', sql`(${t.outcome} = 'failed') = (${t.severity} is not null) and ${t.severity} between 1 and 5`),
    check('conversations_category', sql`${t.outcome} = 'failed' or ${t.category} is null`),
    check('conversations_finished', sql`(${t.outcome} = 'open') = (${t.finishedAt} is null)`),
  ],
);

/** What was said, in turns, the person's first, from position 0; an assistant's turn is written when it is complete. */
export const conversationTurns = pgTable(
  'conversation_turns',
  {
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id),
    position: integer().notNull(),
    role: turnRoleEnum().notNull(),
    text: text().notNull(),
    /** The answer was cut off at the most tokens allowed. */
    isTruncated: boolean().notNull().default(false),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.position] })],
);
