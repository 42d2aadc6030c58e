import { z } from 'zod';
import { db } from '@/db/client';
import { countWork } from '@/db/queries/tasks';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import type { WorkProgress } from './claim';

const workProgressSchema = z.object({ projectId: z.uuid() });

/** What the actor has done in a project and what is left, per kind of task. A day begins at midnight of the database's clock. */
export async function workProgress(actor: Actor, input: z.input<typeof workProgressSchema>): Promise<WorkProgress> {
  mustBeAble(actor, 'task.work');
  const { projectId } = parse(workProgressSchema, input);
  const rows = await countWork(db(), { projectId, userId: actor.id });
  return Object.fromEntries(rows.map(({ kind, ...counts }) => [kind, counts])) as WorkProgress;
}
