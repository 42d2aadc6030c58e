import { db } from '@/db/client';
import { countProjectData, findProject } from '@/db/queries/projects';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import type { ProjectDetail } from './project';
import { settingsOf } from './settings';

/** @throws HeedError not_found */
export async function getProject(actor: Actor, slug: string): Promise<ProjectDetail> {
  mustBeAble(actor, 'round.view');
  const row = await findProject(db(), { slug });
  if (!row) throw unknownProject(slug);
  return { ...row, settings: settingsOf(row.settings), counts: await countProjectData(db(), row.id) };
}

/** For routes and commands that name a project by its slug. @throws HeedError not_found */
export async function projectIdOf(actor: Actor, slug: string): Promise<string> {
  mustBeAble(actor, 'task.work');
  const known = ids.get(slug);
  if (known) return known;
  const row = await findProject(db(), { slug });
  if (!row) throw unknownProject(slug);
  ids.set(slug, row.id);
  return row.id;
}

/** A project keeps its slug, and no project goes away. */
const ids = new Map<string, string>();

const unknownProject = (slug: string) => refusal('no-project-of-name', { slug });
