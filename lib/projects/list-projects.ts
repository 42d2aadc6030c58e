import { db } from '@/db/client';
import { findProject, listProjects as selectProjects } from '@/db/queries/projects';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import type { ListedProject, ProjectSummary } from './project';
import { settingsOf } from './settings';

/** Oldest first, at most 200. Everybody who labels sees every project that is not archived. */
export async function listProjects(actor: Actor): Promise<ListedProject[]> {
  mustBeAble(actor, 'task.work');
  const rows = await selectProjects(db());
  return rows.map((row) => ({ ...toSummary(row), taskKinds: row.taskKinds }));
}

/** One of them, wherever it stands in the list. @throws HeedError not_found */
export async function projectSummary(actor: Actor, by: { id: string } | { slug: string }): Promise<ProjectSummary> {
  mustBeAble(actor, 'task.work');
  const row = await findProject(db(), by);
  if (!row) throw refusal('no-such-project');
  return toSummary(row);
}

type Row = Omit<ProjectSummary, 'labelling'> & { settings: unknown };

function toSummary({ id, slug, name, description, guidelines, settings, createdAt }: Row): ProjectSummary {
  const { scalePoints, aspects, compareAspects, safetyCategories, redTeamModels } = settingsOf(settings);
  return {
    id,
    slug,
    name,
    description,
    guidelines,
    labelling: { scalePoints, aspects, compareAspects, safetyCategories, redTeamModels },
    createdAt,
  };
}
