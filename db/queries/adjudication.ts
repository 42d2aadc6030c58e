/**
 * Pairs to decide: those on which people differ, then those on which the newest reward model is surest that all of them are wrong. What counts
 * is the newest version of every person's counted answer, pairs that rankings say among them. Without the pair of a text and the demonstration
 * that was made of it, which nobody compared.
 */
import { sql } from 'drizzle-orm';
import type { Db } from '../client';
import { isCounted } from './amendments';
import { isHolding } from './verdicts';

/** `sides`: some say A, some B. `tie`: some say a tie. `model`: people are of one mind, the reward model of another. */
export type Disagreement = 'sides' | 'tie' | 'model';

/** A has the lower id of the two. */
export type QueuedPair = {
  promptId: string;
  responseAId: string;
  responseBId: string;
  /** Null where nobody disagrees any more, among those that are decided. */
  disagreement: Disagreement | null;
  people: number;
  /** Log-odds of A by the reward model; null where it has not read the pair. */
  lead: number | null;
  isHeldOut: boolean | null;
  verdictId: string | null;
};
export type Queue = { pairs: QueuedPair[]; counts: Record<Disagreement, number>; hasModel: boolean };

/** Answers that are read, the newest ones: the queue stays a matter of a second. */
const mostAnswers = 50_000;

/** Strength with a sign, -3 … 3 on every scale, as `strengthOf` in lib/tasks/scale.ts. Positive: the one with the lower id is better. */
const strength = sql`(case when x.response_a_id < x.response_b_id then 1 else -1 end) * sign(x.grade)
  * (case when x.scale_points < 4 then 1 else 3.0 * abs(x.grade) / (x.scale_points / 2) end)`;

export async function adjudicationQueue(db: Db, of: { projectId: string; isDecided: boolean; limit: number }): Promise<Queue> {
  const { projectId, isDecided, limit } = of;
  const { rows } = await db.execute<Queue>(sql`
    with answers as (
      select least(x.response_a_id, x.response_b_id) as a, greatest(x.response_a_id, x.response_b_id) as b, x.prompt_id, x.user_id,
        x.created_at, x.id, ${strength} as strength
      from preferences x
      where x.project_id = ${projectId} and x.user_id is not null and x.demonstration_id is null and ${isCounted('preferences', 'x')}
      order by x.created_at desc, x.id desc limit ${mostAnswers}
    ), said as (
      select distinct on (a, b, user_id) * from answers order by a, b, user_id, created_at desc, id desc
    ), pairs as (
      select a, b, (array_agg(prompt_id))[1] as prompt_id, count(*)::int as people, max(strength) - min(strength) as spread,
        count(*) filter (where strength > 0) as for_a, count(*) filter (where strength < 0) as for_b
      from said group by a, b
    ), judged as (
      select pairs.*, s.lead, s.is_held_out, v.id as verdict_id, v.created_at as decided_at,
        case when for_a > 0 and for_b > 0 then 'sides' when for_a + for_b between 1 and people - 1 then 'tie'
          when s.lead * sign(for_a - for_b) < 0 then 'model' end as disagreement
      from pairs
      left join pair_scores s on s.response_a_id = a and s.response_b_id = b
      left join verdicts v on v.response_a_id = a and v.response_b_id = b and ${isHolding('v')}
    ), wanted as (
      select *, row_number() over (order by
        ${isDecided ? sql`decided_at desc,` : sql``}
        array_position(array['sides', 'tie', 'model'], disagreement),
        case when disagreement = 'model' then abs(lead) else spread end desc, people desc, a, b) as place
      from judged where ${isDecided ? sql`verdict_id is not null` : sql`verdict_id is null and disagreement is not null`}
    )
    select
      (select coalesce(json_agg(json_build_object('promptId', prompt_id, 'responseAId', a, 'responseBId', b, 'disagreement', disagreement,
        'people', people, 'lead', lead, 'isHeldOut', is_held_out, 'verdictId', verdict_id) order by place), '[]')
        from wanted where place <= ${limit}) as pairs,
      (select json_build_object('sides', count(*) filter (where disagreement = 'sides'), 'tie', count(*) filter (where disagreement = 'tie'),
        'model', count(*) filter (where disagreement = 'model')) from wanted) as counts,
      exists (select from pair_scores where project_id = ${projectId}) as "hasModel"`);
  return rows[0]!;
}

/** One person's answer, in terms of the pair's A, the one with the lower id. */
export type AnswerOnPair = {
  responseAId: string;
  responseBId: string;
  userId: string;
  grade: number;
  scalePoints: number;
  isBothBad: boolean;
  /** A ranking said so. */
  isRanking: boolean;
  reason: string;
  seconds: number | null;
  createdAt: Date;
};

/** In the order in which they were given. */
export async function answersOnPairs(
  db: Db,
  pairs: Pick<QueuedPair, 'promptId' | 'responseAId' | 'responseBId'>[],
): Promise<AnswerOnPair[]> {
  const ids = (idOf: (pair: (typeof pairs)[number]) => string) => sql`${sql.param(pairs.map(idOf))}::uuid[]`;
  const { rows } = await db.execute<Omit<AnswerOnPair, 'createdAt'> & { createdAt: string }>(sql`
    select * from (
      select distinct on (pair.a, pair.b, x.user_id) pair.a as "responseAId", pair.b as "responseBId", x.user_id as "userId",
        case when x.response_a_id = pair.a then x.grade else -x.grade end as grade, x.scale_points as "scalePoints", x.is_both_bad as "isBothBad",
        r.id is not null as "isRanking", coalesce(r.reason, x.reason) as reason, coalesce(r.seconds_on_task, x.seconds_on_task) as seconds,
        x.created_at as "createdAt"
      from unnest(${ids(({ promptId }) => promptId)}, ${ids(({ responseAId }) => responseAId)}, ${ids(({ responseBId }) => responseBId)}) as pair(prompt, a, b)
      join preferences x on x.prompt_id = pair.prompt and x.user_id is not null and x.demonstration_id is null
        and least(x.response_a_id, x.response_b_id) = pair.a and greatest(x.response_a_id, x.response_b_id) = pair.b
        and ${isCounted('preferences', 'x')}
      left join rankings r on r.id = x.ranking_id
      order by pair.a, pair.b, x.user_id, x.created_at desc, x.id desc
    ) newest order by "createdAt", "userId"`);
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}
