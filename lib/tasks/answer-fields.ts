/** What a person sends with an answer of whichever kind. */
import { z } from 'zod';

export const answerFields = {
  idempotencyKey: z.string().min(8).max(100),
  isFlagged: z.boolean().default(false),
  reason: z.string().trim().max(5000).default(''),
  secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
};
