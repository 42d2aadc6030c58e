/**
 * Every answer goes through here: the lease is locked, it is the actor's own, and it has a seat. A lease that ran out or was
 * given back gets its seat again if the task still has one: then the work counts after all.
 */
import type { Db } from '@/db/client';
import type { TaskKind } from '@/db/enums';
import { lockLease, reviveLease } from '@/db/queries/leases';
import { isUniqueViolation } from '@/db/violations';
import type { Actor } from '@/lib/auth/actor';
import { HeedError } from '@/lib/errors';
import { leaseSecondsOf } from '@/lib/projects/settings';

export type HeldLease = NonNullable<Awaited<ReturnType<typeof lockLease>>>;

/** @throws HeedError not_found; invalid when the lease is for another kind of task */
export async function lockOwnLease(tx: Db, actor: Actor, leaseId: string, kind?: TaskKind): Promise<HeldLease> {
  const lease = await lockLease(tx, leaseId, actor.id);
  if (!lease) throw new HeedError('not_found', 'You have no such task open. Get a new one.');
  if (kind && lease.kind !== kind) throw new HeedError('invalid', `This task is not of the kind "${kind}".`);
  return lease;
}

/** Makes sure that the lease has a seat. @throws HeedError conflict: answered or skipped before, or `details.reason` late */
export async function takeSeat(tx: Db, lease: HeldLease): Promise<void> {
  if (lease.state === 'active') return;
  if (lease.state === 'submitted')
    throw new HeedError('conflict', 'You have answered this task already.', { details: { reason: 'answered' } });
  if (lease.state === 'skipped') throw new HeedError('conflict', 'You have skipped this task.', { details: { reason: 'skipped' } });
  if (!(await revive(tx, lease)))
    throw new HeedError('conflict', 'This came too late: your time for the task had run out, and it has all the answers it needs.', {
      details: { reason: 'late' },
    });
}

async function revive(tx: Db, lease: HeldLease): Promise<boolean> {
  try {
    return (await reviveLease(tx, lease.id, leaseSecondsOf(lease.settings))) !== null;
  } catch (cause) {
    if (!isUniqueViolation(cause, 'leases_task_user_unique')) throw cause;
    throw new HeedError('conflict', 'You have opened this task again since; answer it there.', { cause, details: { reason: 'reopened' } });
  }
}
