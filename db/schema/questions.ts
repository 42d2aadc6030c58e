import { sql } from 'drizzle-orm';
import { boolean, check, customType, index, integer, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { conversations } from './conversations';
import { tasks } from './tasks';
import { users } from './people';
import { projects, prompts } from './projects';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/**
 * What a person asks about the item in front of them, and a reviewer's answer. As a precedent, question and answer can be found by everybody who
 * works in the project, without a name: queries/precedents.ts says what of the item comes with it.
 */
export const questions = pgTable(
  'questions',
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    /** Null once the person and their answers have been removed. */
    userId: uuid().references(() => users.id),
    /** The item: a task with its prompt, or a conversation. Null where it is there no more. */
    taskId: uuid().references(() => tasks.id),
    promptId: uuid().references(() => prompts.id),
    conversationId: uuid().references(() => conversations.id, { onDelete: 'set null' }),
    /** The responses in the order in which the person saw them. */
    responseIds: uuid().array().notNull().default([]),
    text: text().notNull(),
    idempotencyKey: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    answer: text(),
    answeredBy: uuid().references(() => users.id),
    answeredAt: timestamp({ withTimezone: true }),
    /** Counts what reviewers did to it: whoever writes says which state they have seen. */
    revision: integer().notNull().default(0),
    isPrecedent: boolean().notNull().default(false),
    /** Of the precedent; may be empty. */
    title: text().notNull().default(''),
    /** Who asked has read the answer as it is now. */
    seenAt: timestamp({ withTimezone: true }),
    /** Title before question before answer. "simple" knows no language, so it stems none: any language is searched by how words begin. */
    search: tsvector().generatedAlwaysAs(
      sql`setweight(to_tsvector('simple', regexp_replace(title, '[^[:alnum:]]+', ' ', 'g')), 'A') || setweight(to_tsvector('simple', regexp_replace(text, '[^[:alnum:]]+', ' ', 'g')), 'B') || setweight(to_tsvector('simple', regexp_replace(coalesce(answer, ''), '[^[:alnum:]]+', ' ', 'g')), 'C')`,
    ),
  },
  (t) => [
    uniqueIndex('questions_idempotency_unique').on(t.userId, t.idempotencyKey),
    index('questions_user').on(t.userId, t.projectId, t.createdAt),
    index('questions_open')
      .on(t.projectId, t.createdAt, t.id)
      .where(sql`answer is null`),
    index('questions_answered')
      .on(t.projectId, t.answeredAt, t.id)
      .where(sql`answer is not null`),
    index('questions_search')
      .using('gin', t.search)
      .where(sql`is_precedent`),
    index('questions_conversation')
      .on(t.conversationId)
      .where(sql`conversation_id is not null`),
    check('questions_answered_when', sql`(${t.answer} is null) = (${t.answeredAt} is null)`),
    check('questions_precedent_has_answer', sql`not ${t.isPrecedent} or ${t.answer} is not null`),
  ],
);

/** What reviewers note about a prompt and its responses, for each other: annotators see none of it. */
export const comments = pgTable(
  'comments',
  {
    id: uuid().primaryKey().defaultRandom(),
    promptId: uuid()
      .notNull()
      .references(() => prompts.id),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    text: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('comments_prompt').on(t.promptId, t.createdAt), index('comments_user').on(t.userId)],
);
