/** More time for a task that somebody is still working on, also just after the time ran out if the task still needs them. */
import type { z } from 'zod';
import { transaction } from '@/db/client';
import { extendLease } from '@/db/queries/leases';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { leaseSecondsOf } from '@/lib/projects/settings';
import { lockOwnLease, orReopened, takeSeat } from './hold-lease';
import { leaseSchema } from './release-task';

/** @throws HeedError conflict with `details.reason` answered, skipped, reopened or late */
export async function renewLease(actor: Actor, input: z.input<typeof leaseSchema>): Promise<{ expiresAt: Date }> {
  mustBeAble(actor, 'task.work');
  const { leaseId } = parse(leaseSchema, input);
  const renewal = transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId);
    if (!(await takeSeat(tx, lease))) throw refusal('late');
    return { expiresAt: (await extendLease(tx, leaseId, leaseSecondsOf(lease.settings)))! };
  });
  return orReopened(renewal);
}
