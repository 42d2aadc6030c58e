import { z } from 'zod';
import { db } from '@/db/client';
import { listPrompts as selectPrompts } from '@/db/queries/prompts';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';
import type { PromptSummary } from './prompt';

const listPromptsSchema = pageInputSchema.extend({ projectId: z.uuid(), search: z.string().trim().max(200).optional() });

/** Newest first; `search` keeps those that contain it, whatever the case. */
export async function listPrompts(actor: Actor, input: z.input<typeof listPromptsSchema>): Promise<Page<PromptSummary>> {
  mustBeAble(actor, 'data.view');
  const { projectId, ...page } = parse(listPromptsSchema, input);
  return toPage(await selectPrompts(db(), projectId, page), page.limit);
}
