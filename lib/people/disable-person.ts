/** Closes an account: no more sign-in, open sessions end with their next request. Labels stay. Can be undone. */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { lockAdmins, updateDisabled } from '@/db/queries/people';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import type { Person } from './person';

export const personSchema = z.object({ personId: z.uuid() });

export const disablePerson = (actor: Actor, input: z.input<typeof personSchema>): Promise<Person> => setDisabled(actor, input, true);
export const enablePerson = (actor: Actor, input: z.input<typeof personSchema>): Promise<Person> => setDisabled(actor, input, false);

async function setDisabled(actor: Actor, input: z.input<typeof personSchema>, isDisabled: boolean): Promise<Person> {
  mustBeAble(actor, 'people.manage');
  const { personId } = parse(personSchema, input);
  return transaction(async (tx) => {
    const admins = await lockAdmins(tx);
    if (isDisabled && admins.length === 1 && admins[0] === personId) throw refusal('only-admin');
    const person = await updateDisabled(tx, personId, isDisabled);
    if (!person) throw refusal('no-such-person');
    await audit(tx, actor, isDisabled ? 'person.disable' : 'person.enable', personId);
    return person;
  });
}
