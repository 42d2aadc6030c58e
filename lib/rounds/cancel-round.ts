/** Ends a round early. What waits is dropped at once; a running stage stops at its next step, and the round with it. */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { cancelJobs } from '@/db/queries/jobs';
import { notifyEvent, notifyJobs } from '@/db/queries/notify';
import { endRound, lockRound } from '@/db/queries/rounds';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';

export const roundIdSchema = z.object({ roundId: z.uuid() });

/** Asking again is harmless. @throws HeedError not_found; conflict when the round has ended */
export async function cancelRound(actor: Actor, input: z.input<typeof roundIdSchema>): Promise<{ state: 'cancelled' | 'stopping' }> {
  mustBeAble(actor, 'round.manage');
  const { roundId } = parse(roundIdSchema, input);
  return transaction(async (tx) => {
    const round = await lockRound(tx, roundId);
    if (!round) throw refusal('no-such-round');
    if (round.state !== 'running') throw refusal('round-ended', { number: round.number, state: round.state });
    const isStopping = await cancelJobs(tx, roundId);
    if (!isStopping) await endRound(tx, roundId, 'cancelled', null);
    await notifyJobs(tx);
    await notifyEvent(tx, { projectId: round.projectId, roundId, jobId: null });
    await audit(tx, actor, 'round.cancel', roundId);
    return { state: isStopping ? 'stopping' : 'cancelled' };
  });
}
