import { z } from 'zod';
import { transaction } from '@/db/client';
import { deleteConversation, lockConversation, turnsOf } from '@/db/queries/conversations';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';

const discardConversationSchema = z.object({ conversationId: z.uuid() });

/** Drops a conversation of the actor's in which nothing was answered: there is nothing to judge in it. @throws HeedError not_found, conflict */
export async function discardConversation(actor: Actor, input: z.input<typeof discardConversationSchema>): Promise<void> {
  mustBeAble(actor, 'task.work');
  const { conversationId } = parse(discardConversationSchema, input);
  await transaction(async (tx) => {
    if (!(await lockConversation(tx, conversationId, actor.id))) throw refusal('no-such-conversation');
    if ((await turnsOf(tx, conversationId)).some(({ role }) => role === 'assistant')) throw refusal('model-has-answered');
    await deleteConversation(tx, conversationId);
    await audit(tx, actor, 'conversation.discard', conversationId);
  });
}
