import { z } from 'zod';
import { db } from '@/db/client';
import { findConversation, turnsOf } from '@/db/queries/conversations';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { toContent } from '@/lib/dataset/transcript';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { namesIn, type Names } from '@/lib/people/names';
import { decodingSchema } from '@/lib/training/hyperparameters';
import { lastExchange, type ConversationDetail, type ConversationSummary } from './conversation';

const getConversationSchema = z.object({ conversationId: z.uuid() });

/** The whole of one, whoever had it, with the model's name. @throws HeedError not_found */
export async function getConversation(actor: Actor, input: z.input<typeof getConversationSchema>): Promise<ConversationDetail> {
  mustBeAble(actor, 'data.view');
  const { conversationId } = parse(getConversationSchema, input);
  const row = await findConversation(db(), conversationId);
  if (!row) throw refusal('no-such-conversation');
  const turns = await turnsOf(db(), conversationId);
  const isTranscript = (lastExchange(turns)?.asked.length ?? 0) > 1;
  const correction =
    row.correction === null || row.promptId === null ? null : { text: toContent(row.correction, isTranscript), promptId: row.promptId };
  const names = await namesIn(row.projectId, [row.annotator]);
  return { ...toSummary(row, names), projectId: row.projectId, turns, decoding: decodingSchema.parse(row.decoding), correction };
}

type Row = Omit<ConversationSummary, 'annotator' | 'checkpoint'> & {
  annotator: string;
  checkpointId: string;
  checkpointKind: ConversationSummary['checkpoint']['kind'];
  roundNumber: number | null;
};

/** Names every field that leaves. */
export const toSummary = (row: Row, names: Names): ConversationSummary => ({
  id: row.id,
  outcome: row.outcome,
  category: row.category,
  severity: row.severity,
  notes: row.notes,
  annotator: names[row.annotator]!,
  checkpoint: { id: row.checkpointId, kind: row.checkpointKind, roundNumber: row.roundNumber },
  secondsOnTask: row.secondsOnTask,
  createdAt: row.createdAt,
  finishedAt: row.finishedAt,
});
