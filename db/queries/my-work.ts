/** What one person has given in one project, of all kinds: the newest version of each. The person stands in every WHERE. */
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { AnswerKind, AnswerStanding } from '../enums';
import { isNewest } from './amendments';

export type MyAnswerRow = {
  id: string;
  kind: AnswerKind;
  createdAt: Date;
  prompt: string;
  /** What the person wrote, or their reason. */
  text: string;
  standing: AnswerStanding;
  isAmended: boolean;
  /** preference: as the person saw it, positive where the left response is better. */
  grade: number | null;
  scalePoints: number | null;
  isBothBad: boolean;
  /** ranking: how many responses; rating: how many aspects; conversation: how many answers. */
  count: number | null;
  /** conversation: how it ended. */
  outcome: string | null;
};

type Mine = { userId: string; projectId: string };

/** The pairs that a ranking or an edited text says are no answers of their own. */
const isOwnAnswer = sql`a.task_id is not null and a.ranking_id is null and a.demonstration_id is null`;

/** Written for a task, or as the better version of a response in one; what a conversation corrects is shown there. */
const isOwnText = sql`a.lease_id is not null`;

const ofMe = ({ userId, projectId }: Mine): SQL => sql`a.user_id = ${userId} and a.project_id = ${projectId}`;
const noGrade = sql`null::int as grade, null::int as scale_points, false as is_both_bad`;

/** Newest first, a page at a time by key. `search` keeps what contains it, whatever the case. */
export async function listMyAnswers(db: Db, mine: Mine, page: { cursor?: string; limit: number; search?: string }): Promise<MyAnswerRow[]> {
  const { cursor, limit, search } = page;
  const times = sql.join(
    ['preferences', 'demonstrations', 'rankings', 'ratings', 'conversations'].map(
      (table) => sql`select created_at, id from ${sql.identifier(table)} where id = ${cursor} and user_id = ${mine.userId}`,
    ),
    sql` union all `,
  );
  const from = cursor ? sql`and (a.created_at, a.id) < (${times})` : sql``;
  const contains = (...texts: SQL[]) =>
    search ? sql`and strpos(lower(concat_ws(E'\\n', ${sql.join(texts, sql`, `)})), ${search.toLowerCase()}) > 0` : sql``;
  const rest = sql`order by a.created_at desc, a.id desc limit ${limit + 1}`;
  const { rows } = await db.execute<Omit<MyAnswerRow, 'createdAt' | 'isAmended' | 'scalePoints' | 'isBothBad'> & Raw>(sql`
    (select 'preference' as kind, a.id, a.created_at, p.text as prompt, a.reason as text, a.standing::text as standing,
        a.supersedes_id is not null as is_amended, (case when a.is_swapped then -a.grade else a.grade end)::int as grade,
        a.scale_points::int as scale_points, a.is_both_bad, null::int as count, null as outcome
      from preferences a join prompts p on p.id = a.prompt_id
      where ${ofMe(mine)} and ${isOwnAnswer} and ${isNewest('preferences', 'a')} ${from} ${contains(sql`p.text`, sql`a.reason`)} ${rest})
    union all
    (select 'demonstration', a.id, a.created_at, p.text, r.text, a.standing::text, a.supersedes_id is not null, ${noGrade}, null, null
      from demonstrations a join prompts p on p.id = a.prompt_id join responses r on r.id = a.response_id
      where ${ofMe(mine)} and ${isOwnText} and ${isNewest('demonstrations', 'a')} ${from} ${contains(sql`p.text`, sql`r.text`)} ${rest})
    union all
    (select 'ranking', a.id, a.created_at, p.text, a.reason, a.standing::text, a.supersedes_id is not null, ${noGrade},
        cardinality(a.response_ids), null
      from rankings a join prompts p on p.id = a.prompt_id
      where ${ofMe(mine)} and ${isNewest('rankings', 'a')} ${from} ${contains(sql`p.text`, sql`a.reason`)} ${rest})
    union all
    (select 'rating', a.id, a.created_at, p.text, a.reason, a.standing::text, a.supersedes_id is not null, ${noGrade},
        (select count(*)::int from jsonb_object_keys(a.aspects)), null
      from ratings a join prompts p on p.id = a.prompt_id
      where ${ofMe(mine)} and ${isNewest('ratings', 'a')} ${from} ${contains(sql`p.text`, sql`a.reason`)} ${rest})
    union all
    (select 'conversation', a.id, a.created_at,
        coalesce((select t.text from conversation_turns t where t.conversation_id = a.id and t.position = 0), ''), a.notes, 'counted',
        false, ${noGrade}, (select count(*)::int from conversation_turns t where t.conversation_id = a.id and t.role = 'assistant'),
        a.outcome::text
      from conversations a
      where ${ofMe(mine)} and a.outcome <> 'open' ${from} ${contains(
        sql`a.notes`,
        sql`(select string_agg(t.text, E'\\n') from conversation_turns t where t.conversation_id = a.id)`,
      )} ${rest})
    order by created_at desc, id desc limit ${limit + 1}`);
  return rows.map(({ created_at, is_amended, scale_points, is_both_bad, ...row }) => ({
    ...row,
    createdAt: new Date(created_at),
    isAmended: is_amended,
    scalePoints: scale_points,
    isBothBad: is_both_bad,
  }));
}
type Raw = { created_at: string; is_amended: boolean; scale_points: number | null; is_both_bad: boolean };

export type MyCounts = { kind: AnswerKind; today: number; week: number; all: number };

/** An answer counts when it was first given, amended or not. Day and week (from Monday) begin at midnight of the database's clock. */
export async function countMyAnswers(db: Db, mine: Mine): Promise<MyCounts[]> {
  const { rows } = await db.execute<MyCounts>(sql`
    with given as (
      select 'preference' as kind, a.created_at from preferences a where ${ofMe(mine)} and ${isOwnAnswer} and a.supersedes_id is null
      union all
      select 'demonstration', a.created_at from demonstrations a where ${ofMe(mine)} and a.task_id is not null and a.supersedes_id is null
      union all
      select 'ranking', a.created_at from rankings a where ${ofMe(mine)} and a.supersedes_id is null
      union all
      select 'rating', a.created_at from ratings a where ${ofMe(mine)} and a.supersedes_id is null
      union all
      select 'conversation', a.created_at from conversations a where ${ofMe(mine)} and a.outcome <> 'open'
    )
    select kind, (count(*) filter (where created_at >= date_trunc('day', now())))::int as today,
      (count(*) filter (where created_at >= date_trunc('week', now())))::int as week, count(*)::int as all
    from given group by kind`);
  return rows;
}
