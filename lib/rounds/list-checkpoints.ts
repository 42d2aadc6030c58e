import { z } from 'zod';
import { db } from '@/db/client';
import { listCheckpoints as selectCheckpoints } from '@/db/queries/checkpoints';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';
import type { CheckpointView } from './round';

const listCheckpointsSchema = pageInputSchema.extend({ projectId: z.uuid() });

/** A project's models, newest first, also those whose files are gone. */
export async function listCheckpoints(actor: Actor, input: z.input<typeof listCheckpointsSchema>): Promise<Page<CheckpointView>> {
  mustBeAble(actor, 'lineage.view');
  const { projectId, ...page } = parse(listCheckpointsSchema, input);
  return toPage(await selectCheckpoints(db(), { projectId }, page), page.limit);
}
