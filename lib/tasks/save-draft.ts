/**
 * Keeps what a person has typed. `revision` is the one they typed over (0: none), so that a second tab is told about newer
 * text instead of overwriting it. Typing is working: it renews the lease. A lease that ran out loses its seat, never the text.
 */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { findDraft, upsertDraft } from '@/db/queries/drafts';
import { extendLease } from '@/db/queries/leases';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { HeedError } from '@/lib/errors';
import { parse } from '@/lib/parse';
import { judgedTextSchema } from '@/lib/prompts/text';
import { leaseSecondsOf } from '@/lib/projects/settings';
import { lockOwnLease } from './hold-lease';

export const draftSchema = z.object({ text: judgedTextSchema, revision: z.number().int().min(0) });
export const saveDraftSchema = draftSchema.extend({ leaseId: z.uuid() });

/** @throws HeedError conflict with `details.newer` { text, revision }, or `details.reason` answered or skipped */
export async function saveDraft(actor: Actor, input: z.input<typeof saveDraftSchema>): Promise<{ revision: number }> {
  mustBeAble(actor, 'task.work');
  const { leaseId, text, revision } = parse(saveDraftSchema, input);
  return transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId, 'demonstrate');
    if (lease.state === 'submitted' || lease.state === 'late' || lease.state === 'skipped')
      throw new HeedError('conflict', 'This task is finished; the draft was not saved.', {
        details: { reason: lease.state === 'skipped' ? 'skipped' : 'answered' },
      });
    const key = { userId: actor.id, taskId: lease.taskId };
    const saved = await upsertDraft(tx, { ...key, text, revision });
    if (saved === null)
      throw new HeedError('conflict', 'There is a newer draft of this response, probably from another tab.', {
        details: { newer: await findDraft(tx, key.userId, key.taskId) },
      });
    if (lease.state === 'active') await extendLease(tx, leaseId, leaseSecondsOf(lease.settings));
    return { revision: saved };
  });
}
