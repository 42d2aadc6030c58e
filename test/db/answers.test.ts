import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { insertSnapshot } from '@/db/queries/rounds';
import type { Actor } from '@/lib/auth/actor';
import { amendPreference } from '@/lib/tasks/amend-preference';
import { claimTask } from '@/lib/tasks/claim-task';
import { workProgress } from '@/lib/tasks/progress';
import { releaseTask } from '@/lib/tasks/release-task';
import { renewLease } from '@/lib/tasks/renew-lease';
import { saveDraft } from '@/lib/tasks/save-draft';
import { skipTask } from '@/lib/tasks/skip-task';
import { submitDemonstration } from '@/lib/tasks/submit-demonstration';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { expire, makePairs, makePerson, makeProject, readTasks } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function open(kind: 'compare' | 'demonstrate' = 'compare', overlap = 1, settings: object = {}) {
  const project = await makeProject(
    kind === 'demonstrate' ? { heldOutFraction: 0, demonstrateOverlap: overlap, ...settings } : settings,
    kind === 'demonstrate' ? ['Hello?'] : [],
  );
  if (kind === 'compare') await makePairs(project.id, 1, overlap);
  const actor = await makePerson();
  const claim = (await claimTask(actor, { projectId: project.id, kind }))!;
  return { projectId: project.id, actor, leaseId: claim.lease.id, taskId: claim.task.id };
}

const prefer = (actor: Actor, leaseId: string, more: object = {}) =>
  submitPreference(actor, { leaseId, idempotencyKey: `key-${leaseId}`, grade: 2, ...more });
const count = async (table: string, projectId: string): Promise<number> =>
  (await pool().query(`select count(*)::int as n from ${table} where project_id = $1`, [projectId])).rows[0].n;

describe('a preference', () => {
  it('is written with counter, lease and audit row', async () => {
    const { projectId, actor, leaseId, taskId } = await open();
    const { preferenceId, status } = await prefer(actor, leaseId, { reason: ' shorter ', secondsOnTask: 12.4, isFlagged: true });
    expect(status).toBe('accepted');
    const { rows } = await pool().query('select * from preferences where id = $1', [preferenceId]);
    expect(rows[0]).toMatchObject({
      task_id: taskId,
      user_id: actor.id,
      reason: 'shorter',
      seconds_on_task: 12,
      is_flagged: true,
      scale_points: 7,
    });
    expect(rows[0].grade).toBe(rows[0].is_swapped ? -2 : 2);
    expect(await readTasks(projectId)).toMatchObject([{ state: 'done', answered: 1, leased: 0 }]);
    const audits = await pool().query('select actor_id, action from audit_log where subject_id = $1', [preferenceId]);
    expect(audits.rows).toEqual([{ actor_id: actor.id, action: 'preference.submit' }]);
  });

  it('sent twice is one row, also when both arrive at once', async () => {
    const { projectId, actor, leaseId } = await open();
    const results = await Promise.all(Array.from({ length: 8 }, () => prefer(actor, leaseId)));
    results.push(await prefer(actor, leaseId));
    expect(results.filter((result) => result.status === 'accepted')).toHaveLength(1);
    expect(new Set(results.map((result) => result.preferenceId)).size).toBe(1);
    expect(await count('preferences', projectId)).toBe(1);
    expect(await readTasks(projectId)).toMatchObject([{ answered: 1, leased: 0 }]);
  });

  it('is refused when it is another answer to the same task, or the key of another answer', async () => {
    const { actor, leaseId } = await open();
    await prefer(actor, leaseId);
    await expect(prefer(actor, leaseId, { idempotencyKey: 'another key' })).rejects.toMatchObject({
      code: 'conflict',
      details: { reason: 'answered' },
    });
    const other = await open();
    await pool().query('update leases set user_id = $1 where id = $2', [actor.id, other.leaseId]);
    await expect(prefer(actor, other.leaseId, { idempotencyKey: `key-${leaseId}` })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('is refused on somebody else’s lease, and on an unknown one', async () => {
    const { leaseId } = await open();
    const stranger = await makePerson();
    await expect(prefer(stranger, leaseId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(prefer(stranger, randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is checked: grades in range, both bad is a tie', async () => {
    const { actor, leaseId } = await open();
    await expect(prefer(actor, leaseId, { grade: 4 })).rejects.toMatchObject({
      code: 'invalid',
      details: { fields: { grade: expect.any(String) } },
    });
    await expect(prefer(actor, leaseId, { grade: 1, isBothBad: true })).rejects.toMatchObject({ code: 'invalid' });
    expect(await prefer(actor, leaseId, { grade: 0, isBothBad: true })).toMatchObject({ status: 'accepted' });
  });

  it.each([
    [2, 1],
    [4, 2],
    [5, 2],
    [9, 4],
  ])('on a scale of %d points has grades up to %d, ties too', async (scalePoints, max) => {
    const { actor, leaseId, projectId } = await open('compare', 1, { scalePoints });
    await expect(prefer(actor, leaseId, { grade: -max - 1 })).rejects.toMatchObject({ details: { fields: { grade: expect.any(String) } } });
    await expect(prefer(actor, leaseId, { grade: 0.5 })).rejects.toMatchObject({ code: 'invalid' });
    const { preferenceId } = await prefer(actor, leaseId, { grade: max });
    const { rows } = await pool().query('select abs(grade) as grade, scale_points from preferences where id = $1', [preferenceId]);
    expect(rows).toEqual([{ grade: max, scale_points: scalePoints }]);
    await makePairs(projectId, 1);
    const another = (await claimTask(actor, { projectId, kind: 'compare' }))!;
    expect(await prefer(actor, another.lease.id, { grade: 0 })).toMatchObject({ status: 'accepted' });
  });

  it('that was given on the scale of before is taken as it was', async () => {
    const { actor, leaseId } = await open('compare', 1, { scalePoints: 5 });
    await expect(prefer(actor, leaseId, { grade: 3 })).rejects.toMatchObject({ code: 'invalid' });
    await expect(prefer(actor, leaseId, { grade: 3, scalePoints: 6 })).rejects.toMatchObject({ code: 'invalid' });
    const { preferenceId } = await prefer(actor, leaseId, { grade: 3, scalePoints: 7 });
    const { rows } = await pool().query('select abs(grade) as grade, scale_points from preferences where id = $1', [preferenceId]);
    expect(rows).toEqual([{ grade: 3, scale_points: 7 }]);
  });

  it('comes late and still counts while the task needs it', async () => {
    const { projectId, actor, leaseId } = await open();
    await expire(leaseId);
    const other = await makePerson();
    await pool().query(`update leases set state = 'expired' where id = $1`, [leaseId]);
    await pool().query(`update tasks set leased = 0 where project_id = $1`, [projectId]);
    expect(await prefer(actor, leaseId)).toMatchObject({ status: 'accepted' });
    expect(await readTasks(projectId)).toMatchObject([{ state: 'done', answered: 1, leased: 0 }]);
    expect(await claimTask(other, { projectId, kind: 'compare' })).toBeNull();
  });

  it('comes late when somebody else has the seat: it is kept apart, once, and neither counts nor trains', async () => {
    const { projectId, actor, leaseId } = await open();
    await expire(leaseId);
    const other = await makePerson();
    const taken = (await claimTask(other, { projectId, kind: 'compare' }))!;
    await expect(renewLease(actor, { leaseId })).rejects.toMatchObject({ code: 'conflict', details: { reason: 'late' } });
    const { preferenceId } = await prefer(actor, leaseId);
    expect(await prefer(actor, leaseId)).toEqual({ preferenceId, status: 'late' });
    await expect(prefer(actor, leaseId, { idempotencyKey: 'another key' })).rejects.toMatchObject({ details: { reason: 'answered' } });
    await expect(skipTask(actor, { leaseId })).rejects.toMatchObject({ details: { reason: 'answered' } });
    expect(await readTasks(projectId)).toMatchObject([{ state: 'open', answered: 0, leased: 1 }]);
    const counted = await prefer(other, taken.lease.id);
    expect(counted.status).toBe('accepted');
    expect(await readTasks(projectId)).toMatchObject([{ state: 'done', answered: 1, leased: 0 }]);
    await insertSnapshot(db(), projectId);
    const { rows } = await pool().query('select preference_ids from snapshots where project_id = $1', [projectId]);
    expect(rows).toEqual([{ preference_ids: [counted.preferenceId] }]);
    const standings = async (kind: 'judgements' | 'comparisons', late?: 'with') =>
      (await exported({ projectId, kind, late })).map((row) => row.standing ?? row.lineage.standing);
    expect(await standings('comparisons')).toEqual(['counted']);
    expect(await standings('comparisons', 'with')).toEqual(['late', 'counted']);
    expect(await standings('judgements')).toEqual(['late', 'counted']);
  });

  it('that came late stays late when it is amended', async () => {
    const { projectId, actor, leaseId } = await open();
    await expire(leaseId);
    const other = await makePerson();
    await prefer(other, (await claimTask(other, { projectId, kind: 'compare' }))!.lease.id);
    const { preferenceId } = await prefer(actor, leaseId);
    await amendPreference(actor, { preferenceId, idempotencyKey: 'amended key', grade: -1 });
    const { rows } = await pool().query('select standing from preferences where user_id = $1', [actor.id]);
    expect(rows).toEqual([{ standing: 'late' }, { standing: 'late' }]);
  });

  it('to a task that measures the person is a check', async () => {
    const { projectId, actor, leaseId } = await open();
    await pool().query(`update tasks set purpose = 'gold' where project_id = $1`, [projectId]);
    const { preferenceId } = await prefer(actor, leaseId);
    const { rows } = await pool().query('select standing from preferences where id = $1', [preferenceId]);
    expect(rows).toEqual([{ standing: 'check' }]);
  });

  it('is refused on an old lease when the person has opened the task again', async () => {
    const { projectId, actor, leaseId } = await open('compare', 3);
    await expire(leaseId);
    const again = (await claimTask(actor, { projectId, kind: 'compare' }))!;
    expect(again.lease.id).not.toBe(leaseId);
    await expect(prefer(actor, leaseId)).rejects.toMatchObject({ code: 'conflict', details: { reason: 'reopened' } });
    expect(await prefer(actor, again.lease.id)).toMatchObject({ status: 'accepted' });
    await expect(prefer(actor, leaseId, { idempotencyKey: 'another key' })).rejects.toMatchObject({ details: { reason: 'reopened' } });
    await pool().query(`update tasks set state = 'done', overlap = answered where project_id = $1`, [projectId]);
    await expect(prefer(actor, leaseId, { idempotencyKey: 'another key' })).rejects.toMatchObject({ details: { reason: 'reopened' } });
  });

  it('on a task that was withdrawn meanwhile is kept, as late', async () => {
    const { projectId, actor, leaseId } = await open();
    await pool().query(`update tasks set state = 'withdrawn' where project_id = $1`, [projectId]);
    expect(await prefer(actor, leaseId)).toMatchObject({ status: 'late' });
    expect(await readTasks(projectId)).toMatchObject([{ state: 'withdrawn', answered: 0, leased: 0 }]);
  });
});

describe('skipping, releasing, renewing', () => {
  it('give the seat back once, however often they are sent', async () => {
    const { projectId, actor, leaseId } = await open();
    await Promise.all([skipTask(actor, { leaseId }), skipTask(actor, { leaseId })]);
    await skipTask(actor, { leaseId, isFlagged: true, reason: 'offensive' });
    await releaseTask(actor, { leaseId });
    expect(await readTasks(projectId)).toMatchObject([{ state: 'open', answered: 0, leased: 0 }]);
    await expect(prefer(actor, leaseId)).rejects.toMatchObject({ details: { reason: 'skipped' } });
    const { rows } = await pool().query('select is_flagged, reason from skips where user_id = $1', [actor.id]);
    expect(rows).toEqual([{ is_flagged: true, reason: 'offensive' }]);
  });

  it('a flag needs a reason', async () => {
    const { actor, leaseId } = await open();
    await expect(skipTask(actor, { leaseId, isFlagged: true })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('renewing gives more time, and takes a lost seat again if there is one', async () => {
    const { projectId, actor, leaseId } = await open();
    const before = await renewLease(actor, { leaseId });
    expect(before.expiresAt.getTime()).toBeGreaterThan(Date.now() + 25 * 60_000);
    await releaseTask(actor, { leaseId });
    await renewLease(actor, { leaseId });
    expect(await readTasks(projectId)).toMatchObject([{ leased: 1 }]);
  });
});

describe('a demonstration and its draft', () => {
  it('becomes a response once; the draft is gone', async () => {
    const { projectId, actor, leaseId } = await open('demonstrate');
    await saveDraft(actor, { leaseId, text: 'Hel', revision: 0 });
    const send = () => submitDemonstration(actor, { leaseId, idempotencyKey: 'one and only', text: 'Hello!' });
    const results = await Promise.all([send(), send(), send()]);
    expect(results.filter((result) => result.status === 'accepted')).toHaveLength(1);
    expect(await count('demonstrations', projectId)).toBe(1);
    expect(await count('responses', projectId)).toBe(1);
    expect((await pool().query('select 1 from drafts where user_id = $1', [actor.id])).rowCount).toBe(0);
    await expect(saveDraft(actor, { leaseId, text: 'Hello?', revision: 0 })).rejects.toMatchObject({ details: { reason: 'answered' } });
  });

  it('is never empty', async () => {
    const { actor, leaseId } = await open('demonstrate');
    await expect(submitDemonstration(actor, { leaseId, idempotencyKey: 'one and only', text: ' \n ' })).rejects.toMatchObject({
      code: 'invalid',
      details: { fields: { text: 'The response is empty.' } },
    });
  });

  it('a draft comes back with the task, and a tab that is behind is told the newer text', async () => {
    const { projectId, actor, leaseId } = await open('demonstrate');
    expect(await saveDraft(actor, { leaseId, text: 'one', revision: 0 })).toEqual({ revision: 1 });
    expect(await saveDraft(actor, { leaseId, text: 'two', revision: 1 })).toEqual({ revision: 2 });
    await expect(saveDraft(actor, { leaseId, text: 'from an old tab', revision: 1 })).rejects.toMatchObject({
      code: 'conflict',
      details: { newer: { text: 'two', revision: 2, from: null } },
    });
    expect(await claimTask(actor, { projectId, kind: 'demonstrate' })).toMatchObject({ draft: { text: 'two', revision: 2, from: null } });
  });

  it('keeps the text of two tabs that begin at once: one wins, one is told', async () => {
    const { actor, leaseId } = await open('demonstrate');
    const saved = await Promise.allSettled(['a', 'b'].map((text) => saveDraft(actor, { leaseId, text, revision: 0 })));
    expect(saved.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('that comes late is kept with its text; the draft is gone', async () => {
    const { projectId, actor, leaseId } = await open('demonstrate');
    await saveDraft(actor, { leaseId, text: 'Hel', revision: 0 });
    await expire(leaseId);
    const other = await makePerson();
    await claimTask(other, { projectId, kind: 'demonstrate' });
    const send = () => submitDemonstration(actor, { leaseId, idempotencyKey: 'one and only', text: 'Hello!' });
    expect(await send()).toMatchObject({ status: 'late' });
    expect(await exported({ projectId, kind: 'demonstrations' })).toEqual([]);
    expect(await exported({ projectId, kind: 'demonstrations', late: 'with' })).toMatchObject([
      { completion: 'Hello!', lineage: { standing: 'late' } },
    ]);
    expect((await pool().query('select 1 from drafts where user_id = $1', [actor.id])).rowCount).toBe(0);
  });

  it('a draft is kept when the lease has run out', async () => {
    const { actor, leaseId } = await open('demonstrate');
    await pool().query(`update leases set state = 'expired' where id = $1`, [leaseId]);
    expect(await saveDraft(actor, { leaseId, text: 'precious', revision: 0 })).toEqual({ revision: 1 });
  });
});

it('demonstrations are asked of more people on a share of the prompts, the same in every project', async () => {
  const prompts = Array.from({ length: 60 }, (_, i) => `How is it with ${i}?`);
  const drawn = async () => {
    const { id } = await makeProject({ heldOutFraction: 0, demonstrateMoreOverlap: 4, demonstrateMoreShare: 0.3 }, prompts);
    const { rows } = await pool().query<{ text: string; overlap: number }>(
      'select text, overlap from tasks join prompts on prompts.id = prompt_id where tasks.project_id = $1 order by text',
      [id],
    );
    return rows;
  };
  const first = await drawn();
  expect(first).toHaveLength(60);
  expect(new Set(first.map((row) => row.overlap))).toEqual(new Set([1, 4]));
  expect(await drawn()).toEqual(first);
});

it('progress counts my answers, and what is open', async () => {
  const project = await makeProject({ heldOutFraction: 0 }, ['One?', 'Two?']);
  await makePairs(project.id, 3);
  const [me, other] = [await makePerson(), await makePerson()];
  for (const actor of [me, me, other]) await prefer(actor, (await claimTask(actor, { projectId: project.id, kind: 'compare' }))!.lease.id);
  await pool().query(
    `update preferences set created_at = created_at - interval '2 days' where id = (select id from preferences where user_id = $1 limit 1)`,
    [me.id],
  );
  expect(await workProgress(me, { projectId: project.id })).toEqual({
    compare: { answeredByMe: 2, answeredByMeToday: 1, open: 0, total: 3 },
    demonstrate: { answeredByMe: 0, answeredByMeToday: 0, open: 2, total: 2 },
    rank: { answeredByMe: 0, answeredByMeToday: 0, open: 0, total: 0 },
    rate: { answeredByMe: 0, answeredByMeToday: 0, open: 0, total: 0 },
  });
});
