/** Passes on a task for good: the person does not get it again, others do. A flag asks reviewers to look at it. */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { endLease } from '@/db/queries/leases';
import { upsertSkip } from '@/db/queries/skips';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { lockOwnLease, orReopened } from './hold-lease';
import { fieldProblems } from '@/lib/field-problems';

export const skipAnswerSchema = z
  .object({ isFlagged: z.boolean().default(false), reason: z.string().trim().max(5000).default('') })
  .refine((skip) => !skip.isFlagged || skip.reason !== '', { path: ['reason'], error: fieldProblems.noFlagReason });
const skipTaskSchema = z.object({ leaseId: z.uuid() }).and(skipAnswerSchema);

export async function skipTask(actor: Actor, input: z.input<typeof skipTaskSchema>): Promise<void> {
  mustBeAble(actor, 'task.work');
  const { leaseId, isFlagged, reason } = parse(skipTaskSchema, input);
  const skip = transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId);
    if (lease.state === 'submitted' || lease.state === 'late') throw refusal('answered');
    if (lease.state !== 'skipped') await endLease(tx, leaseId, 'skipped');
    await upsertSkip(tx, { userId: actor.id, taskId: lease.taskId, isFlagged, reason });
    await audit(tx, actor, isFlagged ? 'task.flag' : 'task.skip', lease.taskId, { reason });
  });
  await orReopened(skip);
}
