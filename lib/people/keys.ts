/**
 * The keys that a person has chosen. They belong to the account, so they follow it to every browser. An action is known by its
 * page and by the key that it has by default; what is not named keeps that one.
 */
import { z } from 'zod';
import { db } from '@/db/client';
import { findKeys, updateKeys } from '@/db/queries/people';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { fieldProblems } from '@/lib/field-problems';

/** By page, and there by default key. */
export type ChosenKeys = Record<string, Record<string, string>>;

const pageSchema = z.string().regex(/^[a-z][a-z-]{0,39}$/, 'This is not the name of a page.');
/** Of a letter, its small form. */
const oneKey = z.string().regex(/^[^\s\p{C}\p{Lu}]$/u, fieldProblems.noKey);

export const keysOfPageSchema = z.object({
  keys: z
    .record(z.string().min(1).max(20), oneKey)
    .refine((keys) => Object.keys(keys).length <= 100, fieldProblems.tooManyKeys)
    .refine((keys) => new Set(Object.values(keys)).size === Object.keys(keys).length, fieldProblems.sameKey),
});
const saveKeysSchema = keysOfPageSchema.extend({ page: pageSchema });

export async function readKeys(actor: Actor): Promise<ChosenKeys> {
  mustBeAble(actor, 'task.work');
  return (await findKeys(db(), actor.id)) ?? {};
}

/** All of one page: what is not named has its default again. */
export async function saveKeys(actor: Actor, input: z.input<typeof saveKeysSchema>): Promise<void> {
  mustBeAble(actor, 'task.work');
  const { page, keys } = parse(saveKeysSchema, input);
  await updateKeys(db(), actor.id, page, keys);
}
