'use server';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { action } from '@/lib/auth/action';
import { startRound } from '@/lib/rounds/start-round';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import { read } from '../schema-form/fields';
import { loraChoiceSchema, readLora, withLora } from '../schema-form/lora';

const formSchema = z.preprocess(
  (posted: Record<string, unknown>) => ({ ...posted, config: read(roundConfigSchema, posted, 'config'), lora: readLora(posted) }),
  z.object({
    projectId: z.uuid(),
    seed: z.union([z.literal('').transform(() => undefined), z.coerce.number().int().min(0).max(2_147_483_647)]).optional(),
    config: roundConfigSchema,
    lora: loraChoiceSchema,
  }),
);

export const startRoundAction = action(formSchema, 'round.manage', async (actor, { lora, config, ...input }) => {
  const { roundId } = await startRound(actor, { ...input, config: withLora(config, lora) });
  redirect(`/rounds/${roundId}`);
});
