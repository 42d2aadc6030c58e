/**
 * A round's frozen labels and prompts as plain rows. Labels are ordered by content, not by id or time: the same labels train the same model, in
 * whatever order people gave them.
 */
import { sql } from 'drizzle-orm';
import type { Db } from '../client';

export type DemonstrationRow = { id: string; prompt: string; response: string; isHeldOut: boolean };

export async function demonstrationsOfRound(db: Db, roundId: string): Promise<DemonstrationRow[]> {
  const { rows } = await db.execute<DemonstrationRow>(sql`
    select d.id, p.text as prompt, r.text as response, p.split = 'held_out' as "isHeldOut"
    from rounds, snapshots s, unnest(s.demonstration_ids) as u(id)
    join demonstrations d on d.id = u.id
    join prompts p on p.id = d.prompt_id
    join responses r on r.id = d.response_id
    where rounds.id = ${roundId} and s.id = rounds.snapshot_id
    order by p.text_hash, md5(r.text), d.id`);
  return rows;
}

export type ComparisonRow = {
  id: string;
  promptId: string;
  prompt: string;
  responseIds: [a: string, b: string];
  responseA: string;
  responseB: string;
  grade: number;
  scalePoints: number;
  isTruncatedA: boolean;
  isTruncatedB: boolean;
  isHeldOut: boolean;
  /** Null where the pair was imported, 0 before the first round. */
  round: number | null;
  sources: string[];
  annotator: string | null;
};

/** Who wrote a response: `base`, `round 2`, `human`, `imported`. */
const source = (response: 'a' | 'b') => sql`case when ${sql.raw(response)}.origin <> 'policy' then ${sql.raw(response)}.origin::text
  else coalesce((select 'round ' || r.number from checkpoints c join rounds r on r.id = c.round_id where c.id = ${sql.raw(response)}.checkpoint_id), 'base') end`;

/** Without "both bad": such a pair says nothing about which is better. */
export async function comparisonsOfRound(db: Db, roundId: string): Promise<ComparisonRow[]> {
  const { rows } = await db.execute<ComparisonRow>(sql`
    select f.id, p.id as "promptId", p.text as prompt, array[a.id, b.id]::text[] as "responseIds",
      a.text as "responseA", b.text as "responseB", f.grade, f.scale_points as "scalePoints",
      a.is_truncated as "isTruncatedA", b.is_truncated as "isTruncatedB", p.split = 'held_out' as "isHeldOut",
      case when t.id is not null then coalesce(newer.number, 0) end as round, f.user_id as annotator, array[${source('a')}, ${source('b')}] as sources
    from rounds, snapshots s, unnest(s.preference_ids) as u(id)
    join preferences f on f.id = u.id
    join prompts p on p.id = f.prompt_id
    join responses a on a.id = f.response_a_id
    join responses b on b.id = f.response_b_id
    left join rankings ranking on ranking.id = f.ranking_id
    left join tasks t on t.id = coalesce(f.task_id, ranking.task_id)
    left join rounds newer on newer.id = t.round_id
    where rounds.id = ${roundId} and s.id = rounds.snapshot_id and not f.is_both_bad
    order by p.text_hash, md5(a.text), md5(b.text), f.grade, f.scale_points, f.id`);
  return rows;
}

export type VerdictRow = Pick<ComparisonRow, 'id' | 'promptId' | 'responseA' | 'responseB' | 'grade' | 'scalePoints'> & {
  isBothBad: boolean;
};

/** Reviewers' decisions that held when the round began. */
export async function verdictsOfRound(db: Db, roundId: string): Promise<VerdictRow[]> {
  const { rows } = await db.execute<VerdictRow>(sql`
    select v.id, v.prompt_id as "promptId", a.text as "responseA", b.text as "responseB", v.grade, v.scale_points as "scalePoints",
      v.is_both_bad as "isBothBad"
    from rounds, snapshots s, unnest(s.verdict_ids) as u(id)
    join verdicts v on v.id = u.id
    join responses a on a.id = v.response_a_id
    join responses b on b.id = v.response_b_id
    where rounds.id = ${roundId} and s.id = rounds.snapshot_id
    order by v.created_at, v.id`);
  return rows;
}

/** A seeded draw, the same for the same round. */
export async function promptsOfRound(db: Db, roundId: string, limit: number): Promise<{ promptId: string; text: string }[]> {
  const { rows } = await db.execute<{ promptId: string; text: string }>(sql`
    select p.id as "promptId", p.text
    from rounds, snapshots s, unnest(s.prompt_ids) as u(id)
    join prompts p on p.id = u.id
    where rounds.id = ${roundId} and s.id = rounds.snapshot_id
    order by md5(p.text_hash || rounds.seed::text), p.id
    limit ${limit}`);
  return rows;
}

/** The same in every round, as long as nobody adds prompts: held out, by hash, those that were there when the round began. */
export async function heldOutPromptsOfRound(db: Db, roundId: string, limit: number): Promise<{ promptId: string; text: string }[]> {
  const { rows } = await db.execute<{ promptId: string; text: string }>(sql`
    select p.id as "promptId", p.text
    from rounds join prompts p on p.project_id = rounds.project_id
    where rounds.id = ${roundId} and p.split = 'held_out' and p.is_sampled and p.created_at <= rounds.created_at
    order by p.text_hash
    limit ${limit}`);
  return rows;
}

/** Who compared the pairs that the round trains on, and who it was measured by: their answers may be gone. */
export async function annotatorsOfRound(db: Db, roundId: string): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select f.user_id::text as id
    from rounds, snapshots s, unnest(s.preference_ids) as u(id)
    join preferences f on f.id = u.id
    where rounds.id = ${roundId} and s.id = rounds.snapshot_id and f.user_id is not null
    union
    select split_part(m.key, '/', 3) from metrics m join jobs j on j.id = m.job_id
    where j.round_id = ${roundId} and m.key like 'eval\\_agreement/annotator/%'`);
  return rows.map(({ id }) => id);
}
