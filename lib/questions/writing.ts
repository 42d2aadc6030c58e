/** What somebody writes in a question or an answer. PostgreSQL cannot store U+0000. */
import { z } from 'zod';
import { fieldProblems } from '@/lib/field-problems';

export const writingSchema = (longest: number, least = 1) =>
  z
    .string()
    .trim()
    .min(least)
    .max(longest)
    .refine((text) => !text.includes('\0'), fieldProblems.nullCharacter);
