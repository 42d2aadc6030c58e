/**
 * When a check comes among a person's comparisons, and the repeat that is made for them: a comparison that they have given is asked again,
 * as a task for them alone. Call it with the person's row locked; that no comparison is repeated twice, a unique index sees to besides.
 */
import { sql } from 'drizzle-orm';
import type { Db } from '../client';
import { isNewest } from './amendments';

type Person = { projectId: string; userId: string };

const comparisonsOf = ({ projectId, userId }: Person) => sql`from preferences p
  where p.user_id = ${userId} and p.project_id = ${projectId} and p.task_id is not null and p.ranking_id is null and p.demonstration_id is null`;

/** How many of their newest comparisons, at most `atMost`, the person has given since the last gold item, and since the last repeat. */
export async function countSinceChecks(db: Db, person: Person, atMost: number): Promise<{ gold: number; retest: number }> {
  const { rows } = await db.execute<{ gold: number; retest: number }>(sql`
    select coalesce(min(place) filter (where purpose = 'gold') - 1, count(*))::int as gold,
      coalesce(min(place) filter (where purpose = 'retest') - 1, count(*))::int as retest
    from (
      select t.purpose, row_number() over (order by p.created_at desc, p.id) as place
      from (
        select p.id, p.task_id, p.created_at ${comparisonsOf(person)} and p.supersedes_id is null order by p.created_at desc limit ${atMost}
      ) p join tasks t on t.id = p.task_id
    ) newest`);
  return rows[0]!;
}

/** Of how many, the newest, one is drawn; so a repeat costs the same after many thousand answers. */
const drawnFrom = 1000;

/**
 * Makes one repeat: of a comparison that counted, at least `after.hours` old, with at least `after.answers` other comparisons since, and not
 * asked again before. Which one is drawn by a hash of task and person. False when there is none such, or another repeat waits for its answer.
 *
 * While one is due and there is none, every claim asks: what was asked again is sorted out before any task is looked at (`offset 0`
 * keeps PostgreSQL to that order).
 */
export async function insertRetest(db: Db, person: Person, after: { answers: number; hours: number }): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    insert into tasks (project_id, kind, prompt_id, purpose, response_a_id, response_b_id, retest_of_id, for_user_id, round_id)
    select t.project_id, t.kind, t.prompt_id, 'retest', t.response_a_id, t.response_b_id, t.id, ${person.userId}, t.round_id
    from (
      select task_id from (
        select p.task_id ${comparisonsOf(person)} and ${isNewest('preferences', 'p')} and p.standing = 'counted'
          and p.created_at <= now() - make_interval(secs => ${after.hours * 3600})
          and p.created_at < (
            select p.created_at ${comparisonsOf(person)} and p.supersedes_id is null order by p.created_at desc, p.id offset ${after.answers - 1} limit 1)
        order by p.created_at desc, p.id limit ${drawnFrom}
      ) newest
      where not exists (select from tasks again where again.purpose = 'retest' and again.retest_of_id = newest.task_id and again.for_user_id = ${person.userId})
      offset 0
    ) given join tasks t on t.id = given.task_id
    where t.purpose = 'work' and t.state <> 'withdrawn'
      and not exists (
        select from tasks waiting where waiting.purpose = 'retest' and waiting.for_user_id = ${person.userId} and waiting.project_id = ${person.projectId}
          and waiting.state = 'open' and not exists (select from leases l where l.task_id = waiting.id and l.state = 'skipped'))
    order by md5(t.id::text || ${person.userId}::text) limit 1
    on conflict do nothing`);
  return (rowCount ?? 0) > 0;
}
