import { db } from '@/db/client';
import { listProjects as selectProjects } from '@/db/queries/projects';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import type { ProjectSummary } from './project';

/** Oldest first, at most 200. Everybody who labels sees every project that is not archived. */
export async function listProjects(actor: Actor): Promise<ProjectSummary[]> {
  mustBeAble(actor, 'task.work');
  const rows = await selectProjects(db());
  return rows.map(({ id, slug, name, description, guidelines, createdAt }) => ({ id, slug, name, description, guidelines, createdAt }));
}
