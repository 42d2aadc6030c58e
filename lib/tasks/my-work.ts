/** What a person has done in a project: the history of their own answers, and how many there are. Nobody else's, no comparison with others. */
import { z } from 'zod';
import { db } from '@/db/client';
import { answerKinds } from '@/db/enums';
import { countMyAnswers, listMyAnswers, type MyAnswerRow, type MyCounts } from '@/db/queries/my-work';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';

/** That an answer measured its author is not told. */
export type MyAnswer = Omit<MyAnswerRow, 'standing'> & { isLate: boolean };

export const myWorkQuerySchema = pageInputSchema.extend({ search: z.string().trim().max(200).optional() });
const myWorkSchema = myWorkQuerySchema.extend({ projectId: z.uuid() });

/** Newest first; `search` keeps those whose prompt, own text or reason contains it, whatever the case. */
export async function listMyWork(actor: Actor, input: z.input<typeof myWorkSchema>): Promise<Page<MyAnswer>> {
  mustBeAble(actor, 'task.work');
  const { projectId, ...page } = parse(myWorkSchema, input);
  const rows = await listMyAnswers(db(), { userId: actor.id, projectId }, page);
  return toPage(
    rows.map(({ standing, ...row }) => ({ ...row, isLate: standing === 'late' })),
    page.limit,
  );
}

/** By kind, those that the person has given at all; a day begins at midnight of the database's clock, a week on Monday. */
export async function countMyWork(actor: Actor, { projectId }: { projectId: string }): Promise<MyCounts[]> {
  mustBeAble(actor, 'task.work');
  const rows = await countMyAnswers(db(), { userId: actor.id, projectId });
  return answerKinds.flatMap((kind) => rows.filter((row) => row.kind === kind));
}
