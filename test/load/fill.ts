/** Comparisons by the million: a project whose tasks are made in the database, by content like those that a round makes. */
import { randomUUID } from 'node:crypto';
import { pool } from '@/db/client';
import { projectSettingsSchema } from '@/lib/projects/settings';

/** Eleven responses a prompt make 55 pairs. */
const responsesPerPrompt = 11;
const pairsPerPrompt = (responsesPerPrompt * (responsesPerPrompt - 1)) / 2;

export type FilledProject = { id: string; slug: string };

/** @param overlap SQL for a pair's overlap; `i` is its number, 1 … count */
export async function fillWithPairs(count: number, overlap: string, settings: object = {}): Promise<FilledProject> {
  const slug = `load-${randomUUID()}`;
  const { rows } = await pool().query<{ id: string }>(
    `insert into projects (slug, name, base_model, settings) values ($1, $1, 'builtin', $2) returning id`,
    [slug, projectSettingsSchema.parse(settings)],
  );
  const { id } = rows[0]!;
  await pool().query(
    `insert into prompts (project_id, text, text_hash, split, source, is_sampled)
    select $1, 'Question ' || i || ': ' || repeat('what is it about? ', 10), md5(i::text), 'train', 'load', true from generate_series(1, $2) i`,
    [id, Math.ceil(count / pairsPerPrompt)],
  );
  await pool().query(
    `insert into responses (project_id, prompt_id, text, origin)
    select $1, p.id, 'Answer ' || n || ': ' || repeat('it is about this. ', 20), 'policy' from prompts p, generate_series(1, $2) n where p.project_id = $1`,
    [id, responsesPerPrompt],
  );
  await pool().query(
    `insert into tasks (project_id, kind, prompt_id, response_a_id, response_b_id, overlap)
    select $1, 'compare', prompt_id, a, b, ${overlap} from (
      select a.prompt_id, a.id as a, b.id as b, row_number() over (order by a.prompt_id, a.id, b.id) as i
      from responses a join responses b on b.prompt_id = a.prompt_id and b.id > a.id where a.project_id = $1
    ) pairs where i <= $2`,
    [id, count],
  );
  await pool().query('vacuum analyze prompts, responses, tasks, leases, preferences, users, projects, task_counts');
  return { id, slug };
}
