/** Who may do what. Pure; pages use it to hide, use cases use it (through `mustBeAble`) to refuse. */
import type { Role } from '@/db/enums';
import { HeedError } from '@/lib/errors';
import type { Actor } from './actor';

const annotator = ['task.work'] as const;
const reviewer = [...annotator, 'round.view', 'data.view', 'data.export', 'lineage.view', 'quality.manage'] as const;
const admin = [...reviewer, 'round.manage', 'people.manage', 'project.manage'] as const;

export const permissions = admin;
export type Permission = (typeof permissions)[number];

const granted: Record<Role, readonly Permission[]> = { annotator, reviewer, admin };

export function can(actor: Pick<Actor, 'role'>, permission: Permission): boolean {
  return granted[actor.role].includes(permission);
}

const needed: Record<Permission, string> = {
  'task.work': 'label',
  'round.view': 'see rounds',
  'data.view': 'see the data',
  'data.export': 'export data',
  'lineage.view': 'see which model wrote what',
  'quality.manage': 'set known answers, or let people in',
  'round.manage': 'start or cancel rounds',
  'people.manage': 'invite and manage people',
  'project.manage': 'change projects',
};

/** @throws HeedError forbidden */
export function mustBeAble(actor: Actor, permission: Permission): void {
  if (can(actor, permission)) return;
  throw new HeedError('forbidden', `Your role (${actor.role}) may not ${needed[permission]}. Ask an admin to change your role.`);
}
