'use server';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { action } from '@/lib/auth/action';
import { startRound } from '@/lib/rounds/start-round';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import { read } from '../schema-form/fields';

const formSchema = z.preprocess(
  (posted) => ({ ...(posted as object), config: read(roundConfigSchema, posted as Record<string, unknown>, 'config') }),
  z.object({
    projectId: z.uuid(),
    seed: z.union([z.literal('').transform(() => undefined), z.coerce.number().int().min(0).max(2_147_483_647)]).optional(),
    config: roundConfigSchema,
  }),
);

export const startRoundAction = action(formSchema, 'round.manage', async (actor, input) => {
  const { roundId } = await startRound(actor, input);
  redirect(`/rounds/${roundId}`);
});
