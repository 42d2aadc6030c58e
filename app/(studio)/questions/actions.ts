'use server';
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { action } from '@/lib/auth/action';
import type { Actor } from '@/lib/auth/actor';
import { answerInputSchema, answerQuestion, withdrawInputSchema, withdrawPrecedent } from '@/lib/questions/answer';

/** The page is read again after every change. */
const thenRefresh =
  <I, T>(useCase: (actor: Actor, input: I) => Promise<T>) =>
  async (actor: Actor, input: I): Promise<T> => {
    const result = await useCase(actor, input);
    revalidatePath('/questions');
    return result;
  };

// A form sends texts.
const revision = z.coerce.number();
const formSchema = answerInputSchema.extend({ revision, isPrecedent: z.enum(['yes', 'no']).transform((chosen) => chosen === 'yes') });

export const answerQuestionAction = action(formSchema, 'quality.manage', thenRefresh(answerQuestion));
export const withdrawPrecedentAction = action(withdrawInputSchema.extend({ revision }), 'quality.manage', thenRefresh(withdrawPrecedent));
