import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { PromptSplit } from '../enums';
import { prompts, responses } from '../schema/projects';
import { isNewest, isSupersededText } from './amendments';

export type NewPrompt = { text: string; textHash: string; split: PromptSplit; source: string; isSampled: boolean };
export type StoredPrompt = { id: string; textHash: string; isNew: boolean };

/**
 * The id of every prompt, made where the project lacks it. A known prompt keeps split and source; it becomes a sampled one
 * when it is so now. No two rows may have one hash.
 */
export async function upsertPrompts(db: Db, projectId: string, rows: NewPrompt[]): Promise<StoredPrompt[]> {
  if (rows.length === 0) return [];
  // Always in the same order, so that two imports at once wait for each other instead of locking up.
  const sorted = rows.toSorted((a, b) => (a.textHash < b.textHash ? -1 : 1)).map((row) => ({ ...row, projectId }));
  return db
    .insert(prompts)
    .values(sorted)
    .onConflictDoUpdate({
      target: [prompts.projectId, prompts.textHash],
      set: { isSampled: sql`${prompts.isSampled} or excluded.is_sampled` },
    })
    .returning({ id: prompts.id, textHash: prompts.textHash, isNew: sql<boolean>`xmax = 0` });
}

/** A seeded draw of sampled prompts, the same for the same prompts and seed. */
export async function drawPrompts(
  db: Db,
  of: { projectId: string; split: PromptSplit; seed: number; limit: number; withoutPolicy?: string },
): Promise<{ promptId: string; text: string }[]> {
  const isNew = of.withoutPolicy
    ? sql`not exists (select from ${responses} r where r.prompt_id = ${prompts.id} and r.checkpoint_id = ${of.withoutPolicy})`
    : undefined;
  return db
    .select({ promptId: prompts.id, text: prompts.text })
    .from(prompts)
    .where(and(eq(prompts.projectId, of.projectId), eq(prompts.split, of.split), eq(prompts.isSampled, true), isNew))
    .orderBy(sql`md5(${prompts.textHash} || ${String(of.seed)}::text)`, asc(prompts.id))
    .limit(of.limit);
}

/** @param split without it, of both */
export async function countSampledPrompts(db: Db, projectId: string, split?: PromptSplit): Promise<number> {
  const ofSplit = split && eq(prompts.split, split);
  return db.$count(prompts, and(eq(prompts.projectId, projectId), eq(prompts.isSampled, true), ofSplit));
}

export async function findPrompt(db: Db, id: string) {
  const [row] = await db.select().from(prompts).where(eq(prompts.id, id));
  return row;
}

/** Newest first; without those that were emptied when a person was deleted. */
export async function listPrompts(db: Db, projectId: string, page: { cursor?: string; limit: number; search?: string }) {
  const { rows } = await db.execute<{
    id: string;
    text: string;
    split: PromptSplit;
    source: string;
    created_at: string;
    responses: number;
    comparisons: number;
  }>(sql`
    select p.id, p.text, p.split, p.source, p.created_at,
      (select count(*)::int from responses r where r.prompt_id = p.id and not ${isSupersededText('r')}) as responses,
      (select count(*)::int from preferences f where f.prompt_id = p.id and ${isNewest('preferences', 'f')}) as comparisons
    from prompts p
    where p.project_id = ${projectId} and p.text <> ''
      ${page.cursor ? sql`and (p.created_at, p.id) < (select created_at, id from prompts where id = ${page.cursor})` : sql``}
      ${page.search ? sql`and strpos(lower(p.text), ${page.search.toLowerCase()}) > 0` : sql``}
    order by p.created_at desc, p.id desc
    limit ${page.limit + 1}`);
  return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: new Date(created_at) }));
}

export async function promptTexts(db: Db, ids: string[]): Promise<Map<string, string>> {
  const rows = ids.length ? await db.select({ id: prompts.id, text: prompts.text }).from(prompts).where(inArray(prompts.id, ids)) : [];
  return new Map(rows.map((row) => [row.id, row.text]));
}
