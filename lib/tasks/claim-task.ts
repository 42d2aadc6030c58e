/**
 * Gives a person something to work on: the entrance quiz first, then a check that is due, else what they have open already, else the next
 * free task. A page that wants the next one in reserve names the leases that it shows or still has to send (`except`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { db, transaction } from '@/db/client';
import { taskKinds } from '@/db/enums';
import { claimCheck, claimTask as claim, hasClaimableTask, lockClaimant, type Claimant } from '@/db/queries/claim-task';
import { findActiveLeases, findWork, sweepExpiredLeases, type Work } from '@/db/queries/leases';
import { isUniqueViolation } from '@/db/violations';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { leaseSecondsOf, settingsOf } from '@/lib/projects/settings';
import { checkSettingsOf } from '@/lib/quality/check-settings';
import { evidenceOf } from '@/lib/quality/evidence-schema';
import { pausedRefusal } from '@/lib/quality/holds';
import { claimDueCheck, quizRefusal, quizStateOf } from '@/lib/quality/next-check';
import type { Claim } from './claim';
import { sourceOf } from './edit-response';
import { shownOrder } from './shown-order';
import { askedNow } from './submit-rating';

/** Nobody may hoard: what one holds, others cannot get. */
const maxOpen = 10;

export const claimSchema = z.object({ kind: z.enum(taskKinds), except: z.array(z.uuid()).max(100).default([]) });
const claimTaskSchema = claimSchema.extend({ projectId: z.uuid() });

/** A seat may be free on a task that somebody else is claiming or answering at this moment: then look again, a moment later. */
const maxLooks = 50;
const restMilliseconds = 20;

/** Seats of leases that ran out come back this soon, and at once when somebody finds nothing else. */
const sweepMilliseconds = 1000;
let sweptAt = 0;

/** Null when there is nothing (left) for this person. @throws HeedError with `details.reason` paused, not-qualified, quiz-first or quiz-waiting, too-many-open */
export async function claimTask(actor: Actor, input: z.input<typeof claimTaskSchema>): Promise<Claim | null> {
  mustBeAble(actor, 'task.work');
  const { except, ...task } = parse(claimTaskSchema, input);
  const by = { ...task, userId: actor.id };
  if (Date.now() - sweptAt > sweepMilliseconds) await sweep();
  for (let look = 0; look < maxLooks; look++) {
    const claim = await tryToClaim(actor, by, except);
    if (claim instanceof HeedError) throw claim;
    if (claim && claim !== 'taken') return claim;
    await sweep();
    if (claim !== 'taken' && !(await hasClaimableTask(db(), by))) return null;
    await sleep(restMilliseconds * Math.random());
  }
  return null;
}

async function sweep(): Promise<void> {
  sweptAt = Date.now();
  await sweepExpiredLeases(db());
}

/**
 * In a transaction of its own: what a look has locked must be free again before the next. Null too when the person has, at this very
 * moment, sent in an old answer to the task that they were about to get. `taken`: others have their hands on the quiz items that are left.
 * An error is why there is no work; it is not thrown, so that what was found out is kept.
 */
function tryToClaim(actor: Actor, by: Claimant, except: string[]): Promise<Claim | 'taken' | HeedError | null> {
  const look = transaction(async (tx) => {
    const claimant = await lockClaimant(tx, by);
    if (!claimant) throw refusal('account-needed');
    const { settings, hold, hasRepeat } = claimant;
    if (settings === null) throw refusal('no-such-project');
    if (hold?.level === 'paused') return pausedRefusal(hold.evidence);
    const open = await findActiveLeases(tx, by);
    const checks = checkSettingsOf(settings);
    const openPairs = by.kind === 'compare' ? open : await findActiveLeases(tx, { ...by, kind: 'compare' });
    const quiz = await quizStateOf(tx, actor, by, checks, openPairs);
    const isInQuiz = quiz.type !== 'qualified' && quiz.type !== 'passed';
    if (isInQuiz && by.kind !== 'compare') return quizRefusal(quiz);
    const forgotten = open.find((lease) => !except.includes(lease.leaseId) && (!isInQuiz || lease.purpose === 'quiz'));
    if (!forgotten && open.length >= maxOpen) throw refusal('too-many-open', { open: open.length });
    const wish = { ...by, leaseSeconds: leaseSecondsOf(settings) };
    if (isInQuiz) {
      if (quiz.type === 'failed') return quizRefusal(quiz);
      const item = forgotten ?? (quiz.type === 'ask' ? await claimCheck(tx, wish, 'quiz') : null);
      if (!item) return quiz.type === 'ask' ? 'taken' : quizRefusal(quiz);
      const before = open.filter(({ purpose, leaseId }) => purpose === 'quiz' && leaseId !== item.leaseId).length;
      const claim = toClaim((await findWork(tx, item.leaseId))!, { userId: by.userId, settings });
      return { ...claim, quiz: { number: Math.min(quiz.asked + before + 1, quiz.of), of: quiz.of } };
    }
    const lease =
      (open.length < maxOpen ? await claimDueCheck(tx, wish, checks, { open, hasRepeat }) : null) ?? forgotten ?? (await claim(tx, wish));
    if (!lease) return null;
    const work = (await findWork(tx, lease.leaseId))!;
    const warning = hold && { evidence: evidenceOf(hold.evidence), isBeforePause: checks.speedRule === 'pause' };
    return { ...toClaim(work, { userId: by.userId, settings }), ...(warning && { warning }) };
  });
  return look.catch((cause: unknown) => {
    if (!isUniqueViolation(cause, 'leases_task_user_unique')) throw cause;
    return null;
  });
}

/** Names every field that leaves: whatever else is known about a response stays here. */
function toClaim(work: Work, { userId, settings }: { userId: string; settings: unknown }): Claim {
  const claim: Claim = {
    lease: { id: work.leaseId, expiresAt: work.expiresAt },
    task: { id: work.taskId, kind: work.kind, prompt: { id: work.promptId, text: work.promptText } },
  };
  const { draft } = work;
  if (draft) claim.draft = { text: draft.text, revision: draft.revision, from: sourceOf(work, draft.startedFromId) };
  if (work.kind === 'demonstrate' && work.textA?.trim() && settingsOf(settings).demonstrateFromModel)
    claim.modelAnswer = { text: work.textA };
  if (work.kind === 'rank') {
    const texts = work.texts!;
    const responses = shownOrder({ taskId: work.taskId, userId }, texts.length).map((place) => ({ text: texts[place]! }));
    return { ...claim, rank: { responses } };
  }
  if (work.kind === 'rate') {
    return { ...claim, rate: { response: { text: work.textA! }, ...askedNow(settings) } };
  }
  if (work.kind !== 'compare') return claim;
  const a = { text: work.textA! };
  const b = { text: work.textB! };
  return { ...claim, compare: work.isSwapped ? { left: b, right: a } : { left: a, right: b } };
}
