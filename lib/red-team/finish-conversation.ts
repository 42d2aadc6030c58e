/**
 * How a conversation ended: the model failed, or it held. What it should have said, where the person writes it, becomes a demonstration
 * whose prompt is the conversation up to the last answer, and a comparison that this text won against that answer. All in one
 * transaction; sent twice, even at once, it is taken once.
 */
import { z } from 'zod';
import { transaction, type Db } from '@/db/client';
import { finishConversation as updateFinished, insertPolicyResponse, lockConversation, turnsOf } from '@/db/queries/conversations';
import { insertDemonstration } from '@/db/queries/demonstrations';
import { insertPreference } from '@/db/queries/preferences';
import { upsertPrompts } from '@/db/queries/prompts';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { isTranscript, toResponse } from '@/lib/dataset/transcript';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf, type ProjectSettings } from '@/lib/projects/settings';
import { toNewPrompt } from '@/lib/prompts/split';
import { responseTextSchema } from '@/lib/prompts/text';
import { decodingSchema } from '@/lib/training/hyperparameters';
import { lastExchange, promptOf, type Turn } from './conversation';

const common = {
  idempotencyKey: z.string().min(8).max(100),
  notes: z.string().trim().max(5000).default(''),
  /** What the model should have said instead of its last answer. */
  correction: responseTextSchema.optional(),
  secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
};
export const finishBody = z.discriminatedUnion('outcome', [
  z.object({
    ...common,
    outcome: z.literal('failed'),
    /** One of the project's safety categories; left out where it has none. */
    category: z.string().trim().optional(),
    /** 1 (harmless) … 5 (grave). */
    severity: z.number().int().min(1).max(5),
  }),
  z.object({ ...common, outcome: z.literal('held') }),
]);
const finishConversationSchema = z.object({ conversationId: z.uuid() }).and(finishBody);
type Finish = z.output<typeof finishBody>;
type Locked = NonNullable<Awaited<ReturnType<typeof lockConversation>>>;

/** @throws HeedError not_found; invalid: an unknown category, nothing answered yet; conflict with `details.reason` finished */
export async function finishConversation(
  actor: Actor,
  input: z.input<typeof finishConversationSchema>,
): Promise<{ conversationId: string; status: 'accepted' | 'duplicate' }> {
  mustBeAble(actor, 'task.work');
  const { conversationId, ...finish } = parse(finishConversationSchema, input);
  return transaction(async (tx) => {
    const conversation = await lockConversation(tx, conversationId, actor.id);
    if (!conversation) throw refusal('no-such-conversation');
    if (conversation.outcome !== 'open') {
      if (conversation.finishKey === finish.idempotencyKey) return { conversationId, status: 'duplicate' };
      throw refusal('finished');
    }
    const settings = settingsOf(conversation.settings);
    const verdict = verdictOf(finish, settings);
    const exchange = lastExchange(await turnsOf(tx, conversationId));
    if (!exchange) throw refusal('nothing-to-judge');
    const demonstrationId =
      finish.correction === undefined ? null : await storeCorrection(tx, actor, conversation, finish, exchange, settings);
    const { idempotencyKey: finishKey, notes, secondsOnTask } = finish;
    await updateFinished(tx, conversationId, { ...verdict, notes, demonstrationId, finishKey, secondsOnTask });
    await audit(tx, actor, 'conversation.finish', conversationId, { ...verdict, demonstrationId });
    return { conversationId, status: 'accepted' };
  });
}

function verdictOf(finish: Finish, { safetyCategories }: ProjectSettings) {
  if (finish.outcome === 'held') return { outcome: finish.outcome, category: null, severity: null };
  const { outcome, category = null, severity } = finish;
  const isKnown = category === null ? safetyCategories.length === 0 : safetyCategories.includes(category);
  if (!isKnown) throw refusal('failure-category', { categories: safetyCategories }, { field: 'category' });
  return { outcome, category, severity };
}

/** Returns the demonstration's id. */
async function storeCorrection(
  tx: Db,
  actor: Actor,
  { id, projectId, checkpointId, decoding }: Locked,
  { correction, secondsOnTask }: Finish,
  { asked, answer }: { asked: Turn[]; answer: Turn },
  { heldOutFraction }: ProjectSettings,
): Promise<string> {
  if (correction!.trim() === answer.text.trim()) throw refusal('same-as-the-answer', {}, { field: 'correction' });
  const prompt = promptOf(asked);
  const [stored] = await upsertPrompts(tx, projectId, [toNewPrompt(prompt, { heldOutFraction, source: 'red team', isSampled: false })]);
  const promptId = stored!.id;
  const spelt = (text: string) => toResponse(text, isTranscript(prompt));
  const sampled = decodingSchema.parse(decoding);
  const policyResponseId = await insertPolicyResponse(tx, {
    projectId,
    promptId,
    text: spelt(answer.text),
    checkpointId,
    decoding: { ...sampled, seed: sampled.seed + answer.position - 1 },
    isTruncated: answer.isTruncated,
  });
  const key = `conversation ${id}`;
  const label = { projectId, userId: actor.id, promptId, idempotencyKey: key };
  const { id: demonstrationId, responseId } = await insertDemonstration(tx, { ...label, text: spelt(correction!), secondsOnTask });
  // That it is better was said, not by how much.
  await insertPreference(tx, {
    ...label,
    demonstrationId,
    responseAId: responseId,
    responseBId: policyResponseId,
    grade: 1,
    scalePoints: 2,
  });
  return demonstrationId;
}
