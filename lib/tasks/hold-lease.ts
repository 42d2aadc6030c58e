/**
 * Every answer goes through here: the lease is locked, and it is the actor's own. A lease that ran out or was given back gets its
 * seat again if the task still has one: then the work counts after all. Without a seat it came late.
 */
import type { Db } from '@/db/client';
import type { TaskKind } from '@/db/enums';
import { lockLease, reviveLease } from '@/db/queries/leases';
import { isUniqueViolation } from '@/db/violations';
import type { Actor } from '@/lib/auth/actor';
import { refusal } from '@/lib/refusals';
import { leaseSecondsOf } from '@/lib/projects/settings';

export type HeldLease = NonNullable<Awaited<ReturnType<typeof lockLease>>>;

/** @throws HeedError not_found; invalid when the lease is for another kind of task */
export async function lockOwnLease(tx: Db, actor: Actor, leaseId: string, kind?: TaskKind): Promise<HeldLease> {
  const lease = await lockLease(tx, leaseId, actor.id);
  if (!lease) throw refusal('no-such-task');
  if (kind && lease.kind !== kind) throw refusal('other-kind', { kind });
  return lease;
}

/**
 * Whether the task needs this answer: the lease has a seat, its own or a free one that it takes now. False when others have
 * answered in the meantime, or when the task was withdrawn. @throws HeedError conflict: answered, skipped or opened again
 */
export async function takeSeat(tx: Db, lease: HeldLease): Promise<boolean> {
  if (lease.state === 'submitted' || lease.state === 'late') throw refusal('answered');
  if (lease.state === 'skipped') throw refusal('skipped');
  if (lease.state === 'active') return lease.taskState !== 'withdrawn';
  return (await reviveLease(tx, lease.id, leaseSecondsOf(lease.settings))) !== null;
}

/** For transactions that change a lease's state: a person has one lease on a task, and the newer one is it. @throws HeedError conflict */
export async function orReopened<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!isUniqueViolation(cause, 'leases_task_user_unique')) throw cause;
    throw refusal('reopened', {}, { cause });
  }
}
