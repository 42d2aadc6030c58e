import type { z } from 'zod';
import { db } from '@/db/client';
import { annotatorsOfRound } from '@/db/queries/training-data';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { roundIdSchema } from './cancel-round';

/** Names, by id, of the people whose comparisons the round trains on. */
export async function annotatorsOf(actor: Actor, input: z.input<typeof roundIdSchema>): Promise<Record<string, string>> {
  mustBeAble(actor, 'round.view');
  const rows = await annotatorsOfRound(db(), parse(roundIdSchema, input).roundId);
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}
