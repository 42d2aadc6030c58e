import { sql } from 'drizzle-orm';
import { index, integer, pgEnum, pgTable, primaryKey, smallint, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
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
    secondsOnTask: integer(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    finishedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    uniqueIndex('conversations_idempotency_unique').on(t.userId, t.idempotencyKey),
    index('conversations_user_open')
      .on(t.userId, t.projectId)
      .where(sql`outcome = 'open'`),
    index('conversations_project_created').on(t.projectId, t.createdAt, t.id),
  ],
);

/** What was said, in order; an assistant's turn is written when it is complete. */
export const conversationTurns = pgTable(
  'conversation_turns',
  {
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id),
    position: integer().notNull(),
    role: turnRoleEnum().notNull(),
    text: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.position] })],
);
