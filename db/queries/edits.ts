/**
 * The pairs that a rewritten text makes: it is better than the response that it was made of and, where that one was chosen over another,
 * than the other. They stand in `preferences` without a task, with the demonstration's id; how much better nobody said (two points).
 */
import { sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { AnswerStanding } from '../enums';
import { isNewest } from './amendments';

const columns = sql`(project_id, lease_id, user_id, prompt_id, response_a_id, response_b_id, grade, scale_points, standing, demonstration_id,
  idempotency_key, supersedes_id)`;

export async function insertEditPairs(
  db: Db,
  { demonstrationId, over, standing }: { demonstrationId: string; over: string[]; standing: AnswerStanding },
): Promise<void> {
  await db.execute(sql`
    insert into preferences ${columns}
    select d.project_id, d.lease_id, d.user_id, d.prompt_id, d.response_id, worse.id, 1, 2, ${standing}, d.id, gen_random_uuid()::text, null
    from demonstrations d, unnest(${sql.param(over)}::uuid[]) as worse(id) where d.id = ${demonstrationId}`);
}

/** The rewritten text was amended: the same pairs, with the new text. */
export async function moveEditPairs(db: Db, demonstrationId: string, newDemonstrationId: string): Promise<void> {
  await db.execute(sql`
    insert into preferences ${columns}
    select x.project_id, x.lease_id, x.user_id, x.prompt_id, d.response_id, x.response_b_id, x.grade, x.scale_points, x.standing, d.id,
      gen_random_uuid()::text, x.id
    from preferences x, demonstrations d
    where x.demonstration_id = ${demonstrationId} and ${isNewest('preferences', 'x')} and d.id = ${newDemonstrationId}`);
}

/**
 * The judgement that a text was rewritten after has been amended. That the text is better than the response that was chosen stands by
 * itself; that it is better than the other followed from the choice: withdrawn where the other is the better one now, and counted again
 * where it is no longer. Locks the demonstration, since that may be amended at the same time.
 */
export async function realignEditPairs(db: Db, { preferenceId, leaseId }: { preferenceId: string; leaseId: string }): Promise<void> {
  await db.execute(sql`select 1 from demonstrations where lease_id = ${leaseId} for no key update`);
  await db.execute(sql`
    insert into preferences ${columns}
    select x.project_id, x.lease_id, x.user_id, x.prompt_id, x.response_a_id, x.response_b_id, x.grade, x.scale_points, now_said.standing,
      x.demonstration_id, gen_random_uuid()::text, x.id
    from preferences judgement
    join preferences x on x.lease_id = judgement.lease_id and x.demonstration_id is not null
    join demonstrations d on d.id = x.demonstration_id
    cross join lateral (
      select case when x.response_b_id = case sign(judgement.grade) when 1 then judgement.response_a_id when -1 then judgement.response_b_id end
        then 'withdrawn'::answer_standing else judgement.standing end as standing
    ) now_said
    where judgement.id = ${preferenceId} and x.response_b_id <> d.started_from_id and ${isNewest('preferences', 'x')}
      and now_said.standing <> x.standing`);
}
