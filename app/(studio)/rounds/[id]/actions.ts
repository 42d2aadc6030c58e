'use server';
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { action } from '@/lib/auth/action';
import { cancelRound } from '@/lib/rounds/cancel-round';

export const cancelRoundAction = action(z.object({ roundId: z.uuid() }), 'round.manage', async (actor, input) => {
  await cancelRound(actor, input);
  revalidatePath(`/rounds/${input.roundId}`);
});
