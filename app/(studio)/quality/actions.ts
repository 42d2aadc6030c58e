'use server';
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { action } from '@/lib/auth/action';
import type { Actor } from '@/lib/auth/actor';
import { addKnownAnswer, addKnownAnswerSchema, removeKnownAnswer, removeKnownAnswerSchema } from '@/lib/quality/known-answers';
import { letGoOn, pausePerson, pauseSchema } from '@/lib/quality/holds';
import { overrideQualification, qualificationSchema, resetQualification } from '@/lib/quality/qualifications';

/** The page is read again after every change. */
const thenRefresh =
  <I, T>(useCase: (actor: Actor, input: I) => Promise<T>) =>
  async (actor: Actor, input: I): Promise<T> => {
    const result = await useCase(actor, input);
    revalidatePath('/quality');
    return result;
  };

const formSchema = addKnownAnswerSchema.extend({ isExplained: z.enum(['yes', 'no']).transform((told) => told === 'yes') });

export const addKnownAnswerAction = action(formSchema, 'quality.manage', thenRefresh(addKnownAnswer));
export const removeKnownAnswerAction = action(removeKnownAnswerSchema, 'quality.manage', thenRefresh(removeKnownAnswer));
export const overrideQualificationAction = action(qualificationSchema, 'quality.manage', thenRefresh(overrideQualification));
export const resetQualificationAction = action(qualificationSchema, 'quality.manage', thenRefresh(resetQualification));
export const pausePersonAction = action(pauseSchema, 'quality.manage', thenRefresh(pausePerson));
export const letGoOnAction = action(qualificationSchema, 'quality.manage', thenRefresh(letGoOn));
