import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import { systemActor } from '@/lib/auth/actor';
import { exportRows, type ExportKind } from '@/lib/dataset/export';
import { importRows, type ImportInput } from '@/lib/dataset/import';
import { getProject } from '@/lib/projects/get-project';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePerson, makeProject, taskIds } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function* lines(...rows: (string | object)[]): AsyncGenerator<string> {
  for (const row of rows) yield `${typeof row === 'string' ? row : JSON.stringify(row)}\n`;
}
const take = (projectId: string, kind: ImportInput['kind'], rows: (string | object)[], mode: ImportInput['mode'] = 'all-or-nothing') =>
  importRows(systemActor, { projectId, kind, mode, text: lines(...rows) });
const counts = async (slug: string) => (await getProject(systemActor, slug)).counts;

const give = (projectId: string, kind: ExportKind) => exported({ projectId, kind });

describe('import', () => {
  it('of prompts makes demonstration tasks of the training split and has the base model sampled, once', async () => {
    const { id, slug } = await makeProject({ demonstrationTasks: 3, heldOutFraction: 0.5 });
    const prompts = Array.from({ length: 20 }, (_, i) => ({ prompt: `Question ${i}?` }));
    expect(await take(id, 'prompts', [...prompts, prompts[0]!])).toEqual({ imported: 20, duplicates: 1, rejectedCount: 0, rejected: [] });
    expect(await take(id, 'prompts', prompts)).toMatchObject({ imported: 0, duplicates: 20 });
    expect(await counts(slug)).toMatchObject({ prompts: 20, heldOutPrompts: expect.any(Number) });
    expect(await taskIds(id, 'demonstrate')).toHaveLength(3);
    const held = await pool().query(
      `select 1 from tasks t join prompts p on p.id = t.prompt_id where p.project_id = $1 and p.split = 'held_out'`,
      [id],
    );
    expect(held.rowCount).toBe(0);
    const { rows } = await pool().query('select stage, state, round_id from jobs where project_id = $1', [id]);
    expect(rows).toEqual([{ stage: 'sample', state: 'queued', round_id: null }]);
  });

  it('of prompts that are all there makes no work', async () => {
    const { id } = await makeProject({ heldOutFraction: 0 });
    await take(id, 'prompts', ['"One?"', '"Two?"']);
    await pool().query(`update jobs set state = 'succeeded' where project_id = $1`, [id]);
    const jobs = async () => (await pool().query('select 1 from jobs where project_id = $1', [id])).rowCount;
    await expect(take(id, 'prompts', [])).rejects.toMatchObject({ code: 'invalid', details: { reason: 'nothing-to-import' } });
    await take(id, 'prompts', ['"One?"']);
    expect(await jobs()).toBe(1);
    // A prompt that only a demonstration had brought is answered from now on.
    await take(id, 'demonstrations', [{ prompt: 'Three?', completion: 'Yes.' }]);
    expect(await jobs()).toBe(1);
    await take(id, 'prompts', ['"Three?"']);
    expect(await jobs()).toBe(2);
  });

  it('of demonstrations and comparisons counts what is there already, and gives their prompts to no policy', async () => {
    const { id, slug } = await makeProject();
    const demonstration = { prompt: 'Hi?', completion: 'Hello.' };
    expect(await take(id, 'demonstrations', [demonstration, demonstration])).toMatchObject({ imported: 1, duplicates: 1 });
    expect(await take(id, 'demonstrations', [demonstration])).toMatchObject({ imported: 0, duplicates: 1 });
    const comparison = { prompt: 'Hi?', chosen: 'Hello.', rejected: 'Go away.' };
    expect(await take(id, 'comparisons', [comparison, { ...comparison, margin: 3 }])).toMatchObject({ imported: 2 });
    expect(await counts(slug)).toEqual({ prompts: 1, heldOutPrompts: expect.any(Number), demonstrations: 1, comparisons: 2 });
    const { rows } = await pool().query('select is_sampled from prompts where project_id = $1', [id]);
    expect(rows).toEqual([{ is_sampled: false }]);
    await take(id, 'prompts', ['"Hi?"']);
    expect((await pool().query('select is_sampled from prompts where project_id = $1', [id])).rows).toEqual([{ is_sampled: true }]);
  });

  const mixed = ['{"prompt":"good"}', '{"prompt":', '{"promt":"typo"}', '{"prompt":"better"}'];
  const rejected = [
    expect.objectContaining({ line: 2, reason: expect.stringContaining('Not valid JSON') }),
    { line: 3, code: 'missing', reason: '"prompt" is missing.', details: { field: 'prompt' } },
  ];

  it('with bad lines takes nothing, and says which lines and why', async () => {
    const { id, slug } = await makeProject();
    await expect(take(id, 'prompts', mixed)).rejects.toMatchObject({
      code: 'invalid',
      exitCode: 2,
      message: expect.stringMatching(/^Nothing was imported: 2 lines are bad\.\nLine 2: Not valid JSON.*\nLine 3: "prompt" is missing\./),
      details: { rejected, rejectedCount: 2 },
    });
    expect((await counts(slug)).prompts).toBe(0);
  });

  it('or takes the rest, when asked to', async () => {
    const { id, slug } = await makeProject();
    expect(await take(id, 'prompts', mixed, 'skip-bad')).toEqual({ imported: 2, duplicates: 0, rejectedCount: 2, rejected });
    expect((await counts(slug)).prompts).toBe(2);
  });

  it('that breaks off leaves nothing behind', async () => {
    const { id, slug } = await makeProject();
    const broken = async function* () {
      for (let i = 0; i < 1200; i++) yield `${JSON.stringify(`prompt ${i}`)}\n`;
      throw new Error('the line went dead');
    };
    await expect(importRows(systemActor, { projectId: id, kind: 'prompts', mode: 'skip-bad', text: broken() })).rejects.toThrow(
      'went dead',
    );
    expect((await counts(slug)).prompts).toBe(0);
  });

  it('is for those who manage projects', async () => {
    const { id } = await makeProject();
    const reviewer = await makePerson('reviewer');
    await expect(importRows(reviewer, { projectId: id, kind: 'prompts', mode: 'skip-bad', text: lines() })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('export', () => {
  it('gives back what was imported, and can be imported again', async () => {
    const { id } = await makeProject({ heldOutFraction: 0 });
    const demonstrations = Array.from({ length: 2300 }, (_, i) => ({ prompt: `Q${i}`, completion: `A${i}` }));
    await take(id, 'demonstrations', demonstrations);
    await take(id, 'comparisons', [
      { prompt: 'Q1', chosen: 'yes', rejected: 'no', margin: 2 },
      { prompt: 'Q2', chosen: 'yes', rejected: 'no' },
    ]);
    const given = await give(id, 'demonstrations');
    expect(new Set(given.map((row) => row.prompt))).toEqual(new Set(demonstrations.map((row) => row.prompt)));
    expect(given).toHaveLength(2300);
    const comparisons = await give(id, 'comparisons');
    expect(comparisons.find((row) => row.prompt === 'Q1')).toMatchObject({
      chosen: 'yes',
      rejected: 'no',
      margin: 2,
      split: 'train',
      lineage: { chosen: { origin: 'imported' } },
    });
    expect(comparisons.find((row) => row.prompt === 'Q2')).not.toHaveProperty('margin');
    const other = await makeProject();
    expect(await take(other.id, 'comparisons', comparisons)).toMatchObject({ imported: 2 });
    expect(await take(other.id, 'demonstrations', given)).toMatchObject({ imported: 2300 });
    expect(await give(other.id, 'prompts')).toHaveLength(2300);
  });

  it('keeps ties for judgements, and turns a preference for B round for comparisons', async () => {
    const { id } = await makeProject();
    await take(id, 'comparisons', [
      { prompt: 'Q1', chosen: 'a', rejected: 'b', margin: 1 },
      { prompt: 'Q2', chosen: 'a', rejected: 'b', margin: 1 },
    ]);
    await pool().query(
      `update preferences set grade = case when (select text from prompts where id = prompt_id) = 'Q1' then -3 else 0 end where project_id = $1`,
      [id],
    );
    expect(await give(id, 'comparisons')).toMatchObject([{ prompt: 'Q1', chosen: 'b', rejected: 'a', margin: 3 }]);
    const judgements = await give(id, 'judgements');
    expect(judgements.map((row) => [row.prompt, row.grade, row.response_a, row.response_b]).sort()).toEqual([
      ['Q1', -3, 'a', 'b'],
      ['Q2', 0, 'a', 'b'],
    ]);
  });

  it('is not for annotators', async () => {
    const { id } = await makeProject();
    const rows = exportRows(await makePerson(), { projectId: id, kind: 'prompts' });
    await expect(rows.next()).rejects.toMatchObject({ code: 'forbidden' });
  });
});
