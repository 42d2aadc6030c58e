/**
 * Takes a judgement of a pair. What a person saw on the left or right is turned into A and B here. Sending the same answer
 * twice, even at once, makes one row.
 */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { completeLease } from '@/db/queries/leases';
import { findPreferenceByKey, insertPreference } from '@/db/queries/preferences';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { HeedError } from '@/lib/errors';
import { parse } from '@/lib/parse';
import type { SubmitResult } from './claim';
import { lockOwnLease, takeSeat } from './hold-lease';

export const preferenceAnswerSchema = z
  .object({
    idempotencyKey: z.string().min(8).max(100),
    /** Positive: the LEFT response is better. */
    grade: z.number().int().min(-3).max(3),
    isBothBad: z.boolean().default(false),
    isFlagged: z.boolean().default(false),
    reason: z.string().trim().max(5000).default(''),
    secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
  })
  .refine((answer) => !answer.isBothBad || answer.grade === 0, { path: ['grade'], error: 'Both bad is a tie: send grade 0 with it.' });
export const submitPreferenceSchema = z.object({ leaseId: z.uuid() }).and(preferenceAnswerSchema);

/** @throws HeedError conflict with `details.reason` answered, skipped, reopened or late */
export async function submitPreference(actor: Actor, input: z.input<typeof submitPreferenceSchema>): Promise<SubmitResult> {
  mustBeAble(actor, 'task.work');
  const { leaseId, grade: leftGrade, ...answer } = parse(submitPreferenceSchema, input);
  return transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId, 'compare');
    const sent = await findPreferenceByKey(tx, actor.id, answer.idempotencyKey);
    if (sent?.leaseId === leaseId) return { preferenceId: sent.id, status: 'duplicate' };
    if (sent) throw new HeedError('invalid', 'This idempotencyKey belongs to another answer. Make a new one for each answer.');
    await takeSeat(tx, lease);
    const preferenceId = await insertPreference(tx, {
      ...answer,
      projectId: lease.projectId,
      taskId: lease.taskId,
      leaseId,
      userId: actor.id,
      promptId: lease.promptId,
      responseAId: lease.responseAId!,
      responseBId: lease.responseBId!,
      grade: lease.isSwapped && leftGrade !== 0 ? -leftGrade : leftGrade,
      isSwapped: lease.isSwapped,
    });
    await completeLease(tx, leaseId);
    await audit(tx, actor, 'preference.submit', preferenceId, { taskId: lease.taskId });
    return { preferenceId, status: 'accepted' };
  });
}
