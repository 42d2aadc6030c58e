import { sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { TaskKind } from '../enums';
import { skips } from '../schema/labels';

/** A second skip of the same task changes reason and flag. */
export async function upsertSkip(db: Db, skip: { userId: string; taskId: string; isFlagged: boolean; reason: string }): Promise<void> {
  const { isFlagged, reason } = skip;
  await db
    .insert(skips)
    .values(skip)
    .onConflictDoUpdate({ target: [skips.userId, skips.taskId], set: { isFlagged, reason } });
}

type Row = { id: string; kind: TaskKind; promptId: string; promptText: string; flags: { userId: string; reason: string; at: string }[] };

/** Flagged tasks with everything that was said about them, the one flagged last first. */
export async function listFlaggedTasks(db: Db, of: { projectId: string; cursor?: string; limit: number }): Promise<Row[]> {
  const after = of.cursor
    ? sql`having (max(s.created_at), t.id) < (select max(created_at), task_id from skips where is_flagged and task_id = ${of.cursor} group by task_id)`
    : sql``;
  const { rows } = await db.execute<Row>(sql`
    select t.id, t.kind, p.id as "promptId", p.text as "promptText",
      json_agg(json_build_object('userId', s.user_id, 'reason', s.reason, 'at', s.created_at) order by s.created_at) as flags
    from skips s
    join tasks t on t.id = s.task_id
    join prompts p on p.id = t.prompt_id
    where s.is_flagged and t.project_id = ${of.projectId}
    group by t.id, p.id
    ${after}
    order by max(s.created_at) desc, t.id desc
    limit ${of.limit + 1}`);
  return rows;
}
