import type { z } from 'zod';
import { db } from '@/db/client';
import { findRound } from '@/db/queries/rounds';
import { annotatorsOfRound } from '@/db/queries/training-data';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { namesIn, type Names } from '@/lib/people/names';
import { roundIdSchema } from './cancel-round';

/** Those whose comparisons the round trains on, or was measured on. */
export async function annotatorsOf(actor: Actor, input: z.input<typeof roundIdSchema>): Promise<Names> {
  mustBeAble(actor, 'round.view');
  const { roundId } = parse(roundIdSchema, input);
  const round = await findRound(db(), roundId);
  if (!round) throw refusal('no-such-round');
  return namesIn(round.projectId, await annotatorsOfRound(db(), roundId));
}
