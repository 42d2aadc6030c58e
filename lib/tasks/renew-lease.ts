/** More time for a task that somebody is still working on, also just after the time ran out if the task still needs them. */
import type { z } from 'zod';
import { transaction } from '@/db/client';
import { extendLease } from '@/db/queries/leases';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { leaseSecondsOf } from '@/lib/projects/settings';
import { lockOwnLease, takeSeat } from './hold-lease';
import { leaseSchema } from './release-task';

/** @throws HeedError conflict as submitPreference does */
export async function renewLease(actor: Actor, input: z.input<typeof leaseSchema>): Promise<{ expiresAt: Date }> {
  mustBeAble(actor, 'task.work');
  const { leaseId } = parse(leaseSchema, input);
  return transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId);
    await takeSeat(tx, lease);
    return { expiresAt: (await extendLease(tx, leaseId, leaseSecondsOf(lease.settings)))! };
  });
}
