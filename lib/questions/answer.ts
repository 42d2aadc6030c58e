/**
 * A reviewer answers a question, changes the answer, or withdraws a precedent. Whoever writes says which revision they have seen, so that nobody
 * writes over another's head; who asked has the answer to read again whenever its words change.
 */
import { z } from 'zod';
import { db, transaction, type Db } from '@/db/client';
import { countOpenQuestions, hasQuestion, listQuestions, withdrawPrecedent as withdraw, writeAnswer } from '@/db/queries/questions';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { can, mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';
import { namesIn } from '@/lib/people/names';
import { refusal } from '@/lib/refusals';
import { longestAnswer, longestTitle, type AskedQuestion } from './question';
import { writingSchema } from './writing';

export const questionsQuery = pageInputSchema.extend({ show: z.enum(['open', 'answered']).default('open') });
const listSchema = questionsQuery.extend({ projectId: z.uuid() });

/** Open ones, those that wait longest first; or answered ones, the newest answer first. */
export async function questionsToAnswer(actor: Actor, input: z.input<typeof listSchema>): Promise<Page<AskedQuestion>> {
  mustBeAble(actor, 'quality.manage');
  const { projectId, show, ...page } = parse(listSchema, input);
  const { items, nextCursor } = toPage(await listQuestions(db(), { projectId, isAnswered: show === 'answered' }, page), page.limit);
  const names = await namesIn(projectId, items.flatMap(({ userId, answeredBy }) => [userId ?? [], answeredBy ?? []].flat())); // prettier-ignore
  const called = (id: string | null) => (id === null ? null : names[id]!);
  return {
    items: items.map(({ userId, answeredBy, ...question }) => ({ ...question, person: called(userId), reviewer: called(answeredBy) })),
    nextCursor,
  };
}

/** Null for those who do not answer any. */
export async function openQuestions(actor: Actor, projectSlug: string): Promise<number | null> {
  return can(actor, 'quality.manage') ? countOpenQuestions(db(), projectSlug) : null;
}

const seen = { revision: z.number().int().min(0) };
export const answerSchema = z.object({
  ...seen,
  answer: writingSchema(longestAnswer),
  isPrecedent: z.boolean().default(true),
  title: writingSchema(longestTitle, 0).default(''),
});
export const answerInputSchema = answerSchema.extend({ questionId: z.uuid() });

/** @throws HeedError not_found; conflict with `details.reason` question-changed */
export async function answerQuestion(actor: Actor, input: z.input<typeof answerInputSchema>): Promise<{ questionId: string }> {
  const answeredBy = reviewerOf(actor);
  const { questionId, revision, ...answer } = parse(answerInputSchema, input);
  return transaction(async (tx) => {
    await mustBeUnchanged(tx, questionId, writeAnswer(tx, { id: questionId, revision }, { ...answer, answeredBy }));
    await audit(tx, actor, 'question.answer', questionId, { isPrecedent: answer.isPrecedent });
    return { questionId };
  });
}

export const withdrawSchema = z.object(seen);
export const withdrawInputSchema = withdrawSchema.extend({ questionId: z.uuid() });

/** Who asked keeps the answer; others find it no more. @throws HeedError as above */
export async function withdrawPrecedent(actor: Actor, input: z.input<typeof withdrawInputSchema>): Promise<{ questionId: string }> {
  reviewerOf(actor);
  const { questionId, revision } = parse(withdrawInputSchema, input);
  return transaction(async (tx) => {
    await mustBeUnchanged(tx, questionId, withdraw(tx, { id: questionId, revision }));
    await audit(tx, actor, 'precedent.withdraw', questionId);
    return { questionId };
  });
}

function reviewerOf(actor: Actor): string {
  mustBeAble(actor, 'quality.manage');
  const id = userIdOf(actor);
  if (!id) throw refusal('account-needed');
  return id;
}

async function mustBeUnchanged(tx: Db, id: string, writing: Promise<boolean>): Promise<void> {
  if (await writing) return;
  throw (await hasQuestion(tx, id)) ? refusal('question-changed') : refusal('no-such-question');
}
