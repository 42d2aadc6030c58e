import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { TaskKind } from '../enums';
import { demonstrations, preferences } from '../schema/labels';
import { projects, prompts } from '../schema/projects';
import { isCounted } from './amendments';

const project = {
  id: projects.id,
  slug: projects.slug,
  name: projects.name,
  description: projects.description,
  guidelines: projects.guidelines,
  baseModel: projects.baseModel,
  settings: projects.settings,
  createdAt: projects.createdAt,
};

export async function findProject(db: Db, by: { id: string } | { slug: string }) {
  const isIt = 'id' in by ? eq(projects.id, by.id) : eq(projects.slug, by.slug);
  const [row] = await db.select(project).from(projects).where(isIt);
  return row;
}

/** The same, locked: rounds of one project start one after another. */
export async function lockProject(db: Db, id: string) {
  const [row] = await db.select(project).from(projects).where(eq(projects.id, id)).for('no key update');
  return row;
}

/** Kinds of which there are tasks. */
const taskKinds = sql<TaskKind[]>`array(
  select kind::text from task_counts where project_id = ${projects.id} group by kind having sum(total) > 0)`;

export async function listProjects(db: Db) {
  return db
    .select({ ...project, taskKinds })
    .from(projects)
    .where(isNull(projects.archivedAt))
    .orderBy(asc(projects.createdAt), asc(projects.id))
    .limit(200);
}

export async function insertProject(db: Db, row: typeof projects.$inferInsert) {
  const [inserted] = await db.insert(projects).values(row).returning(project);
  return inserted!;
}

export async function updateProject(
  db: Db,
  id: string,
  changes: { name?: string; description?: string; guidelines?: string; settings?: object },
) {
  const [row] = await db.update(projects).set(changes).where(eq(projects.id, id)).returning(project);
  return row;
}

export async function countProjectData(db: Db, id: string) {
  const heldOut = and(eq(prompts.projectId, id), eq(prompts.split, 'held_out'));
  const [allPrompts, heldOutPrompts, allDemonstrations, allComparisons] = await Promise.all([
    db.$count(prompts, eq(prompts.projectId, id)),
    db.$count(prompts, heldOut),
    db.$count(demonstrations, and(eq(demonstrations.projectId, id), isCounted('demonstrations'))),
    db.$count(preferences, and(eq(preferences.projectId, id), isCounted('preferences'))),
  ]);
  return { prompts: allPrompts, heldOutPrompts, demonstrations: allDemonstrations, comparisons: allComparisons };
}

/** One at a time, whoever calls: the demo project is made once. */
export async function lockDemoProject(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('heed demo project'))`);
}
