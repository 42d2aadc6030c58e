import { aliasedTable, and, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { users } from '../schema/people';
import { projects } from '../schema/projects';
import { checkpoints, rounds, snapshots } from '../schema/training';
import { isCounted } from './amendments';
import type { StoredError } from './jobs';
import { isHolding } from './verdicts';

type Snapshot = { id: string; demonstrations: number; comparisons: number; verdicts: number; prompts: number };

/** Freezes every label, in its newest version, every verdict that holds and every prompt to train on; their texts never change, so their ids are enough. */
export async function insertSnapshot(db: Db, projectId: string): Promise<Snapshot> {
  const { rows } = await db.execute<Snapshot>(sql`
    insert into snapshots (project_id, demonstration_ids, preference_ids, verdict_ids, prompt_ids)
    select ${projectId},
      array(select id from demonstrations where project_id = ${projectId} and ${isCounted('demonstrations')} order by created_at, id),
      array(select id from preferences where project_id = ${projectId} and ${isCounted('preferences')} order by created_at, id),
      array(select id from verdicts where project_id = ${projectId} and ${isHolding()} order by created_at, id),
      array(select id from prompts where project_id = ${projectId} and split = 'train' and is_sampled order by created_at, id)
    returning id, cardinality(demonstration_ids) as demonstrations, cardinality(preference_ids) as comparisons,
      cardinality(verdict_ids) as verdicts, cardinality(prompt_ids) as prompts`);
  return rows[0]!;
}

/** Numbers run 1, 2, 3 …; the caller has locked the project. */
export async function insertRound(db: Db, row: Omit<typeof rounds.$inferInsert, 'number'>): Promise<{ id: string; number: number }> {
  const number = sql<number>`(select coalesce(max(number), 0) + 1 from rounds where project_id = ${row.projectId})`;
  const [inserted] = await db
    .insert(rounds)
    .values({ ...row, number })
    .returning({ id: rounds.id, number: rounds.number });
  return inserted!;
}

/** What the next round's samples are compared with: the last finished round's policy, else the base model. */
export async function currentPolicy(db: Db, projectId: string) {
  const [row] = await db
    .select({ id: checkpoints.id, kind: checkpoints.kind })
    .from(checkpoints)
    .leftJoin(rounds, eq(rounds.id, checkpoints.roundId))
    .where(
      and(
        eq(checkpoints.projectId, projectId),
        sql`(${checkpoints.kind} = 'base' or (${checkpoints.kind} = 'policy' and ${rounds.state} = 'succeeded'))`,
        sql`${checkpoints.deletedAt} is null`,
      ),
    )
    .orderBy(sql`${rounds.number} desc nulls last`, desc(checkpoints.createdAt))
    .limit(1);
  return row;
}

const starter = aliasedTable(users, 'starter');
const round = {
  id: rounds.id,
  projectId: rounds.projectId,
  projectSlug: projects.slug,
  number: rounds.number,
  state: rounds.state,
  config: rounds.config,
  seed: rounds.seed,
  codeRevision: rounds.codeRevision,
  snapshotId: rounds.snapshotId,
  previousPolicyId: rounds.previousPolicyId,
  error: rounds.error,
  errorDetails: rounds.errorDetails,
  startedBy: starter.name,
  createdAt: rounds.createdAt,
  finishedAt: rounds.finishedAt,
  demonstrations: sql<number>`cardinality(${snapshots.demonstrationIds})`,
  comparisons: sql<number>`cardinality(${snapshots.preferenceIds})`,
};
const select = (db: Db) =>
  db
    .select(round)
    .from(rounds)
    .innerJoin(projects, eq(projects.id, rounds.projectId))
    .innerJoin(snapshots, eq(snapshots.id, rounds.snapshotId))
    .leftJoin(starter, eq(starter.id, rounds.startedBy));

export async function findRound(db: Db, id: string) {
  const [row] = await select(db).where(eq(rounds.id, id));
  return row;
}

/** Newest first. */
export async function listRounds(db: Db, projectId: string, page: { cursor?: string; limit: number }) {
  const before = page.cursor ? sql`${rounds.number} < (select number from rounds where id = ${page.cursor})` : undefined;
  return select(db)
    .where(and(eq(rounds.projectId, projectId), before))
    .orderBy(desc(rounds.number))
    .limit(page.limit + 1);
}

/** Locked before its jobs, always. */
export async function lockRound(db: Db, id: string) {
  const [row] = await db
    .select({
      id: rounds.id,
      projectId: rounds.projectId,
      number: rounds.number,
      state: rounds.state,
      config: rounds.config,
      previousPolicyId: rounds.previousPolicyId,
    })
    .from(rounds)
    .where(eq(rounds.id, id))
    .for('no key update');
  return row;
}

export async function endRound(db: Db, id: string, state: 'succeeded' | 'failed' | 'cancelled', error: StoredError | null): Promise<void> {
  await db
    .update(rounds)
    .set({ state, ...error, finishedAt: sql`now()` })
    .where(and(eq(rounds.id, id), eq(rounds.state, 'running')));
}

export async function hasRounds(db: Db, projectId: string): Promise<boolean> {
  return (await db.select({ id: rounds.id }).from(rounds).where(eq(rounds.projectId, projectId)).limit(1)).length > 0;
}

/**
 * What a round could train on now. Ties and "both bad" teach the reward model little or nothing, so they do not count as decided. The same two
 * texts are one pair, whoever judged them and whichever stood first; a pair is clear where more people prefer one side than the other.
 */
export type LabelCounts = {
  demonstrations: number;
  /** On training prompts, with a text that is not empty. */
  trainableDemonstrations: number;
  decided: number;
  undecided: number;
  /** On training prompts: decided ones, their prompts, their pairs, and those pairs that are clear. */
  trainable: { comparisons: number; prompts: number; pairs: number; clear: number };
};

export async function countLabels(db: Db, projectId: string): Promise<LabelCounts> {
  const { rows } = await db.execute<Omit<LabelCounts, 'trainable'> & LabelCounts['trainable']>(sql`
    with judged as (
      select f.prompt_id, least(md5(a.text), md5(b.text)) as low, greatest(md5(a.text), md5(b.text)) as high,
        case when md5(a.text) < md5(b.text) then sign(f.grade) when md5(a.text) > md5(b.text) then -sign(f.grade) else 0 end as side
      from preferences f
      join prompts p on p.id = f.prompt_id
      join responses a on a.id = f.response_a_id
      join responses b on b.id = f.response_b_id
      where f.project_id = ${projectId} and f.grade <> 0 and p.split = 'train' and ${isCounted('preferences', 'f')}
    ), pairs as (
      select prompt_id, count(*) as judgements, sum(side) as lead from judged group by prompt_id, low, high
    )
    select
      (select count(*)::int from demonstrations where project_id = ${projectId} and ${isCounted('demonstrations')}) as demonstrations,
      (select count(*)::int from demonstrations d join prompts p on p.id = d.prompt_id join responses r on r.id = d.response_id
        where d.project_id = ${projectId} and p.split = 'train' and r.text ~ '[^[:space:]]' and ${isCounted('demonstrations', 'd')}) as "trainableDemonstrations",
      (select count(*)::int from preferences where project_id = ${projectId} and grade <> 0 and ${isCounted('preferences')}) as decided,
      (select count(*)::int from preferences where project_id = ${projectId} and grade = 0 and ${isCounted('preferences')}) as undecided,
      coalesce(sum(judgements), 0)::int as comparisons, count(distinct prompt_id)::int as prompts, count(*)::int as pairs,
      (count(*) filter (where lead <> 0))::int as clear
    from pairs`);
  const { comparisons, prompts, pairs, clear, ...counts } = rows[0]!;
  return { ...counts, trainable: { comparisons, prompts, pairs, clear } };
}
