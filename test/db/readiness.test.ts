/** Labels that are many and teach nothing are found before a round starts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { countLabels } from '@/db/queries/rounds';
import { systemActor } from '@/lib/auth/actor';
import { readiness } from '@/lib/rounds/readiness';
import { startRound } from '@/lib/rounds/start-round';
import { testDatabase, type TestDatabase } from '../support/database';
import { makeReadyProject } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const problemsOf = async (projectId: string) => (await readiness(systemActor, { projectId })).problems.map(({ reason }) => reason);

describe('a project with enough labels', () => {
  it('is ready, and counts pairs once', async () => {
    const { id } = await makeReadyProject();
    expect(await problemsOf(id)).toEqual([]);
    const before = await countLabels(db(), id);
    expect(before.trainable).toMatchObject({ comparisons: before.trainable.pairs, clear: before.trainable.pairs });
    // The same judgements again: more labels, no more pairs.
    await repeat(id, 'f.response_a_id, f.response_b_id, f.grade');
    const after = await countLabels(db(), id);
    expect(after.trainable).toEqual({ ...before.trainable, comparisons: 2 * before.trainable.comparisons });
  });

  it.each([
    ['said the other way round', 'f.response_a_id, f.response_b_id, -f.grade'],
    ['with the sides exchanged', 'f.response_b_id, f.response_a_id, f.grade'],
  ])('whose every comparison is contradicted, %s', async (_, columns) => {
    const { id } = await makeReadyProject();
    await repeat(id, columns);
    expect(await problemsOf(id)).toEqual([
      expect.stringMatching(/^The comparisons contradict each other: of \d judged pairs? as many labels/),
    ]);
    await expect(startRound(systemActor, { projectId: id })).rejects.toThrow(/contradict each other/);
    await repeat(id, 'least(f.response_a_id, f.response_b_id), greatest(f.response_a_id, f.response_b_id), 3');
    expect(await problemsOf(id)).toEqual([]);
  });

  it('on held-out prompts only, or on one prompt only', async () => {
    const { id } = await makeReadyProject();
    await repeat(id, 'f.response_a_id, f.response_b_id, f.grade');
    const ofCompared = 'where id in (select prompt_id from preferences where project_id = $1)';
    await pool().query(`update prompts set split = 'held_out' ${ofCompared}`, [id]);
    expect(await problemsOf(id)).toEqual([expect.stringMatching(/^All 6 comparisons are on held-out prompts/)]);
    await pool().query(
      `update prompts set split = 'train' where id = (select min(prompt_id::text)::uuid from preferences where project_id = $1)`,
      [id],
    );
    expect(await problemsOf(id)).toEqual([expect.stringMatching(/^All comparisons are on one prompt/)]);
  });

  it('whose demonstrations are all empty', async () => {
    const { id } = await makeReadyProject();
    await pool().query(`update responses set text = E' \n' where id in (select response_id from demonstrations where project_id = $1)`, [
      id,
    ]);
    expect(await problemsOf(id)).toEqual([expect.stringMatching(/^All 3 demonstrations are empty/)]);
  });
});

/** Once more all judgements, as the given columns (responses and grade) have them. */
async function repeat(projectId: string, columns: string): Promise<void> {
  await pool().query(
    `insert into preferences (project_id, prompt_id, response_a_id, response_b_id, grade, idempotency_key)
     select f.project_id, f.prompt_id, ${columns}, gen_random_uuid()::text from preferences f where f.project_id = $1`,
    [projectId],
  );
}
