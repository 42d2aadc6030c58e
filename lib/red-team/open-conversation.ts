import { z } from 'zod';
import { db } from '@/db/client';
import { findOpenConversation, turnsOf } from '@/db/queries/conversations';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import type { Conversation } from './conversation';

const openConversationSchema = z.object({ projectId: z.uuid() });

/** The one that the actor has not finished in a project; null when there is none. */
export async function openConversation(actor: Actor, input: z.input<typeof openConversationSchema>): Promise<Conversation | null> {
  mustBeAble(actor, 'task.work');
  const { projectId } = parse(openConversationSchema, input);
  const row = await findOpenConversation(db(), { userId: actor.id, projectId });
  return row ? { id: row.id, modelId: row.checkpointId, outcome: row.outcome, turns: await turnsOf(db(), row.id) } : null;
}
