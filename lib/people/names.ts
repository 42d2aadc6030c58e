/**
 * What those who labelled are called, on every page and in every file about labels: by their names, or by numbers where the project hides
 * names or the reader asks for it; who was deleted has no name any more. The numbers stay the same everywhere.
 */
import { db } from '@/db/client';
import { callPeople } from '@/db/queries/people';
import { findProject } from '@/db/queries/projects';
import { settingsOf } from '@/lib/projects/settings';

/** The name is null where it is hidden. */
export type Called = { id: string; name: string | null; number: number };
/** By id. */
export type Names = Record<string, Called>;

/** @param asked hidden: also where the project shows names */
export async function namesIn(projectId: string, ids: readonly string[], asked: 'shown' | 'hidden' = 'shown'): Promise<Names> {
  const [people, isHidden] = await Promise.all([callPeople(db(), [...new Set(ids)]), areNamesHidden(projectId)]);
  return Object.fromEntries(people.map((one) => [one.id, isHidden || asked === 'hidden' ? { ...one, name: null } : one]));
}

async function areNamesHidden(projectId: string): Promise<boolean> {
  const project = await findProject(db(), { id: projectId });
  return project !== undefined && settingsOf(project.settings).hideNames;
}

/** @param hidden what to say for a number */
export const spoken = ({ name, number }: Called, hidden: (number: number) => string): string => name ?? hidden(number);
