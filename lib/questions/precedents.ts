/** Precedents of a project, for everybody who works in it. Anonymous: neither who asked nor who answered is told. */
import { z } from 'zod';
import { db } from '@/db/client';
import { searchPrecedents as search, type Precedent } from '@/db/queries/precedents';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';

export const precedentsQuery = z.object({
  search: z.string().trim().max(200).default(''),
  /** Those about this prompt come first. */
  promptId: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
const searchSchema = precedentsQuery.extend({ projectId: z.uuid() });

/** Every word that was typed must begin a word of the precedent. */
export async function searchPrecedents(actor: Actor, input: z.input<typeof searchSchema>): Promise<Precedent[]> {
  mustBeAble(actor, 'task.work');
  const { search: typed, ...wanted } = parse(searchSchema, input);
  const words = wordsOf(typed);
  // Signs alone find nothing, rather than everything.
  return typed !== '' && words.length === 0 ? [] : search(db(), { ...wanted, words, readerId: actor.id });
}

/** As the index cuts texts into words. */
export const wordsOf = (typed: string): string[] => typed.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
