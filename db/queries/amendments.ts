/**
 * Answers are never updated: an amendment is a row of its own that names the one it supersedes. A chain has one first answer (one
 * per person and task), and no row is superseded twice, both by unique index; so there is exactly one newest version. Whoever
 * reads answers takes the rows that nothing supersedes.
 */
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';

export type AnswerTable = 'preferences' | 'demonstrations' | 'rankings' | 'ratings';

/** @param alias what the table is called in the statement */
export const isNewest = (table: AnswerTable | 'verdicts', alias: string = table): SQL =>
  sql`not exists (select from ${sql.identifier(table)} amendment where amendment.supersedes_id = ${sql.identifier(alias)}.id)`;

/** What trains: the newest version of an answer that the task needed. */
export const isCounted = (table: AnswerTable, alias: string = table): SQL =>
  sql`(${sql.identifier(alias)}.standing = 'counted' and ${isNewest(table, alias)})`;

/** A response that its writer has rewritten since. */
export const isSupersededText = (alias = 'responses'): SQL => sql`exists (
  select from demonstrations d join demonstrations amendment on amendment.supersedes_id = d.id where d.response_id = ${sql.identifier(alias)}.id)`;

/** Of an answer: was it amended, and are its minutes, counted from the first version, not over? Lock the row first. */
export async function findAmendability(
  db: Db,
  table: AnswerTable,
  id: string,
  minutes: number,
): Promise<{ isSuperseded: boolean; isInTime: boolean }> {
  const answers = sql.identifier(table);
  const { rows } = await db.execute<{ isSuperseded: boolean; isInTime: boolean }>(sql`
    with recursive versions as (
      select id, supersedes_id, created_at from ${answers} where id = ${id}
      union all
      select older.id, older.supersedes_id, older.created_at from ${answers} older join versions v on older.id = v.supersedes_id
    )
    select exists (select from ${answers} where supersedes_id = ${id}) as "isSuperseded",
      (select now() < created_at + make_interval(secs => ${minutes * 60}) from versions where supersedes_id is null) as "isInTime"`);
  return rows[0]!;
}
