/** Takes a response that a person wrote. Sending it twice, even at once, makes one row. The draft is gone afterwards. */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { findDemonstrationByKey, insertDemonstration } from '@/db/queries/demonstrations';
import { deleteDraft } from '@/db/queries/drafts';
import { completeLease } from '@/db/queries/leases';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { HeedError } from '@/lib/errors';
import { parse } from '@/lib/parse';
import { responseTextSchema } from '@/lib/prompts/text';
import type { SubmitDemonstrationResult } from './claim';
import { lockOwnLease, takeSeat } from './hold-lease';

export const demonstrationAnswerSchema = z.object({
  idempotencyKey: z.string().min(8).max(100),
  text: responseTextSchema,
  secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
});
export const submitDemonstrationSchema = demonstrationAnswerSchema.extend({ leaseId: z.uuid() });

/** @throws HeedError conflict as submitPreference does; the draft is kept then */
export async function submitDemonstration(
  actor: Actor,
  input: z.input<typeof submitDemonstrationSchema>,
): Promise<SubmitDemonstrationResult> {
  mustBeAble(actor, 'task.work');
  const { leaseId, ...answer } = parse(submitDemonstrationSchema, input);
  return transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId, 'demonstrate');
    const sent = await findDemonstrationByKey(tx, actor.id, answer.idempotencyKey);
    if (sent?.leaseId === leaseId) return { demonstrationId: sent.id, status: 'duplicate' };
    if (sent) throw new HeedError('invalid', 'This idempotencyKey belongs to another answer. Make a new one for each answer.');
    await takeSeat(tx, lease);
    const demonstrationId = await insertDemonstration(tx, {
      ...answer,
      projectId: lease.projectId,
      taskId: lease.taskId,
      leaseId,
      userId: actor.id,
      promptId: lease.promptId,
    });
    await completeLease(tx, leaseId);
    await deleteDraft(tx, actor.id, lease.taskId);
    await audit(tx, actor, 'demonstration.submit', demonstrationId, { taskId: lease.taskId });
    return { demonstrationId, status: 'accepted' };
  });
}
