/**
 * The way in of every answer, of whichever kind: the lease is locked, a second sending is told from a first, and answer, seat
 * and audit row are written in one transaction. Nothing that a person has done is thrown away: an answer that its task needs no
 * more is kept with the standing `late`. An answer to a task that measures the person is a `check`. What the answer means for the person
 * themselves is decided with it (lib/quality/apply-rules.ts).
 */
import { transaction, type Db } from '@/db/client';
import type { AnswerStanding, TaskKind } from '@/db/enums';
import { completeLease, endLease } from '@/db/queries/leases';
import { isUniqueViolation } from '@/db/violations';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { refusal } from '@/lib/refusals';
import { applyRules } from '@/lib/quality/apply-rules';
import { giveBackLeases } from '@/lib/quality/holds';
import type { SubmitStatus } from './claim';
import { lockOwnLease, orReopened, takeSeat, type HeldLease } from './hold-lease';

type Answer = {
  leaseId: string;
  idempotencyKey: string;
  kind: TaskKind;
  /** What it is called in the audit log. */
  subject: 'preference' | 'demonstration' | 'ranking' | 'rating';
  find(
    db: Db,
    userId: string,
    idempotencyKey: string,
  ): Promise<{ id: string; leaseId: string | null; supersedesId: string | null; standing: AnswerStanding } | undefined>;
  /** Returns the new row's id. */
  insert(tx: Db, lease: HeldLease, standing: AnswerStanding): Promise<string>;
};

type Submitted = { id: string; status: SubmitStatus; standing: AnswerStanding };

/** @throws HeedError conflict with `details.reason` answered, skipped or reopened; invalid for a key used elsewhere */
export async function submitAnswer(actor: Actor, answer: Answer): Promise<Submitted> {
  const { leaseId, idempotencyKey, kind, subject } = answer;
  let paused: Parameters<typeof giveBackLeases>[0] | undefined;
  const submission = transaction(async (tx): Promise<Submitted> => {
    const lease = await lockOwnLease(tx, actor, leaseId, kind);
    // An active lease has no answer yet; that the key is another answer's shows when the answer is written.
    const sent = lease.state === 'active' ? undefined : await answer.find(tx, actor.id, idempotencyKey);
    if (sent?.leaseId === leaseId && !sent.supersedesId)
      return { id: sent.id, status: sent.standing === 'late' ? 'late' : 'duplicate', standing: sent.standing };
    if (sent) throw anothersKey();
    const isNeeded = await takeSeat(tx, lease);
    const standing = !isNeeded ? 'late' : lease.purpose === 'work' ? 'counted' : 'check';
    // First, for it finds out whether the person has answered the task on another lease.
    if (!isNeeded) await endLease(tx, leaseId, 'late');
    const id = await answer.insert(tx, lease, standing);
    if (isNeeded) await completeLease(tx, leaseId);
    await audit(tx, actor, `${subject}.submit`, id, { taskId: lease.taskId, standing });
    if (await applyRules(tx, actor, lease)) paused = { projectId: lease.projectId, userId: actor.id };
    return { id, status: isNeeded ? 'accepted' : 'late', standing };
  });
  const submitted = await orReopened(submission).catch((cause: unknown) => {
    throw isUniqueViolation(cause, /_idempotency_unique$/) ? anothersKey(cause) : cause;
  });
  if (paused) await giveBackLeases(paused);
  return submitted;
}

const anothersKey = (cause?: unknown) => refusal('key-of-another-answer', {}, { cause });
