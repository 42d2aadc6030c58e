import type { z } from 'zod';
import { db } from '@/db/client';
import type { Stage } from '@/db/enums';
import { stageSamplesOfRound } from '@/db/queries/stage-samples';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { roundIdSchema } from './cancel-round';
import type { StageSample } from '../training/contract';

/** Of each stage; all of them are kept, for later reward models to score. */
const shownSamples = 8;

/** A few of the answers that the round's models gave to held-out prompts after each stage. */
export async function stageSamplesOf(actor: Actor, input: z.input<typeof roundIdSchema>): Promise<(StageSample & { stage: Stage })[]> {
  mustBeAble(actor, 'round.view');
  return stageSamplesOfRound(db(), parse(roundIdSchema, input).roundId, shownSamples);
}
