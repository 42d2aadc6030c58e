/** Labels in the order they came, a page at a time by key. */
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { AnswerStanding, CheckpointKind, ConversationOutcome, PromptSplit, ResponseOrigin, TaskKind, TurnRole } from '../enums';
import { isNewest, type AnswerTable } from './amendments';
import { isHolding } from './verdicts';

export type Source = {
  origin: ResponseOrigin;
  checkpoint: string | null;
  checkpoint_kind: CheckpointKind | null;
  round: number | null;
  decoding: unknown;
  /** The name that an import gave. */
  model: string | null;
};
export type PromptExport = { id: string; prompt: string; split: PromptSplit; source: string };
export type DemonstrationExport = {
  id: string;
  prompt: string;
  split: PromptSplit;
  completion: string;
  standing: AnswerStanding;
  annotator: string | null;
  supersedes: string | null;
  created_at: string;
};
export type ConversationExport = {
  id: string;
  messages: { role: TurnRole; content: string }[];
  outcome: ConversationOutcome;
  category: string | null;
  severity: number | null;
  notes: string;
  /** What the model should have said, as it is spelt after its prompt. */
  correction: string | null;
  prompt: string | null;
  seconds_on_task: number | null;
  annotator: string;
  checkpoint: string;
  checkpoint_kind: CheckpointKind;
  round: number | null;
  decoding: unknown;
  demonstration: string | null;
  created_at: string;
};
/** What every judgement has. */
type JudgementExport = {
  id: string;
  prompt: string;
  split: PromptSplit;
  standing: AnswerStanding;
  is_flagged: boolean;
  reason: string;
  seconds_on_task: number | null;
  annotator: string | null;
  supersedes: string | null;
  created_at: string;
};
export type PreferenceExport = JudgementExport & {
  text_a: string;
  text_b: string;
  source_a: Source;
  source_b: Source;
  grade: number;
  scale_points: number;
  aspects: Record<string, number>;
  is_both_bad: boolean;
  is_swapped: boolean;
  ranking: string | null;
};
/** A reviewer's decision. */
export type VerdictExport = Omit<
  PreferenceExport,
  'standing' | 'is_flagged' | 'seconds_on_task' | 'annotator' | 'aspects' | 'is_swapped' | 'ranking'
> & {
  reviewer: string;
  is_taken_back: boolean;
};
export type RankingExport = JudgementExport & {
  /** Best first. */
  responses: { text: string; rank: number; source: Source }[];
};
export type RatingExport = JudgementExport & {
  response: string;
  source: Source;
  aspects: Record<string, number>;
  scale_points: number;
  is_safe: boolean | null;
  safety_categories: string[];
};

/** Superseded and late answers only where they are asked for; answers that measured the person never. */
export type LabelPage = { projectId: string; cursor?: string; limit: number; withSuperseded: boolean; withLate: boolean };

const ofPage = (table: AnswerTable, { projectId, cursor, withSuperseded }: LabelPage): SQL =>
  sql`x.project_id = ${projectId} ${withSuperseded ? sql`` : sql`and ${isNewest(table, 'x')}`} ${after(table, cursor)}`;

const isWanted = ({ withLate }: LabelPage): SQL => (withLate ? sql`x.standing in ('counted', 'late')` : sql`x.standing = 'counted'`);

const after = (table: string, cursor: string | undefined): SQL =>
  cursor ? sql`and (x.created_at, x.id) > (select created_at, id from ${sql.identifier(table)} where id = ${cursor})` : sql``;

/** ISO 8601, UTC. */
const isoTime = sql`to_char(x.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at`;

const source = (response: string, checkpoint: string, round: string): SQL => {
  const [r, c, n] = [response, checkpoint, round].map((name) => sql.identifier(name));
  return sql`json_build_object('origin', ${r}.origin, 'checkpoint', ${c}.id, 'checkpoint_kind', ${c}.kind, 'round', ${n}.number, 'decoding', ${r}.decoding, 'model', ${r}.model)`;
};

const judgement = sql`x.id, p.text as prompt, p.split, x.standing, x.is_flagged, x.reason, x.seconds_on_task, x.user_id as annotator,
  x.supersedes_id as supersedes, ${isoTime}`;

export async function pageOfPrompts(db: Db, projectId: string, cursor: string | undefined, limit: number): Promise<PromptExport[]> {
  const { rows } = await db.execute<PromptExport>(sql`
    select x.id, x.text as prompt, x.split, x.source from prompts x
    where x.project_id = ${projectId} and x.text <> '' ${after('prompts', cursor)}
    order by x.created_at, x.id limit ${limit}`);
  return rows;
}

export async function pageOfDemonstrations(db: Db, page: LabelPage): Promise<DemonstrationExport[]> {
  const { rows } = await db.execute<DemonstrationExport>(sql`
    select x.id, p.text as prompt, p.split, r.text as completion, x.standing, x.user_id as annotator, x.supersedes_id as supersedes, ${isoTime}
    from demonstrations x join prompts p on p.id = x.prompt_id join responses r on r.id = x.response_id
    where ${ofPage('demonstrations', page)} and ${isWanted(page)}
    order by x.created_at, x.id limit ${page.limit}`);
  return rows;
}

/** Of a pair that somebody judged, and where it and its prompt are found. */
const pair = sql`a.text as text_a, b.text as text_b, ${source('a', 'ca', 'ra')} as source_a, ${source('b', 'cb', 'rb')} as source_b,
  x.grade, x.scale_points, x.is_both_bad`;
const ofPair = sql`join prompts p on p.id = x.prompt_id
  join responses a on a.id = x.response_a_id
  join responses b on b.id = x.response_b_id
  left join checkpoints ca on ca.id = a.checkpoint_id
  left join rounds ra on ra.id = ca.round_id
  left join checkpoints cb on cb.id = b.checkpoint_id
  left join rounds rb on rb.id = cb.round_id`;

/** A reviewer has decided about these two texts, whichever stood first. */
const hasVerdict = sql`exists (
  select from verdicts v join responses va on va.id = v.response_a_id join responses vb on vb.id = v.response_b_id
  where v.prompt_id = x.prompt_id and ${isHolding('v')} and ((va.text = a.text and vb.text = b.text) or (va.text = b.text and vb.text = a.text)))`;

/** Decided: also the pairs that rankings say. Else only what was judged as a pair. */
export async function pageOfPreferences(
  db: Db,
  page: LabelPage & { isDecided: boolean; withoutVerdicts?: boolean },
): Promise<PreferenceExport[]> {
  const { rows } = await db.execute<PreferenceExport>(sql`
    select ${judgement}, ${pair}, x.aspects, x.is_swapped, x.ranking_id as ranking
    from preferences x ${ofPair}
    where ${ofPage('preferences', page)} ${page.isDecided ? sql`and x.grade <> 0 and ${isWanted(page)}` : sql`and x.ranking_id is null`}
      ${page.withoutVerdicts ? sql`and not ${hasVerdict}` : sql``}
    order by x.created_at, x.id limit ${page.limit}`);
  return rows;
}

/** Decided: without ties. Superseded: also those that were taken back, and the rows that say so. */
export async function pageOfVerdicts(
  db: Db,
  { projectId, cursor, limit, withSuperseded, isDecided }: Omit<LabelPage, 'withLate'> & { isDecided: boolean },
): Promise<VerdictExport[]> {
  const { rows } = await db.execute<VerdictExport>(sql`
    select x.id, p.text as prompt, p.split, x.reason, x.reviewer_id as reviewer, x.supersedes_id as supersedes, x.is_taken_back, ${pair}, ${isoTime}
    from verdicts x ${ofPair}
    where x.project_id = ${projectId} ${withSuperseded ? sql`` : sql`and ${isHolding('x')}`} ${isDecided ? sql`and x.grade <> 0` : sql``}
      ${after('verdicts', cursor)}
    order by x.created_at, x.id limit ${limit}`);
  return rows;
}

export async function pageOfRankings(db: Db, page: LabelPage): Promise<RankingExport[]> {
  const { rows } = await db.execute<RankingExport>(sql`
    select ${judgement}, ordered.responses
    from rankings x
    join prompts p on p.id = x.prompt_id
    cross join lateral (
      select json_agg(json_build_object('text', r.text, 'rank', u.rank, 'source', ${source('r', 'c', 'n')}) order by u.rank, u.place) as responses
      from unnest(x.response_ids, x.ranks) with ordinality u(id, rank, place)
      join responses r on r.id = u.id
      left join checkpoints c on c.id = r.checkpoint_id
      left join rounds n on n.id = c.round_id
    ) ordered
    where ${ofPage('rankings', page)}
    order by x.created_at, x.id limit ${page.limit}`);
  return rows;
}

export async function pageOfRatings(db: Db, page: LabelPage): Promise<RatingExport[]> {
  const { rows } = await db.execute<RatingExport>(sql`
    select ${judgement}, r.text as response, ${source('r', 'c', 'n')} as source, x.aspects, x.scale_points, x.is_safe, x.safety_categories
    from ratings x
    join prompts p on p.id = x.prompt_id
    join responses r on r.id = x.response_id
    left join checkpoints c on c.id = r.checkpoint_id
    left join rounds n on n.id = c.round_id
    where ${ofPage('ratings', page)}
    order by x.created_at, x.id limit ${page.limit}`);
  return rows;
}

export type QuestionExport = {
  id: string;
  kind: TaskKind | 'red-team';
  prompt: string | null;
  responses: string[];
  question: string;
  answer: string | null;
  is_precedent: boolean;
  title: string;
  annotator: string | null;
  reviewer: string | null;
  created_at: string;
};

export async function pageOfQuestions(
  db: Db,
  { projectId, cursor, limit }: { projectId: string; cursor?: string; limit: number },
): Promise<QuestionExport[]> {
  const { rows } = await db.execute<QuestionExport>(sql`
    select x.id, coalesce(t.kind::text, 'red-team') as kind, p.text as prompt,
      array(select r.text from unnest(x.response_ids) with ordinality u(id, place) join responses r on r.id = u.id order by u.place) as responses,
      x.text as question, x.answer, x.is_precedent, x.title, x.user_id as annotator, x.answered_by as reviewer, ${isoTime}
    from questions x left join tasks t on t.id = x.task_id left join prompts p on p.id = x.prompt_id
    where x.project_id = ${projectId} ${after('questions', cursor)}
    order by x.created_at, x.id limit ${limit}`);
  return rows;
}

/** Those that have ended. */
export async function pageOfConversations(
  db: Db,
  { projectId, cursor, limit }: { projectId: string; cursor?: string; limit: number },
): Promise<ConversationExport[]> {
  const { rows } = await db.execute<ConversationExport>(sql`
    select x.id, x.outcome, x.category, x.severity, x.notes, x.seconds_on_task, x.user_id as annotator, x.demonstration_id as demonstration, x.decoding,
      (select coalesce(json_agg(json_build_object('role', t.role, 'content', t.text) order by t.position), '[]') from conversation_turns t
        where t.conversation_id = x.id) as messages,
      r.text as correction, p.text as prompt, c.id as checkpoint, c.kind as checkpoint_kind, n.number as round, ${isoTime}
    from conversations x
    join checkpoints c on c.id = x.checkpoint_id
    left join rounds n on n.id = c.round_id
    left join demonstrations d on d.id = x.demonstration_id
    left join responses r on r.id = d.response_id
    left join prompts p on p.id = d.prompt_id
    where x.project_id = ${projectId} and x.outcome <> 'open' ${after('conversations', cursor)}
    order by x.created_at, x.id limit ${limit}`);
  return rows;
}
