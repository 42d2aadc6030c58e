/** A person's own questions, and that they have read what was answered. Nobody else's. */
import { z } from 'zod';
import { db } from '@/db/client';
import { listOwnQuestions, markSeen } from '@/db/queries/questions';
import { type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';
import type { OwnQuestion } from './question';

export const myQuestionsQuery = pageInputSchema.extend({ show: z.enum(['all', 'unseen']).default('all') });
const mySchema = myQuestionsQuery.extend({ projectId: z.uuid() });

/** Newest first. `unseen`: those whose answer they have not read. */
export async function myQuestions(actor: Actor, input: z.input<typeof mySchema>): Promise<Page<OwnQuestion>> {
  mustBeAble(actor, 'task.work');
  const { projectId, show, ...page } = parse(mySchema, input);
  return toPage(await listOwnQuestions(db(), { userId: actor.id, projectId, show }, page), page.limit);
}

export const seenSchema = z.object({ revision: z.number().int().min(0) });

/** The actor has read the answer as it was in this revision. */
export async function markAnswerSeen(actor: Actor, input: { questionId: string; revision: number }): Promise<void> {
  mustBeAble(actor, 'task.work');
  const { questionId, revision } = parse(seenSchema.extend({ questionId: z.uuid() }), input);
  await markSeen(db(), { id: questionId, userId: actor.id, revision });
}
