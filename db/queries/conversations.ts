/**
 * Conversations in which people try to make a policy fail. What a person does with their own has the person in the WHERE; the lists and
 * details without one are for those who may see all.
 */
import { and, asc, desc, eq, inArray, isNull, ne, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { CheckpointKind, ConversationOutcome, TurnRole } from '../enums';
import { conversations, conversationTurns } from '../schema/conversations';
import { projects, responses } from '../schema/projects';
import { checkpoints, rounds } from '../schema/training';

export type TurnRow = { position: number; role: TurnRole; text: string; isTruncated: boolean };

export type UsableModel = { id: string; kind: CheckpointKind; roundNumber: number | null };

/** What writes text and has its files: policies, then SFT models, then the base model, each newest first. */
export async function listUsableModels(db: Db, projectId: string, limit: number): Promise<UsableModel[]> {
  return db
    .select({ id: checkpoints.id, kind: checkpoints.kind, roundNumber: rounds.number })
    .from(checkpoints)
    .leftJoin(rounds, eq(rounds.id, checkpoints.roundId))
    .where(and(eq(checkpoints.projectId, projectId), isNull(checkpoints.deletedAt), inArray(checkpoints.kind, ['policy', 'sft', 'base'])))
    .orderBy(
      sql`array_position(array['policy', 'sft', 'base'], ${checkpoints.kind}::text)`,
      desc(checkpoints.createdAt),
      desc(checkpoints.id),
    )
    .limit(limit);
}

/** The new row's id; undefined when the person has sent this key before, or has a conversation open in the project. */
export async function insertConversation(db: Db, row: typeof conversations.$inferInsert): Promise<string | undefined> {
  const [inserted] = await db.insert(conversations).values(row).onConflictDoNothing().returning({ id: conversations.id });
  return inserted?.id;
}

const own = {
  id: conversations.id,
  projectId: conversations.projectId,
  checkpointId: conversations.checkpointId,
  decoding: conversations.decoding,
  outcome: conversations.outcome,
  finishKey: conversations.finishKey,
};

export async function findOpenConversation(db: Db, of: { userId: string; projectId: string }) {
  const isIt = and(eq(conversations.userId, of.userId), eq(conversations.projectId, of.projectId), eq(conversations.outcome, 'open'));
  const [row] = await db.select(own).from(conversations).where(isIt);
  return row;
}

export async function findConversationByKey(db: Db, userId: string, idempotencyKey: string) {
  const [row] = await db
    .select(own)
    .from(conversations)
    .where(and(eq(conversations.userId, userId), eq(conversations.idempotencyKey, idempotencyKey)));
  return row;
}

/** The person's own, locked, with what the project says. */
export async function lockConversation(db: Db, id: string, userId: string) {
  const [row] = await db
    .select({ ...own, settings: projects.settings })
    .from(conversations)
    .innerJoin(projects, eq(projects.id, conversations.projectId))
    .where(and(eq(conversations.id, id), eq(conversations.userId, userId)))
    .for('no key update', { of: conversations });
  return row;
}

export async function turnsOf(db: Db, conversationId: string): Promise<TurnRow[]> {
  return db
    .select({
      position: conversationTurns.position,
      role: conversationTurns.role,
      text: conversationTurns.text,
      isTruncated: conversationTurns.isTruncated,
    })
    .from(conversationTurns)
    .where(eq(conversationTurns.conversationId, conversationId))
    .orderBy(asc(conversationTurns.position));
}

/** Lock the conversation first. A turn that is there already gets the new text. */
export async function putTurn(db: Db, turn: typeof conversationTurns.$inferInsert): Promise<void> {
  await db
    .insert(conversationTurns)
    .values(turn)
    .onConflictDoUpdate({ target: [conversationTurns.conversationId, conversationTurns.position], set: { text: turn.text } });
}

export type Finish = Pick<
  typeof conversations.$inferInsert,
  'outcome' | 'category' | 'severity' | 'notes' | 'demonstrationId' | 'finishKey' | 'secondsOnTask'
>;

/** Lock it first. */
export async function finishConversation(db: Db, id: string, finish: Finish): Promise<void> {
  await db
    .update(conversations)
    .set({ ...finish, finishedAt: sql`now()` })
    .where(eq(conversations.id, id));
}

/** Lock it first. */
export async function deleteConversation(db: Db, id: string): Promise<void> {
  await db.delete(conversationTurns).where(eq(conversationTurns.conversationId, id));
  await db.delete(conversations).where(eq(conversations.id, id));
}

/** A text that a policy wrote in a conversation, as a response that can be compared. */
export async function insertPolicyResponse(
  db: Db,
  row: Required<Pick<typeof responses.$inferInsert, 'projectId' | 'promptId' | 'text' | 'checkpointId' | 'decoding' | 'isTruncated'>>,
): Promise<string> {
  const [inserted] = await db
    .insert(responses)
    .values({ ...row, origin: 'policy' })
    .returning({ id: responses.id });
  return inserted!.id;
}

const view = {
  id: conversations.id,
  projectId: conversations.projectId,
  outcome: conversations.outcome,
  category: conversations.category,
  severity: conversations.severity,
  notes: conversations.notes,
  secondsOnTask: conversations.secondsOnTask,
  createdAt: conversations.createdAt,
  finishedAt: conversations.finishedAt,
  annotator: conversations.userId,
  checkpointId: conversations.checkpointId,
  checkpointKind: checkpoints.kind,
  roundNumber: rounds.number,
};

export type ConversationFilter = {
  projectId: string;
  outcome?: ConversationOutcome;
  category?: string;
  severity?: number;
  checkpointId?: string;
};

/** Without an outcome: those that have one. */
const filtered = ({ projectId, outcome, category, severity, checkpointId }: ConversationFilter): SQL | undefined =>
  and(
    eq(conversations.projectId, projectId),
    outcome ? eq(conversations.outcome, outcome) : ne(conversations.outcome, 'open'),
    category === undefined ? undefined : eq(conversations.category, category),
    severity === undefined ? undefined : eq(conversations.severity, severity),
    checkpointId === undefined ? undefined : eq(conversations.checkpointId, checkpointId),
  );

/** Newest first, with the first thing that was said and how many answers there were. */
export async function listConversations(db: Db, of: ConversationFilter, page: { cursor?: string; limit: number }) {
  const before = page.cursor
    ? sql`(${conversations.createdAt}, ${conversations.id}) < (select created_at, id from conversations where id = ${page.cursor})`
    : undefined;
  return db
    .select({
      ...view,
      opening: sql<string>`coalesce((select t.text from conversation_turns t where t.conversation_id = ${conversations.id} and t.position = 0), '')`,
      answers: sql<number>`(select count(*)::int from conversation_turns t where t.conversation_id = ${conversations.id} and t.role = 'assistant')`,
    })
    .from(conversations)
    .innerJoin(checkpoints, eq(checkpoints.id, conversations.checkpointId))
    .leftJoin(rounds, eq(rounds.id, checkpoints.roundId))
    .where(and(filtered(of), before))
    .orderBy(desc(conversations.createdAt), desc(conversations.id))
    .limit(page.limit + 1);
}

export type OutcomeCount = { outcome: ConversationOutcome; category: string | null; severity: number | null; count: number };

export async function countOutcomes(db: Db, of: ConversationFilter): Promise<OutcomeCount[]> {
  return db
    .select({
      outcome: conversations.outcome,
      category: conversations.category,
      severity: conversations.severity,
      count: sql<number>`count(*)::int`,
    })
    .from(conversations)
    .where(filtered(of))
    .groupBy(conversations.outcome, conversations.category, conversations.severity);
}

/** For those who may see all: the whole of one. */
export async function findConversation(db: Db, id: string) {
  const [row] = await db
    .select({ ...view, decoding: conversations.decoding, correction: responses.text, promptId: responses.promptId })
    .from(conversations)
    .innerJoin(checkpoints, eq(checkpoints.id, conversations.checkpointId))
    .leftJoin(rounds, eq(rounds.id, checkpoints.roundId))
    .leftJoin(responses, sql`${responses.id} = (select d.response_id from demonstrations d where d.id = ${conversations.demonstrationId})`)
    .where(eq(conversations.id, id));
  return row;
}
