/**
 * The way in of every answer, of whichever kind: the lease is locked, a second sending is told from a first, and answer, seat
 * and audit row are written in one transaction.
 */
import { transaction, type Db } from '@/db/client';
import type { TaskKind } from '@/db/enums';
import { completeLease } from '@/db/queries/leases';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { HeedError } from '@/lib/errors';
import { lockOwnLease, takeSeat, type HeldLease } from './hold-lease';

type Answer = {
  leaseId: string;
  idempotencyKey: string;
  kind: TaskKind;
  /** What it is called in the audit log. */
  subject: 'preference' | 'demonstration';
  find(
    db: Db,
    userId: string,
    idempotencyKey: string,
  ): Promise<{ id: string; leaseId: string | null; supersedesId: string | null } | undefined>;
  /** Returns the new row's id. */
  insert(tx: Db, lease: HeldLease): Promise<string>;
};

/** @throws HeedError conflict with `details.reason` answered, skipped, reopened or late; invalid for a key used elsewhere */
export function submitAnswer(actor: Actor, answer: Answer): Promise<{ id: string; status: 'accepted' | 'duplicate' }> {
  const { leaseId, idempotencyKey, kind, subject } = answer;
  return transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId, kind);
    const sent = await answer.find(tx, actor.id, idempotencyKey);
    if (sent?.leaseId === leaseId && !sent.supersedesId) return { id: sent.id, status: 'duplicate' };
    if (sent) throw new HeedError('invalid', 'This idempotencyKey belongs to another answer. Make a new one for each answer.');
    await takeSeat(tx, lease);
    const id = await answer.insert(tx, lease);
    await completeLease(tx, leaseId);
    await audit(tx, actor, `${subject}.submit`, id, { taskId: lease.taskId });
    return { id, status: 'accepted' };
  });
}
