import { z } from 'zod';
import { db } from '@/db/client';
import { conversationOutcomes } from '@/db/enums';
import { countOutcomes, listConversations as selectConversations, type OutcomeCount } from '@/db/queries/conversations';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';
import { namesIn } from '@/lib/people/names';
import { toSummary } from './get-conversation';
import type { ConversationListItem } from './conversation';

/** Everybody's, newest first; without an outcome those that have one. */
export const conversationQuery = pageInputSchema.extend({
  outcome: z.enum(conversationOutcomes).optional(),
  category: z.string().max(100).optional(),
  severity: z.coerce.number().int().min(1).max(5).optional(),
  checkpointId: z.uuid().optional(),
});
const listConversationsSchema = conversationQuery.extend({ projectId: z.uuid() });

export async function listConversations(actor: Actor, input: z.input<typeof listConversationsSchema>): Promise<Page<ConversationListItem>> {
  mustBeAble(actor, 'data.view');
  const { cursor, limit, ...filter } = parse(listConversationsSchema, input);
  const rows = await selectConversations(db(), filter, { cursor, limit });
  const page = toPage(rows, limit);
  const names = await namesIn(filter.projectId, page.items.map(({ annotator }) => annotator)); // prettier-ignore
  return { ...page, items: page.items.map((row) => ({ ...toSummary(row, names), opening: row.opening, answers: row.answers })) };
}

const outcomeCountsSchema = z.object({ projectId: z.uuid(), checkpointId: z.uuid().optional() });

/** How often each outcome, category and severity came, of all models or of one. */
export async function outcomeCounts(actor: Actor, input: z.input<typeof outcomeCountsSchema>): Promise<OutcomeCount[]> {
  mustBeAble(actor, 'data.view');
  return countOutcomes(db(), parse(outcomeCountsSchema, input));
}
