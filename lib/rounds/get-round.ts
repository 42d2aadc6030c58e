import type { z } from 'zod';
import { db } from '@/db/client';
import { listCheckpoints } from '@/db/queries/checkpoints';
import { jobsOfRounds } from '@/db/queries/jobs';
import { findRound } from '@/db/queries/rounds';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import { roundIdSchema } from './cancel-round';
import type { RoundDetail } from './round';
import { readAlerts } from './round-alerts';

/** @throws HeedError not_found */
export async function getRound(actor: Actor, input: z.input<typeof roundIdSchema>): Promise<RoundDetail> {
  mustBeAble(actor, 'round.view');
  const { roundId } = parse(roundIdSchema, input);
  const row = await findRound(db(), roundId);
  if (!row) throw refusal('no-such-round');
  const { snapshotId: _snapshot, previousPolicyId: _previous, ...round } = row;
  const stages = (await jobsOfRounds(db(), [roundId])).map(({ roundId: _, ...stage }) => stage);
  const checkpoints = await listCheckpoints(db(), { roundId }, { limit: 100 });
  return { ...round, config: roundConfigSchema.parse(round.config), stages, checkpoints, alerts: await readAlerts(roundId) };
}
