/** What annotators passed on with a word about what is wrong with it. */
import { z } from 'zod';
import { db } from '@/db/client';
import type { TaskKind } from '@/db/enums';
import { listFlaggedTasks as select } from '@/db/queries/skips';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';

export type FlaggedTask = {
  id: string;
  kind: TaskKind;
  promptId: string;
  promptText: string;
  flags: { person: string; reason: string; at: Date }[];
};

export const listFlaggedTasksSchema = pageInputSchema.extend({ projectId: z.uuid() });

/** The one flagged last first. */
export async function listFlaggedTasks(actor: Actor, input: z.input<typeof listFlaggedTasksSchema>): Promise<Page<FlaggedTask>> {
  mustBeAble(actor, 'data.view');
  const page = parse(listFlaggedTasksSchema, input);
  const { items, nextCursor } = toPage(await select(db(), page), page.limit);
  return { items: items.map((task) => ({ ...task, flags: task.flags.map((flag) => ({ ...flag, at: new Date(flag.at) })) })), nextCursor };
}
