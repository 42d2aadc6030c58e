/**
 * A reviewer's verdict on a pair that people answered: a row apart from their answers, which stay as they are. Whoever decides says which
 * verdict they have seen, so that nobody decides over another's head; the same sent twice is one row.
 */
import { z } from 'zod';
import { db, transaction, type Db } from '@/db/client';
import { scales } from '@/db/enums';
import { findPair } from '@/db/queries/known-answers';
import { findVerdict, findVerdictByKey, hasCountedAnswers, insertVerdict, newestVerdict } from '@/db/queries/verdicts';
import { isUniqueViolation } from '@/db/violations';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { HeedError } from '@/lib/errors';
import { parse } from '@/lib/parse';
import { refusal } from '@/lib/refusals';
import { maxGrade } from '@/lib/tasks/scale';

const idempotencyKey = z.string().min(8).max(100);

export const verdictSchema = z
  .object({
    idempotencyKey,
    responseAId: z.uuid(),
    responseBId: z.uuid(),
    /** Positive: A is better. */
    grade: z.number().int(),
    scalePoints: z.literal(scales).default(7),
    isBothBad: z.boolean().default(false),
    reason: z.string().trim().max(5000).default(''),
    /** The verdict that is replaced; null where there was none to see. */
    supersedesId: z.uuid().nullable().default(null),
  })
  .refine((verdict) => !verdict.isBothBad || verdict.grade === 0, { path: ['grade'], error: 'Both bad is a tie: send grade 0 with it.' });
const decideSchema = z.object({ projectId: z.uuid() }).and(verdictSchema);

/** @throws HeedError conflict with `details.reason` decided (somebody did meanwhile) or pair-gone (no answer counts any more) */
export async function decidePair(actor: Actor, input: z.input<typeof decideSchema>): Promise<{ verdictId: string }> {
  const reviewerId = reviewerOf(actor);
  const { projectId, supersedesId, responseAId, responseBId, ...verdict } = parse(decideSchema, input);
  const max = maxGrade(verdict.scalePoints);
  if (Math.abs(verdict.grade) > max) throw refusal('off-scale', { scalePoints: verdict.scalePoints, max }, { field: 'grade' });
  return once(reviewerId, verdict.idempotencyKey, async (tx) => {
    const found = await findPair(tx, responseAId, responseBId);
    if (!found || found.a.projectId !== projectId || found.b.projectId !== projectId) throw refusal('no-such-response');
    const { a, b } = found;
    if (a.id === b.id || a.promptId !== b.promptId) throw refusal('other-prompt');
    const pair = a.id < b.id ? { responseAId: a.id, responseBId: b.id } : { responseAId: b.id, responseBId: a.id };
    // Never −0, which the column would take and nobody expects.
    const grade = (a.id < b.id ? verdict.grade : -verdict.grade) + 0;
    if (!(await hasCountedAnswers(tx, a.promptId, pair))) throw refusal('pair-gone');
    const newest = await newestVerdict(tx, pair);
    if ((newest && !newest.isTakenBack ? newest.id : null) !== supersedesId) throw refusal('decided');
    const of = { projectId, promptId: a.promptId, ...pair, reviewerId, supersedesId: newest?.id };
    const verdictId = await insertVerdict(tx, { ...verdict, ...of, grade });
    await audit(tx, actor, 'verdict.give', verdictId, { grade, isBothBad: verdict.isBothBad, supersedes: newest?.id });
    return verdictId;
  });
}

export const takeBackSchema = z.object({ idempotencyKey });
const takeBackInput = takeBackSchema.extend({ verdictId: z.uuid() });

/** The pair is undecided again. @throws HeedError not_found; conflict with `details.reason` decided when another one holds */
export async function takeBackVerdict(actor: Actor, input: z.input<typeof takeBackInput>): Promise<{ verdictId: string }> {
  const reviewerId = reviewerOf(actor);
  const { verdictId, idempotencyKey } = parse(takeBackInput, input);
  return once(reviewerId, idempotencyKey, async (tx) => {
    const verdict = await findVerdict(tx, verdictId);
    if (!verdict) throw refusal('no-such-verdict');
    const { id, projectId, promptId, responseAId, responseBId, scalePoints, isTakenBack } = verdict;
    if (isTakenBack || (await newestVerdict(tx, verdict))?.id !== id) throw refusal('decided');
    const of = { projectId, promptId, responseAId, responseBId, scalePoints, reviewerId, idempotencyKey, supersedesId: id };
    const takenBack = await insertVerdict(tx, { ...of, grade: 0, isTakenBack: true });
    await audit(tx, actor, 'verdict.take-back', takenBack, { supersedes: id });
    return takenBack;
  });
}

function reviewerOf(actor: Actor): string {
  mustBeAble(actor, 'quality.manage');
  const id = userIdOf(actor);
  if (!id) throw refusal('account-needed');
  return id;
}

/** What was sent before is found by its key, also where both arrive at once. */
async function once(reviewerId: string, key: string, write: (tx: Db) => Promise<string>): Promise<{ verdictId: string }> {
  const known = await findVerdictByKey(db(), reviewerId, key);
  if (known) return { verdictId: known.id };
  try {
    return { verdictId: await transaction(write) };
  } catch (cause) {
    const isRace = isUniqueViolation(cause, /^verdicts_/) || (cause instanceof HeedError && cause.details?.reason === 'decided');
    if (!isRace) throw cause;
    const same = await findVerdictByKey(db(), reviewerId, key);
    if (same) return { verdictId: same.id };
    throw refusal('decided', {}, { cause });
  }
}
