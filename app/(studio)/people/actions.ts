'use server';
import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { action } from '@/lib/auth/action';
import type { Actor } from '@/lib/auth/actor';
import { env } from '@/lib/env';
import { deletePerson, deletePersonSchema } from '@/lib/people/delete-person';
import { disablePerson, enablePerson, personSchema } from '@/lib/people/disable-person';
import { invite, inviteSchema } from '@/lib/people/invite';
import { revokeInvitation, revokeInvitationSchema } from '@/lib/people/revoke-invitation';
import { setRole, setRoleSchema } from '@/lib/people/set-role';

/** The list on the page is read again after every change. */
const thenRefresh =
  <I, T>(useCase: (actor: Actor, input: I) => Promise<T>) =>
  async (actor: Actor, input: I): Promise<T> => {
    const result = await useCase(actor, input);
    revalidatePath('/people');
    return result;
  };

const makeLink = thenRefresh(async (actor: Actor, input: Parameters<typeof invite>[1]) => {
  const { path, expiresAt } = await invite(actor, input);
  return { url: env().baseUrl + path, expiresAt };
});

export const inviteAction = action(inviteSchema, 'people.manage', (actor, { email, ...rest }) =>
  makeLink(actor, { ...rest, email: email ?? undefined }),
);
export const revokeInvitationAction = action(revokeInvitationSchema, 'people.manage', thenRefresh(revokeInvitation));
export const setRoleAction = action(setRoleSchema, 'people.manage', thenRefresh(setRole));
export const disablePersonAction = action(personSchema, 'people.manage', thenRefresh(disablePerson));
export const enablePersonAction = action(personSchema, 'people.manage', thenRefresh(enablePerson));
export const deletePersonAction = action(deletePersonSchema, 'people.manage', async (actor, input) => {
  await deletePerson(actor, input);
  revalidatePath('/people');
  redirect(`/people/${input.personId}/deleted`);
});
