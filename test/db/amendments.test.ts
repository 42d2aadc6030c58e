/** Answers that are changed after they were given: kept in all versions, read in the newest. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { insertPreference } from '@/db/queries/preferences';
import { insertSnapshot } from '@/db/queries/rounds';
import { isUniqueViolation } from '@/db/violations';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { getPrompt } from '@/lib/prompts/get-prompt';
import { readReadiness } from '@/lib/rounds/readiness';
import { amendDemonstration } from '@/lib/tasks/amend-demonstration';
import { amendPreference } from '@/lib/tasks/amend-preference';
import { claimTask } from '@/lib/tasks/claim-task';
import { workProgress } from '@/lib/tasks/progress';
import { submitDemonstration } from '@/lib/tasks/submit-demonstration';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePairs, makePerson, makeProject } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const newKey = () => ({ idempotencyKey: randomUUID() });

async function judged(settings: object = {}) {
  const project = await makeProject(settings);
  await makePairs(project.id, 1);
  const actor = await makePerson();
  const { lease, task } = (await claimTask(actor, { projectId: project.id, kind: 'compare' }))!;
  const { preferenceId } = await submitPreference(actor, { leaseId: lease.id, ...newKey(), grade: 2, reason: 'first' });
  return { projectId: project.id, actor, leaseId: lease.id, promptId: task.prompt.id, preferenceId };
}

async function written(settings: object = {}) {
  const project = await makeProject({ heldOutFraction: 0, ...settings }, ['Hello?']);
  const actor = await makePerson();
  const { lease, task } = (await claimTask(actor, { projectId: project.id, kind: 'demonstrate' }))!;
  const { demonstrationId } = await submitDemonstration(actor, { leaseId: lease.id, ...newKey(), text: 'Helo!' });
  return { projectId: project.id, actor, leaseId: lease.id, promptId: task.prompt.id, demonstrationId };
}

const rowsOf = async (projectId: string) =>
  (await pool().query('select * from preferences where project_id = $1 order by created_at, id', [projectId])).rows;

describe('an amended judgement', () => {
  it('is a row of its own beside the old one, of the same pair and sides, with an audit row', async () => {
    const { projectId, actor, preferenceId } = await judged();
    const [old] = await rowsOf(projectId);
    const { preferenceId: newId, status } = await amendPreference(actor, {
      preferenceId,
      ...newKey(),
      grade: -1,
      reason: ' second thoughts ',
    });
    expect(status).toBe('accepted');
    const [kept, amended] = await rowsOf(projectId);
    expect(kept).toEqual(old);
    const { response_a_id, response_b_id, is_swapped, lease_id, task_id, user_id, prompt_id } = old;
    expect(amended).toMatchObject({ id: newId, supersedes_id: preferenceId, reason: 'second thoughts' });
    expect(amended).toMatchObject({ response_a_id, response_b_id, is_swapped, lease_id, task_id, user_id, prompt_id });
    expect(amended.grade).toBe(is_swapped ? 1 : -1);
    const audits = await pool().query('select actor_id, action, data from audit_log where subject_id = $1', [newId]);
    expect(audits.rows).toEqual([{ actor_id: actor.id, action: 'preference.amend', data: { supersedes: preferenceId, taskId: task_id } }]);
  });

  it('takes the place of the old one for everybody who reads: rounds, counts, prompt, progress and export', async () => {
    const { projectId, actor, promptId, preferenceId } = await judged();
    const { preferenceId: newId } = await amendPreference(actor, { preferenceId, ...newKey(), grade: -1 });
    await insertSnapshot(db(), projectId);
    const { rows } = await pool().query('select preference_ids from snapshots where project_id = $1', [projectId]);
    expect(rows).toEqual([{ preference_ids: [newId] }]);
    expect((await readReadiness(db(), projectId)).comparisons.have).toBe(1);
    expect((await getPrompt(systemActor, { promptId })).judgements.map(({ id }) => id)).toEqual([newId]);
    expect((await workProgress(actor, { projectId })).compare).toMatchObject({ answeredByMe: 1, answeredByMeToday: 1 });
    expect((await exported({ projectId, kind: 'comparisons' })).map((row) => [row.margin, row.lineage.supersedes])).toEqual([
      [1, preferenceId],
    ]);
    expect((await exported({ projectId, kind: 'judgements', superseded: 'with' })).map((row) => row.lineage.supersedes)).toEqual([
      null,
      preferenceId,
    ]);
  });

  it('counts as the tie that it became', async () => {
    const { projectId, actor, preferenceId } = await judged();
    await amendPreference(actor, { preferenceId, ...newKey(), grade: 0, isBothBad: true });
    expect((await readReadiness(db(), projectId)).comparisons.have).toBe(0);
    expect(await exported({ projectId, kind: 'comparisons' })).toEqual([]);
  });

  it('sent twice, also at once, is one row; the key of another answer is refused', async () => {
    const { projectId, actor, leaseId, preferenceId } = await judged();
    const amendment = { preferenceId, ...newKey(), grade: -1 };
    const results = await Promise.all(Array.from({ length: 8 }, () => amendPreference(actor, amendment)));
    results.push(await amendPreference(actor, amendment));
    expect(results.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(new Set(results.map((result) => result.preferenceId)).size).toBe(1);
    const [first] = await rowsOf(projectId);
    await expect(amendPreference(actor, { ...amendment, idempotencyKey: first.idempotency_key })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(submitPreference(actor, { leaseId, idempotencyKey: amendment.idempotencyKey, grade: 1 })).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(await rowsOf(projectId)).toHaveLength(2);
  });

  it('twenty amendments at once leave exactly one that nothing supersedes', async () => {
    const { projectId, actor, preferenceId } = await judged();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => amendPreference(actor, { preferenceId, ...newKey(), grade: (i % 7) - 3 })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict', details: { reason: 'superseded' } });
    expect(await rowsOf(projectId)).toHaveLength(2);
    expect(await exported({ projectId, kind: 'judgements' })).toHaveLength(1);
  });

  it('can be amended again, only in its newest version', async () => {
    const { projectId, actor, preferenceId } = await judged();
    const second = await amendPreference(actor, { preferenceId, ...newKey(), grade: 1 });
    await expect(amendPreference(actor, { preferenceId, ...newKey(), grade: 3 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('newest version'),
      details: { reason: 'superseded' },
    });
    const third = await amendPreference(actor, { preferenceId: second.preferenceId, ...newKey(), grade: 3 });
    expect((await exported({ projectId, kind: 'judgements' })).map((row) => row.lineage.id)).toEqual([third.preferenceId]);
    expect(await exported({ projectId, kind: 'judgements', superseded: 'with' })).toHaveLength(3);
  });

  it('comes within the window after the first version, or not at all', async () => {
    const { actor, preferenceId } = await judged({ amendMinutes: 10 });
    const { preferenceId: second } = await amendPreference(actor, { preferenceId, ...newKey(), grade: 1 });
    await pool().query(`update preferences set created_at = created_at - interval '9 minutes' where id = $1`, [preferenceId]);
    const { preferenceId: third } = await amendPreference(actor, { preferenceId: second, ...newKey(), grade: 0 });
    await pool().query(`update preferences set created_at = created_at - interval '2 minutes' where id = $1`, [preferenceId]);
    await expect(amendPreference(actor, { preferenceId: third, ...newKey(), grade: 2 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('10 minutes'),
      details: { reason: 'too-old' },
    });
  });

  it('is refused where it is switched off, to others, and with a wrong body', async () => {
    const off = await judged({ amendMinutes: 0 });
    await expect(amendPreference(off.actor, { preferenceId: off.preferenceId, ...newKey(), grade: 1 })).rejects.toMatchObject({
      details: { reason: 'off' },
    });
    const { actor, preferenceId } = await judged();
    const amend = (by: Actor, grade: number) => amendPreference(by, { preferenceId, ...newKey(), grade });
    await expect(amend(await makePerson('admin'), 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(amend(actor, 4)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('leaves the schema’s own promise: one first answer a person and task, one successor an answer', async () => {
    const { projectId, actor, preferenceId } = await judged();
    await amendPreference(actor, { preferenceId, ...newKey(), grade: 1 });
    const [{ id: _, ...first }] = (await pool().query('select * from preferences where id = $1', [preferenceId])).rows;
    const again = {
      projectId,
      taskId: first.task_id as string,
      userId: actor.id,
      promptId: first.prompt_id as string,
      responseAId: first.response_a_id as string,
      responseBId: first.response_b_id as string,
      grade: 0,
    };
    const violates = (row: object, constraint: string) =>
      insertPreference(db(), { ...again, ...newKey(), ...row }).then(
        () => false,
        (error) => isUniqueViolation(error, constraint),
      );
    expect(await violates({}, 'preferences_task_user_unique')).toBe(true);
    expect(await violates({ supersedesId: preferenceId }, 'preferences_supersedes_unique')).toBe(true);
  });
});

describe('an amended demonstration', () => {
  it('replaces the text for everybody who reads, and both texts are kept', async () => {
    const { projectId, actor, promptId, demonstrationId } = await written();
    const amended = await amendDemonstration(actor, { demonstrationId, ...newKey(), text: 'Hello!' });
    expect(amended.status).toBe('accepted');
    expect((await exported({ projectId, kind: 'demonstrations' })).map((row) => row.completion)).toEqual(['Hello!']);
    expect((await exported({ projectId, kind: 'demonstrations', superseded: 'with' })).map((row) => row.completion)).toEqual([
      'Helo!',
      'Hello!',
    ]);
    expect((await getPrompt(systemActor, { promptId })).responses.map(({ text }) => text)).toEqual(['Hello!']);
    expect((await readReadiness(db(), projectId)).demonstrations.have).toBe(1);
    expect((await workProgress(actor, { projectId })).demonstrate.answeredByMe).toBe(1);
    await insertSnapshot(db(), projectId);
    const { rows } = await pool().query('select demonstration_ids from snapshots where project_id = $1', [projectId]);
    expect(rows).toEqual([{ demonstration_ids: [amended.demonstrationId] }]);
  });

  it('keeps one newest when many amend at once, and is never empty', async () => {
    const { projectId, actor, demonstrationId } = await written();
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => amendDemonstration(actor, { demonstrationId, ...newKey(), text: `Hello ${i}` })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await exported({ projectId, kind: 'demonstrations' })).toHaveLength(1);
    // Nothing is left of those that were refused: no text without its answer.
    const texts = await pool().query('select count(*)::int as n from responses where project_id = $1', [projectId]);
    expect(texts.rows).toEqual([{ n: 2 }]);
    const newest = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.demonstrationId] : []))[0]!;
    await expect(amendDemonstration(actor, { demonstrationId: newest, ...newKey(), text: ' ' })).rejects.toMatchObject({ code: 'invalid' });
  });
});
