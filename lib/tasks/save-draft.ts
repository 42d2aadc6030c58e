/**
 * Keeps what a person has typed. `revision` is the one they typed over (0: none), so that a second tab is told about newer
 * text instead of overwriting it. Typing is working: it renews the lease. A lease that ran out loses its seat, never the text.
 */
import { z } from 'zod';
import { transaction, type Db } from '@/db/client';
import { findDraft, upsertDraft } from '@/db/queries/drafts';
import { extendLease } from '@/db/queries/leases';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { judgedTextSchema } from '@/lib/prompts/text';
import { leaseSecondsOf } from '@/lib/projects/settings';
import { textSources, type Claim } from './claim';
import { sourceOf, startedFrom } from './edit-response';
import { lockOwnLease, type HeldLease } from './hold-lease';

export const draftSchema = z.object({
  text: judgedTextSchema,
  revision: z.number().int().min(0),
  /** Which text it was started from, if any: a demonstration's `model`, or a response of the pair. */
  from: z.enum(textSources).nullable().default(null),
});
const saveDraftSchema = draftSchema.extend({ leaseId: z.uuid() });

/** @throws HeedError conflict with `details.newer` { text, revision }, or `details.reason` answered or skipped */
export async function saveDraft(actor: Actor, input: z.input<typeof saveDraftSchema>): Promise<{ revision: number }> {
  mustBeAble(actor, 'task.work');
  const { leaseId, text, revision, from } = parse(saveDraftSchema, input);
  return transaction(async (tx) => {
    const lease = await lockOwnLease(tx, actor, leaseId);
    if (lease.kind !== 'demonstrate' && lease.kind !== 'compare') throw refusal('nothing-to-write');
    if (lease.state === 'submitted' || lease.state === 'late' || lease.state === 'skipped')
      throw refusal(lease.state === 'skipped' ? 'skipped' : 'answered');
    const key = { userId: actor.id, taskId: lease.taskId };
    const saved = await upsertDraft(tx, { ...key, text, revision, startedFromId: startedFrom(lease, from) });
    if (saved === null) throw refusal('newer-draft', { newer: await newerDraft(tx, lease) });
    if (lease.state === 'active') await extendLease(tx, leaseId, leaseSecondsOf(lease.settings));
    return { revision: saved };
  });
}

/** As a claim says it. */
async function newerDraft(tx: Db, lease: HeldLease): Promise<Claim['draft']> {
  const { text, revision, startedFromId } = (await findDraft(tx, lease.userId, lease.taskId))!;
  return { text, revision, from: sourceOf(lease, startedFromId) };
}
