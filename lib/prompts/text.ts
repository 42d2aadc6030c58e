/** What a text may be, wherever it comes from: typed, sampled or imported. PostgreSQL cannot store U+0000. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fieldProblems } from '@/lib/field-problems';

const maxCharacters = 200_000;
const storable = z
  .string()
  .max(maxCharacters, `Longer than ${maxCharacters.toLocaleString('en')} characters.`)
  .refine((text) => !text.includes('\0'), fieldProblems.nullCharacter);

export const promptTextSchema = storable.refine((text) => text.trim() !== '', fieldProblems.emptyPrompt);
export const responseTextSchema = storable.refine((text) => text.trim() !== '', fieldProblems.emptyResponse);
/** A model may have answered nothing at all, and be judged for it. */
export const judgedTextSchema = storable;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
