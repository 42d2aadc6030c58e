/**
 * Judgements by people, for figures about agreement, annotators and models: newest versions alone. Work that counted (late answers where
 * asked for), and second answers to the same task, marked; never what was asked to check a person against known answers.
 */
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import { isNewest } from './amendments';

export type JudgementQuery = {
  projectId: string;
  /** Of the policy that wrote the newest response; 0 is before all rounds. Absent: all. */
  round?: number;
  withLate: boolean;
  /** Only tasks that this person answered, by whomever. */
  sharedWith?: string;
  /** The newest ones. */
  limit: number;
};

type Judgement = {
  rater: string;
  aspects: Record<string, number>;
  scalePoints: number;
  isRetest: boolean;
  seconds: number | null;
  /** Milliseconds since 1970. */
  at: number;
};
/** `grade` and `aspects` in terms of A and B. `isSwapped`: B stood on the left. */
export type PairJudgement = Judgement & {
  responseA: string;
  responseB: string;
  grade: number;
  isSwapped: boolean;
  /** In characters. */
  lengthA: number;
  lengthB: number;
};
export type ResponseJudgement = Judgement & { response: string; isSafe: boolean | null };

const judgement = sql`x.user_id as rater, x.aspects, x.scale_points as "scalePoints", t.purpose = 'retest' as "isRetest",
  (extract(epoch from x.created_at) * 1000)::float8 as at`;

function isWanted({ projectId, round, withLate, sharedWith }: JudgementQuery, table: 'preferences' | 'ratings', answers: SQL): SQL {
  const standings = withLate ? sql`('counted', 'check', 'late')` : sql`('counted', 'check')`;
  return sql`x.project_id = ${projectId} and x.user_id is not null and ${isNewest(table, 'x')}
    and t.purpose in ('work', 'retest') and x.standing in ${standings}
    ${round === undefined ? sql`` : round === 0 ? sql`and t.round_id is null` : sql`and t.round_id = (select id from rounds where project_id = ${projectId} and number = ${round})`}
    ${sharedWith ? sql`and t.id in (select task_id from ${answers} where user_id = ${sharedWith} and project_id = ${projectId})` : sql``}`;
}

/** Newest first. Of `rank`: the pairs that rankings say. */
export async function pairJudgements(db: Db, kind: 'compare' | 'rank', query: JudgementQuery): Promise<PairJudgement[]> {
  const isRank = kind === 'rank';
  const { rows } = await db.execute<PairJudgement>(sql`
    select ${judgement}, x.response_a_id as "responseA", x.response_b_id as "responseB", x.grade, x.is_swapped as "isSwapped",
      ${isRank ? sql`r` : sql`x`}.seconds_on_task as seconds,
      length(a.text) as "lengthA", length(b.text) as "lengthB"
    from preferences x
    ${isRank ? sql`join rankings r on r.id = x.ranking_id join tasks t on t.id = r.task_id` : sql`join tasks t on t.id = x.task_id`}
    join responses a on a.id = x.response_a_id
    join responses b on b.id = x.response_b_id
    where ${isWanted(query, 'preferences', isRank ? sql`rankings` : sql`preferences`)}
      ${isRank ? sql`` : sql`and x.ranking_id is null and x.demonstration_id is null`}
    order by x.created_at desc, x.id desc limit ${query.limit}`);
  return rows;
}

/** Newest first. */
export async function responseJudgements(db: Db, query: JudgementQuery): Promise<ResponseJudgement[]> {
  const { rows } = await db.execute<ResponseJudgement>(sql`
    select ${judgement}, x.seconds_on_task as seconds, x.response_id as response, x.is_safe as "isSafe"
    from ratings x join tasks t on t.id = x.task_id
    where ${isWanted(query, 'ratings', sql`ratings`)}
    order by x.created_at desc, x.id desc limit ${query.limit}`);
  return rows;
}

/** Changes with every answer, and when a person is deleted; figures made from answers may be kept as long as it is the same. */
export async function newestAnswers(db: Db, projectId: string): Promise<string> {
  const newest = (table: string) =>
    sql`(select id::text from ${sql.identifier(table)} where project_id = ${projectId} order by created_at desc, id desc limit 1)`;
  const { rows } = await db.execute<{ mark: string }>(
    sql`select concat_ws(' ', ${newest('preferences')}, ${newest('ratings')}, ${newest('demonstrations')},
      (select max(deleted_at)::text from users)) as mark`,
  );
  return rows[0]!.mark;
}

/** Numbers of the rounds, oldest first. */
export async function roundNumbers(db: Db, projectId: string): Promise<number[]> {
  const { rows } = await db.execute<{ number: number }>(sql`select number from rounds where project_id = ${projectId} order by number`);
  return rows.map(({ number }) => number);
}

/** One decision between two responses, whoever made it; imported ones too. */
export type ModelComparison = {
  responseA: string;
  responseB: string;
  /** Who wrote them: `base`, `SFT, round 2`, `round 2`, `human`, or the name that an import gave; null where it gave none. */
  modelA: string | null;
  modelB: string | null;
  grade: number;
  aspects: Record<string, number>;
  /** Where the prompt came from. */
  category: string;
};

/** An imported model that is called like one of ours stays apart. */
const modelOf = (response: 'a' | 'b') => {
  const [r, c, n] = [response, `c${response}`, `n${response}`].map((name) => sql.identifier(name));
  return sql`case when ${r}.origin = 'human' then 'human'
    when ${r}.origin = 'imported' then case when ${r}.model ~* '^(base|human|(SFT, )?round \d+)$' then ${r}.model || ' (imported)' else ${r}.model end
    when ${c}.kind = 'sft' then concat_ws(', ', 'SFT', 'round ' || ${n}.number)
    else coalesce('round ' || ${n}.number, 'base') end`;
};

/** Newest first, pairs of rankings among them; without those of a text and the demonstration that was made of it, which nobody compared. */
export async function modelComparisons(
  db: Db,
  { projectId, withLate, limit }: Pick<JudgementQuery, 'projectId' | 'withLate' | 'limit'>,
): Promise<ModelComparison[]> {
  const { rows } = await db.execute<ModelComparison>(sql`
    select x.response_a_id as "responseA", x.response_b_id as "responseB", ${modelOf('a')} as "modelA", ${modelOf('b')} as "modelB",
      x.grade, x.aspects, p.source as category
    from preferences x
    join prompts p on p.id = x.prompt_id
    join responses a on a.id = x.response_a_id
    left join checkpoints ca on ca.id = a.checkpoint_id
    left join rounds na on na.id = ca.round_id
    join responses b on b.id = x.response_b_id
    left join checkpoints cb on cb.id = b.checkpoint_id
    left join rounds nb on nb.id = cb.round_id
    where x.project_id = ${projectId} and x.demonstration_id is null and ${isNewest('preferences', 'x')}
      and x.standing in ${withLate ? sql`('counted', 'late')` : sql`('counted')`}
    order by x.created_at desc, x.id desc limit ${limit}`);
  return rows;
}

export async function textsOf(db: Db, responseIds: readonly string[]): Promise<Map<string, string>> {
  if (responseIds.length === 0) return new Map();
  const { rows } = await db.execute<{ id: string; text: string }>(
    sql`select id, text from responses where id in ${[...new Set(responseIds)]}`,
  );
  return new Map(rows.map(({ id, text }) => [id, text]));
}
