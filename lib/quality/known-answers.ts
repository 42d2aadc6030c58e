/**
 * Pairs whose answer a reviewer knows: quiz items, which annotators get before any work, and gold items, which come among it. Each is a
 * task of its own, so that nobody's work is touched; it may show the pair of one.
 */
import { z } from 'zod';
import { db, transaction } from '@/db/client';
import { findPair, hasKnownAnswer, insertKnownAnswer, listKnownAnswers as list, withdrawKnownAnswer } from '@/db/queries/known-answers';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';

export const addKnownAnswerSchema = z.object({
  responseAId: z.uuid('Choose a response.'),
  responseBId: z.uuid('Choose a response.'),
  purpose: z.enum(['quiz', 'gold']),
  expected: z.enum(['a', 'b', 'tie']),
  explanation: z.string().trim().max(5000, 'At most 5,000 characters.').default(''),
  isExplained: z.boolean().default(true),
});

const signs = { a: 1, b: -1, tie: 0 } as const;

/** @throws HeedError invalid when the two are no pair; conflict when it is there already */
export async function addKnownAnswer(actor: Actor, input: z.input<typeof addKnownAnswerSchema>): Promise<{ taskId: string }> {
  mustBeAble(actor, 'quality.manage');
  const { expected, ...known } = parse(addKnownAnswerSchema, input);
  const createdBy = userIdOf(actor);
  if (!createdBy) throw refusal('account-needed');
  return transaction(async (tx) => {
    const pair = await findPair(tx, known.responseAId, known.responseBId);
    if (!pair) throw refusal('no-such-response');
    const { a, b } = pair;
    if (a.promptId !== b.promptId) throw refusal('other-prompt');
    if (a.text.trim() === b.text.trim()) throw refusal('same-text', {}, { field: 'responseBId' });
    if (await hasKnownAnswer(tx, known)) throw refusal('pair-exists');
    const { promptId, projectId } = a;
    const taskId = await insertKnownAnswer(tx, { ...known, promptId, projectId, createdBy, expected: signs[expected] });
    await audit(tx, actor, 'known-answer.add', taskId, { purpose: known.purpose, expected });
    return { taskId };
  });
}

export const removeKnownAnswerSchema = z.object({ taskId: z.uuid() });

/** @throws HeedError not_found */
export async function removeKnownAnswer(actor: Actor, input: z.input<typeof removeKnownAnswerSchema>): Promise<void> {
  mustBeAble(actor, 'quality.manage');
  const { taskId } = parse(removeKnownAnswerSchema, input);
  await transaction(async (tx) => {
    if (!(await withdrawKnownAnswer(tx, taskId))) throw refusal('pair-removed');
    await audit(tx, actor, 'known-answer.remove', taskId);
  });
}

const listKnownAnswersSchema = z.object({ projectId: z.uuid() });

/** Those that are given out, newest first. */
export async function listKnownAnswers(actor: Actor, input: z.input<typeof listKnownAnswersSchema>) {
  mustBeAble(actor, 'data.view');
  return list(db(), parse(listKnownAnswersSchema, input).projectId);
}
