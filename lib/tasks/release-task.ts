/** Puts a task back unanswered, for anybody, this person too. The draft stays. */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { endLease } from '@/db/queries/leases';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { lockOwnLease } from './hold-lease';

export const leaseSchema = z.object({ leaseId: z.uuid() });

/** A lease that has ended stays as it is. */
export async function releaseTask(actor: Actor, input: z.input<typeof leaseSchema>): Promise<void> {
  mustBeAble(actor, 'task.work');
  const { leaseId } = parse(leaseSchema, input);
  await transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId);
    if (lease.state === 'active') await endLease(tx, leaseId, 'released');
  });
}
