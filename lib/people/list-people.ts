import { db } from '@/db/client';
import { listInvitations as selectInvitations } from '@/db/queries/invitations';
import { callPeople, listPeople as selectPeople } from '@/db/queries/people';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page, type PageInput } from '@/lib/page';
import { parse } from '@/lib/parse';
import type { InvitationView, NumberedPerson } from './person';

/** Oldest account first. */
export async function listPeople(actor: Actor, input: PageInput = {}): Promise<Page<NumberedPerson>> {
  mustBeAble(actor, 'people.manage');
  const page = parse(pageInputSchema, input);
  const { items, nextCursor } = toPage(await selectPeople(db(), page), page.limit);
  const called = await callPeople(db(), items.map(({ id }) => id)); // prettier-ignore
  const numbers = new Map(called.map(({ id, number }) => [id, number]));
  return { items: items.map((one) => ({ ...one, number: numbers.get(one.id)! })), nextCursor };
}

/** Newest first; the links themselves cannot be shown again. */
export async function listInvitations(actor: Actor, input: PageInput = {}): Promise<Page<InvitationView>> {
  mustBeAble(actor, 'people.manage');
  const page = parse(pageInputSchema, input);
  return toPage(await selectInvitations(db(), page), page.limit);
}
