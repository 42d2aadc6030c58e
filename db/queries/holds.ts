/** Warnings and pauses of people, a project each, and what the rules that make them look at. One of a level is open at a time. */
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { HoldLevel, HoldRule, TaskKind } from '../enums';
import { holds } from '../schema/quality';

type Person = { projectId: string; userId: string };
type NewHold = Person & { level: HoldLevel; rule: HoldRule; evidence: object; startedBy: string | null };

/** False when one of that level is open already. A pause takes the place of a warning. */
export async function startHold(db: Db, hold: NewHold): Promise<boolean> {
  const started = await db.insert(holds).values(hold).onConflictDoNothing().returning({ id: holds.id });
  if (started.length > 0 && hold.level === 'paused') await endHolds(db, hold, null, 'warned');
  return started.length > 0;
}

/** Of that level, or all that are open. @returns how many there were */
export async function endHolds(db: Db, { projectId, userId }: Person, by: string | null, level?: HoldLevel): Promise<number> {
  const { rowCount } = await db.execute(sql`
    update holds set ended_at = now(), ended_by = ${by}
    where project_id = ${projectId} and user_id = ${userId} and ended_at is null ${level ? sql`and level = ${level}` : sql``}`);
  return rowCount ?? 0;
}

/** As JSON: what is open, the pause first. */
export const openHold = (projectId: SQL, userId: SQL): SQL => sql`(
  select json_build_object('level', h.level, 'evidence', h.evidence) from holds h
  where h.project_id = ${projectId} and h.user_id = ${userId} and h.ended_at is null order by h.level desc limit 1)`;

export type OpenHold = { level: HoldLevel; evidence: unknown };

export async function findOpenHold(db: Db, { projectId, userId }: Person): Promise<OpenHold | null> {
  const { rows } = await db.execute<{ hold: OpenHold | null }>(sql`select ${openHold(sql`${projectId}`, sql`${userId}`)} as hold`);
  return rows[0]!.hold;
}

/** When a rule last spoke of a person, or a reviewer overruled it. */
const lastWord = ({ projectId, userId }: Person, rule: HoldRule, more: SQL = sql``): SQL => sql`(
  select coalesce(max(coalesce(ended_at, started_at)), '-infinity') from holds
  where project_id = ${projectId} and user_id = ${userId} and rule = ${rule} ${more})`;

/** Of the person's gold answers since then, first versions, newest first. */
export async function findGoldRecord(db: Db, person: Person, last: number) {
  const { rows } = await db.execute<{ all: number; asked: number; right: number }>(sql`
    select count(*)::int as "all", (count(*) filter (where place <= ${last}))::int as asked,
      (count(*) filter (where place <= ${last} and is_right))::int as "right"
    from (
      select sign(p.grade) = k.expected as is_right, row_number() over (order by p.created_at desc, p.id) as place
      from known_answers k join tasks t on t.id = k.task_id join preferences p on p.task_id = t.id
      where t.project_id = ${person.projectId} and t.purpose = 'gold' and p.user_id = ${person.userId} and p.supersedes_id is null
        and p.created_at > ${lastWord(person, 'gold')}
    ) given`);
  return rows[0]!;
}

/** Where the answers of a kind stand as `x`, and how many characters whoever gave one had to read or write. */
const timed: Record<TaskKind, { answers: SQL; characters: SQL }> = {
  compare: {
    answers: sql`preferences x where x.task_id is not null and x.ranking_id is null and x.demonstration_id is null`,
    characters: sql`(select sum(length(text)) from responses where id in (x.response_a_id, x.response_b_id))`,
  },
  demonstrate: {
    answers: sql`demonstrations x where x.task_id is not null`,
    characters: sql`(select length(text) from responses where id = x.response_id)`,
  },
  rank: {
    answers: sql`rankings x where true`,
    characters: sql`(select sum(length(text)) from responses where id = any(x.response_ids))`,
  },
  rate: { answers: sql`ratings x where true`, characters: sql`(select length(text) from responses where id = x.response_id)` },
};

/** Of others as many, the newest, are enough to say what is usual. */
const others = 500;

/** How fast the person was since then in their last answers of a kind, and how fast others are. */
export async function findPaceRecord(db: Db, person: Person & { kind: TaskKind }, last: number) {
  const { projectId, userId, kind } = person;
  const { answers, characters } = timed[kind];
  const isTimed = sql`x.project_id = ${projectId} and x.supersedes_id is null and x.seconds_on_task is not null`;
  const ofKind = sql`and evidence->>'kind' = ${kind}`;
  const median = (value: SQL) => sql`coalesce(percentile_cont(0.5) within group (order by ${value}), 0)::float8`;
  const { rows } = await db.execute<{
    answers: number;
    seconds: number;
    secondsPerThousand: number;
    othersAnswers: number;
    othersSeconds: number;
    isWarned: boolean;
  }>(sql`
    with own as (
      select x.seconds_on_task as seconds, x.seconds_on_task * 1000.0 / greatest(1, ${characters}) as per_thousand
      from ${answers} and x.user_id = ${userId} and ${isTimed} and x.created_at > ${lastWord(person, 'speed', ofKind)}
      order by x.created_at desc limit ${last}
    ), others as (
      select x.seconds_on_task as seconds from ${answers} and x.user_id <> ${userId} and ${isTimed}
      order by x.created_at desc limit ${others}
    )
    select own.*, others.*, exists (
        select from holds where project_id = ${projectId} and user_id = ${userId} and rule = 'speed' and level = 'warned' and ended_at is null ${ofKind}
      ) as "isWarned"
    from (select count(*)::int as answers, ${median(sql`seconds`)} as seconds, ${median(sql`per_thousand`)} as "secondsPerThousand" from own) own,
      (select count(*)::int as "othersAnswers", ${median(sql`seconds`)} as "othersSeconds" from others) others`);
  const { othersAnswers, othersSeconds, isWarned, ...own } = rows[0]!;
  return { isWarned, record: { ...own, others: { answers: othersAnswers, seconds: othersSeconds } } };
}

export type Hold = {
  userId: string;
  level: HoldLevel;
  evidence: unknown;
  startedBy: string | null;
  startedAt: Date;
  endedBy: string | null;
  endedAt: Date | null;
};

/** Open ones first, then the newest that ended; at most two hundred. */
export async function listHolds(db: Db, projectId: string): Promise<Hold[]> {
  const { rows } = await db.execute<Omit<Hold, 'startedAt' | 'endedAt'> & { startedAt: string; endedAt: string | null }>(sql`
    select h.user_id as "userId", h.level, h.evidence, h.started_by as "startedBy", h.started_at as "startedAt",
      h.ended_by as "endedBy", h.ended_at as "endedAt"
    from holds h
    where h.project_id = ${projectId}
    order by h.ended_at is not null, h.level desc, h.started_at desc, h.id limit 200`);
  return rows.map((row) => ({ ...row, startedAt: new Date(row.startedAt), endedAt: row.endedAt ? new Date(row.endedAt) : null }));
}
