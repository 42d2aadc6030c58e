/** Evidence as the database gives it back. */
import { z } from 'zod';
import { taskKinds } from '@/db/enums';
import type { Evidence } from './evidence';

const pace = { rule: z.literal('speed'), kind: z.enum(taskKinds), answers: z.number(), seconds: z.number(), least: z.number() };

const evidenceSchema: z.ZodType<Evidence> = z.union([
  z.object({ rule: z.literal('gold'), asked: z.number(), right: z.number(), minShare: z.number() }),
  z.object({ ...pace, by: z.literal('others'), usual: z.number() }),
  z.object({ ...pace, by: z.literal('length') }),
  z.object({ rule: z.literal('reviewer'), reason: z.string() }),
]);

export const evidenceOf = (stored: unknown): Evidence => evidenceSchema.parse(stored);
