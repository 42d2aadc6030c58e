/** Labels that were given elsewhere. Ids come from here, so that no statement depends on the order of returned rows. */
import { randomUUID } from 'node:crypto';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Db } from '../client';
import { demonstrations, preferences } from '../schema/labels';
import { responses } from '../schema/projects';

export type ImportedDemonstration = { promptId: string; text: string; idempotencyKey: string };
export type ImportedPreference = {
  promptId: string;
  chosen: string;
  rejected: string;
  chosenModel?: string;
  rejectedModel?: string;
  grade: number;
  scalePoints: number;
  idempotencyKey: string;
};

/** Which of these have been imported before. */
export async function knownImports(
  db: Db,
  table: 'demonstrations' | 'preferences',
  projectId: string,
  keys: string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const from = table === 'demonstrations' ? demonstrations : preferences;
  const rows = await db
    .select({ key: from.idempotencyKey })
    .from(from)
    .where(and(eq(from.projectId, projectId), isNull(from.userId), inArray(from.idempotencyKey, keys)));
  return new Set(rows.map((row) => row.key));
}

export async function insertImportedDemonstrations(db: Db, projectId: string, rows: ImportedDemonstration[]): Promise<void> {
  if (rows.length === 0) return;
  const withIds = rows.map((row) => ({ ...row, responseId: randomUUID() }));
  await db
    .insert(responses)
    .values(withIds.map((row) => ({ id: row.responseId, projectId, promptId: row.promptId, text: row.text, origin: 'imported' as const })));
  await db
    .insert(demonstrations)
    .values(withIds.map(({ promptId, responseId, idempotencyKey }) => ({ projectId, promptId, responseId, idempotencyKey })));
}

export async function insertImportedPreferences(db: Db, projectId: string, rows: ImportedPreference[]): Promise<void> {
  if (rows.length === 0) return;
  const withIds = rows.map((row) => ({ ...row, responseAId: randomUUID(), responseBId: randomUUID() }));
  const texts = withIds.flatMap((row) => [
    { id: row.responseAId, promptId: row.promptId, text: row.chosen, model: row.chosenModel },
    { id: row.responseBId, promptId: row.promptId, text: row.rejected, model: row.rejectedModel },
  ]);
  await db.insert(responses).values(texts.map((text) => ({ ...text, projectId, origin: 'imported' as const })));
  await db.insert(preferences).values(
    withIds.map(({ promptId, responseAId, responseBId, grade, scalePoints, idempotencyKey }) => ({
      projectId,
      promptId,
      responseAId,
      responseBId,
      grade,
      scalePoints,
      idempotencyKey,
    })),
  );
}
