/** Who may do what. Pure; pages use it to hide, use cases use it (through `mustBeAble`) to refuse. */
import type { Role } from '@/db/enums';
import { refusal } from '@/lib/refusals';
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

/** @throws HeedError forbidden */
export function mustBeAble(actor: Actor, permission: Permission): void {
  if (can(actor, permission)) return;
  throw refusal('not-permitted', { role: actor.role, permission });
}
