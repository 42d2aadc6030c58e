/**
 * A person asks reviewers about the item in front of them: a task that they hold or held, or a conversation of theirs. Asking changes nothing
 * about the item. The same sent twice is one question. Checks take questions like all other items: a refusal would tell them apart.
 */
import { z } from 'zod';
import { transaction, type Db } from '@/db/client';
import { lockConversation } from '@/db/queries/conversations';
import { lockLease } from '@/db/queries/leases';
import { lockPerson } from '@/db/queries/people';
import { countWaiting, findQuestionByKey, insertQuestion } from '@/db/queries/questions';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import { refusal } from '@/lib/refusals';
import { shownOrder } from '@/lib/tasks/shown-order';
import { longestQuestion } from './question';
import { writingSchema } from './writing';

/** Of one person in one project. */
const mostWaiting = 20;

export const askSchema = z.object({ idempotencyKey: z.string().min(8).max(100), text: writingSchema(longestQuestion) });
const askAboutTaskSchema = askSchema.extend({ leaseId: z.uuid() });
const askAboutConversationSchema = askSchema.extend({ conversationId: z.uuid() });

export type AskResult = { questionId: string; status: 'accepted' | 'duplicate' };
type Item = { projectId: string; taskId?: string; promptId?: string; conversationId?: string; responseIds?: string[] };

/** @throws HeedError not_found; conflict with `details.reason` too-many-questions */
export async function askAboutTask(actor: Actor, input: z.input<typeof askAboutTaskSchema>): Promise<AskResult> {
  const { leaseId, ...question } = parse(askAboutTaskSchema, input);
  return ask(actor, question, async (tx) => {
    const lease = await lockLease(tx, leaseId, actor.id);
    if (!lease) throw refusal('no-such-task');
    const { projectId, taskId, promptId } = lease;
    return { projectId, taskId, promptId, responseIds: shownResponses(lease) };
  });
}

/** @throws HeedError not_found; conflict with `details.reason` too-many-questions */
export async function askAboutConversation(actor: Actor, input: z.input<typeof askAboutConversationSchema>): Promise<AskResult> {
  const { conversationId, ...question } = parse(askAboutConversationSchema, input);
  return ask(actor, question, async (tx) => {
    const conversation = await lockConversation(tx, conversationId, actor.id);
    if (!conversation) throw refusal('no-such-conversation');
    return { projectId: conversation.projectId, conversationId };
  });
}

async function ask(actor: Actor, question: z.output<typeof askSchema>, findItem: (tx: Db) => Promise<Item>): Promise<AskResult> {
  mustBeAble(actor, 'task.work');
  const userId = userIdOf(actor);
  if (!userId) throw refusal('account-needed');
  return transaction(async (tx) => {
    const sentBefore = async (): Promise<AskResult | null> => {
      const questionId = await findQuestionByKey(tx, userId, question.idempotencyKey);
      return questionId ? { questionId, status: 'duplicate' } : null;
    };
    // Sent again, it is known even where what it was about is gone.
    const known = await sentBefore();
    if (known) return known;
    const item = await findItem(tx);
    await lockPerson(tx, userId);
    const meanwhile = await sentBefore();
    if (meanwhile) return meanwhile;
    const { projectId } = item;
    if ((await countWaiting(tx, { userId, projectId })) >= mostWaiting) throw refusal('too-many-questions', { waiting: mostWaiting });
    const questionId = (await insertQuestion(tx, { ...question, ...item, userId }))!;
    await audit(tx, actor, 'question.ask', questionId, { projectId });
    return { questionId, status: 'accepted' };
  });
}

/** As the person sees them, from left to right or top to bottom. */
function shownResponses(lease: NonNullable<Awaited<ReturnType<typeof lockLease>>>): string[] {
  const { kind, taskId, userId, responseAId, responseBId, responseIds, isSwapped, settings } = lease;
  const pair = [responseAId, responseBId].filter((id) => id !== null);
  if (kind === 'compare') return isSwapped ? pair.toReversed() : pair;
  if (kind === 'rank') return shownOrder({ taskId, userId }, responseIds!.length).map((place) => responseIds![place]!);
  return kind === 'rate' || settingsOf(settings).demonstrateFromModel ? pair : [];
}
