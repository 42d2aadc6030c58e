/** Small pieces of a project, made quickly, for database tests. */
import { randomUUID } from 'node:crypto';
import { db, pool } from '@/db/client';
import type { Role } from '@/db/enums';
import { insertPerson } from '@/db/queries/people';
import { upsertPrompts } from '@/db/queries/prompts';
import { insertCompareTasks, insertRankTasks, insertRateTasks } from '@/db/queries/tasks';
import { insertSamples } from '@/db/queries/responses';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { importRows } from '@/lib/dataset/import';
import { createProject } from '@/lib/projects/create-project';
import { toNewPrompt } from '@/lib/prompts/split';

export const fakeModels = {
  inspectModel: async () => ({ architecture: 'LlamaForCausalLM', parameters: 1000, contextLength: 256, vocabSize: 512 }),
  hashFolder: async () => ({ sha256: 'f'.repeat(64), bytes: 1000 }),
};

export async function makePerson(role: Role = 'annotator'): Promise<Actor> {
  const name = `${role} ${randomUUID().slice(0, 8)}`;
  const { id, email } = await insertPerson(db(), { email: `${name.replace(' ', '.')}@example.org`, name, role, passwordHash: null });
  return { id, name, email, role };
}

export async function makeProject(settings: object = {}, prompts: string[] = []): Promise<{ id: string; slug: string }> {
  const slug = `p-${randomUUID()}`;
  return createProject(systemActor, { slug, name: slug, baseModel: 'builtin', settings: { ...settings }, prompts }, fakeModels);
}

/** Compare tasks, each on a prompt of its own. Returns their ids. */
export async function makePairs(projectId: string, count: number, overlap = 1, priority = 0): Promise<string[]> {
  const prompts = await makeResponses(projectId, count, ['first', 'second']);
  const pairs = prompts.map(({ promptId, ids }) => ({ promptId, responseAId: ids[0]!, responseBId: ids[1]!, overlap }));
  await insertCompareTasks(db(), { projectId, roundId: null, priority }, pairs);
  return taskIds(projectId, 'compare');
}

/** Rank tasks, each on a prompt of its own, of the responses `a …`, `b …`, … in this order. */
export async function makeRankTasks(projectId: string, count: number, size = 4, overlap = 1): Promise<string[]> {
  const prompts = await makeResponses(projectId, count, [...'abcdefghi'].slice(0, size));
  const rankings = prompts.map(({ promptId, ids }) => ({ promptId, responseIds: ids, overlap }));
  await insertRankTasks(db(), { projectId, roundId: null, priority: 0 }, rankings);
  return taskIds(projectId, 'rank');
}

/** Rate tasks, each on a prompt of its own. */
export async function makeRateTasks(projectId: string, count: number, overlap = 1): Promise<string[]> {
  const prompts = await makeResponses(projectId, count, ['only']);
  const samples = prompts.map(({ promptId, ids }) => ({ promptId, responseId: ids[0]!, overlap }));
  await insertRateTasks(db(), { projectId, roundId: null, priority: 0 }, samples);
  return taskIds(projectId, 'rate');
}

/** Responses to prompts of their own, by their texts' first words. */
async function makeResponses(projectId: string, count: number, words: string[]): Promise<{ promptId: string; ids: string[] }[]> {
  const texts = Array.from({ length: count }, () => `prompt ${randomUUID()}`);
  const prompts = await upsertPrompts(
    db(),
    projectId,
    texts.map((text) => toNewPrompt(text, { heldOutFraction: 0, source: 'test', isSampled: true })),
  );
  const responses = prompts.flatMap(({ id }) => words.map((word) => ({ projectId, promptId: id, text: `${word} ${id}` })));
  await insertSamples(db(), responses);
  const { rows } = await pool().query<{ promptId: string; ids: string[] }>(
    `select prompt_id as "promptId", array_agg(id order by text) as ids from responses where prompt_id = any($1) group by 1`,
    [prompts.map((prompt) => prompt.id)],
  );
  return rows;
}

export async function taskIds(projectId: string, kind: string): Promise<string[]> {
  const { rows } = await pool().query<{ id: string }>('select id from tasks where project_id = $1 and kind = $2 order by id', [
    projectId,
    kind,
  ]);
  return rows.map((row) => row.id);
}

export type TaskRow = { id: string; state: string; answered: number; leased: number; overlap: number };

export async function readTasks(projectId: string): Promise<TaskRow[]> {
  const { rows } = await pool().query<TaskRow>('select id, state, answered, leased, overlap from tasks where project_id = $1 order by id', [
    projectId,
  ]);
  return rows;
}

/** As if the time had run out. */
export async function expire(leaseId: string): Promise<void> {
  await pool().query(`update leases set expires_at = now() - interval '1 second' where id = $1`, [leaseId]);
}

/** Labels enough for a round, and no job in the queue. */
export async function makeReadyProject(settings: object = {}): Promise<{ id: string; slug: string }> {
  const prompts = Array.from({ length: 24 }, (_, i) => `Question ${i}?`);
  const project = await makeProject({ minDemonstrations: 1, minComparisons: 1, heldOutFraction: 0.25, ...settings }, prompts);
  await pool().query(`update jobs set state = 'succeeded' where project_id = $1`, [project.id]);
  const lines = async function* (rows: object[]) {
    for (const row of rows) yield `${JSON.stringify(row)}\n`;
  };
  const of = { projectId: project.id, mode: 'all-or-nothing' } as const;
  const demonstrations = [0, 1, 2].map((i) => ({ prompt: `Question ${i}?`, completion: `Answer ${i}.` }));
  const comparisons = [3, 4, 5].map((i) => ({ prompt: `Question ${i}?`, chosen: 'Good.', rejected: 'Bad.', margin: 2 }));
  await importRows(systemActor, { ...of, kind: 'demonstrations', text: lines(demonstrations) });
  await importRows(systemActor, { ...of, kind: 'comparisons', text: lines(comparisons) });
  return project;
}
