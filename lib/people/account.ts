/** What an account needs, wherever it is made. Lengths keep scrypt and the pages sane. */
import { z } from 'zod';
import { fieldProblems } from '@/lib/field-problems';

export const nameSchema = z.string().trim().min(1, 'Enter a name.').max(100, 'At most 100 characters.');
export const emailSchema = z.string().trim().max(254, 'At most 254 characters.').pipe(z.email(fieldProblems.noMail));
export const passwordSchema = z.string().min(10, 'At least 10 characters.').max(200, 'At most 200 characters.');
