/** What annotators passed on with a word about what is wrong with it. */
import { z } from 'zod';
import { db } from '@/db/client';
import type { TaskKind } from '@/db/enums';
import { listFlaggedTasks as select } from '@/db/queries/skips';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';
import { namesIn, type Called } from '@/lib/people/names';

export type FlaggedTask = {
  id: string;
  kind: TaskKind;
  promptId: string;
  promptText: string;
  flags: { person: Called; reason: string; at: Date }[];
};

const listFlaggedTasksSchema = pageInputSchema.extend({ projectId: z.uuid() });

/** The one flagged last first. */
export async function listFlaggedTasks(actor: Actor, input: z.input<typeof listFlaggedTasksSchema>): Promise<Page<FlaggedTask>> {
  mustBeAble(actor, 'data.view');
  const page = parse(listFlaggedTasksSchema, input);
  const { items, nextCursor } = toPage(await select(db(), page), page.limit);
  const ids = items.flatMap(({ flags }) => flags.map(({ userId }) => userId));
  const names = await namesIn(page.projectId, ids);
  const flagged = items.map((task) => ({
    ...task,
    flags: task.flags.map(({ userId, reason, at }) => ({ person: names[userId]!, reason, at: new Date(at) })),
  }));
  return { items: flagged, nextCursor };
}
