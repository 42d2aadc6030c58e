/** Changes what somebody may do; it takes effect with their next request. There is always an admin left. */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { roles } from '@/db/enums';
import { lockAdmins, updateRole } from '@/db/queries/people';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import type { Person } from './person';

export const setRoleSchema = z.object({ personId: z.uuid(), role: z.enum(roles) });

export async function setRole(actor: Actor, input: z.input<typeof setRoleSchema>): Promise<Person> {
  mustBeAble(actor, 'people.manage');
  const { personId, role } = parse(setRoleSchema, input);
  return transaction(async (tx) => {
    const admins = await lockAdmins(tx);
    if (role !== 'admin' && admins.length === 1 && admins[0] === personId) throw refusal('only-admin');
    const person = await updateRole(tx, personId, role);
    if (!person) throw refusal('no-such-person');
    await audit(tx, actor, 'person.set-role', personId, { role });
    return person;
  });
}
