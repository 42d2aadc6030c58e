/** What was written down about those who were deleted. */
import type { z } from 'zod';
import { db } from '@/db/client';
import { listDeletions as list } from '@/db/queries/deletions';
import { callPeople } from '@/db/queries/people';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { refusal } from '@/lib/refusals';
import type { DeletionChoice, DeletionReport } from './delete-person';
import { personSchema } from './disable-person';

/** `number`: what they are called from then on. */
export type Deleted = DeletionReport & { id: string; number: number; answers: DeletionChoice; deletedAt: Date };

/** Newest first. */
export async function listDeletions(actor: Actor): Promise<Deleted[]> {
  mustBeAble(actor, 'people.manage');
  return readDeletions();
}

/** What was written down when they were deleted. @throws HeedError not_found */
export async function getDeletion(actor: Actor, input: z.input<typeof personSchema>): Promise<Deleted> {
  mustBeAble(actor, 'people.manage');
  const [deletion] = await readDeletions(parse(personSchema, input).personId);
  if (!deletion) throw refusal('no-such-person');
  return deletion;
}

async function readDeletions(personId?: string): Promise<Deleted[]> {
  const rows = await list<DeletionReport & { answers: DeletionChoice }>(db(), personId);
  const called = await callPeople(db(), rows.map(({ id }) => id)); // prettier-ignore
  const numbers = new Map(called.map(({ id, number }) => [id, number]));
  return rows.map(({ id, deletedAt, report }) => ({ id, number: numbers.get(id)!, deletedAt, ...report }));
}
