/** The guidelines' versions, and who has read which. */
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { users } from '../schema/people';
import { guidelineReads, guidelineVersions } from '../schema/projects';

/** The next version. Lock the project first. */
export async function insertGuidelineVersion(
  db: Db,
  { projectId, text, createdBy }: { projectId: string; text: string; createdBy: string | null },
): Promise<void> {
  await db.insert(guidelineVersions).values({
    projectId,
    version: sql`(select coalesce(max(version), 0) + 1 from guideline_versions where project_id = ${projectId})`,
    text,
    createdBy,
  });
}

/** One version, by default the newest. */
export async function findGuidelines(db: Db, projectId: string, version?: number) {
  const [row] = await db
    .select({ version: guidelineVersions.version, text: guidelineVersions.text, createdAt: guidelineVersions.createdAt })
    .from(guidelineVersions)
    .where(and(eq(guidelineVersions.projectId, projectId), version === undefined ? undefined : eq(guidelineVersions.version, version)))
    .orderBy(desc(guidelineVersions.version))
    .limit(1);
  return row;
}

/** Newest first, the last hundred. */
export async function listGuidelineVersions(db: Db, projectId: string) {
  return db
    .select({ version: guidelineVersions.version, createdAt: guidelineVersions.createdAt, author: users.name })
    .from(guidelineVersions)
    .leftJoin(users, eq(users.id, guidelineVersions.createdBy))
    .where(eq(guidelineVersions.projectId, projectId))
    .orderBy(desc(guidelineVersions.version))
    .limit(100);
}

/** The newest version that the person has opened; 0 for none. */
export async function findReadVersion(db: Db, userId: string, projectId: string): Promise<number> {
  const [row] = await db
    .select({ version: guidelineReads.version })
    .from(guidelineReads)
    .where(and(eq(guidelineReads.userId, userId), eq(guidelineReads.projectId, projectId)));
  return row?.version ?? 0;
}

/** Only a version that there is. Who has read a newer one has read the older ones. */
export async function upsertRead(db: Db, userId: string, projectId: string, version: number): Promise<void> {
  await db.execute(sql`
    insert into guideline_reads (user_id, project_id, version)
    select ${userId}, project_id, version from guideline_versions where project_id = ${projectId} and version = ${version}
    on conflict (user_id, project_id) do update set version = excluded.version, read_at = now()
    where guideline_reads.version < excluded.version`);
}
