/** A better version of a response: one demonstration and the pairs that it makes, once, whatever is sent twice or amended. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { insertSamples } from '@/db/queries/responses';
import { offerModelAnswers } from '@/db/queries/tasks';
import { readReadiness } from '@/lib/rounds/readiness';
import { amendDemonstration } from '@/lib/tasks/amend-demonstration';
import { amendPreference } from '@/lib/tasks/amend-preference';
import { claimTask } from '@/lib/tasks/claim-task';
import { workProgress } from '@/lib/tasks/progress';
import { listMyWork } from '@/lib/tasks/my-work';
import { saveDraft } from '@/lib/tasks/save-draft';
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

async function open(settings: object = {}) {
  const project = await makeProject(settings);
  await makePairs(project.id, 1);
  const actor = await makePerson();
  const { lease, compare } = (await claimTask(actor, { projectId: project.id, kind: 'compare' }))!;
  return { projectId: project.id, actor, leaseId: lease.id, left: compare!.left.text, right: compare!.right.text };
}

async function edited() {
  const opened = await open();
  const { actor, leaseId } = opened;
  const sent = await submitPreference(actor, { leaseId, ...newKey(), grade: 2, edited: 'better than both' });
  return { ...opened, preferenceId: sent.preferenceId, demonstrationId: sent.demonstrationId! };
}

/** As `chosen > rejected`, in any order. */
const order = async (projectId: string) =>
  (await exported({ projectId, kind: 'comparisons' })).map((row) => `${row.chosen} > ${row.rejected}`).sort();
const texts = async (projectId: string) => (await exported({ projectId, kind: 'demonstrations' })).map((row) => row.completion);
const count = async (table: string, projectId: string): Promise<number> =>
  (await pool().query(`select count(*)::int as n from ${table} where project_id = $1`, [projectId])).rows[0].n;

describe('a judgement with a better version of the chosen response', () => {
  it('makes a demonstration and the order edited > chosen > rejected, once, also when it arrives eight times at once', async () => {
    const { projectId, actor, leaseId, left, right } = await open();
    await saveDraft(actor, { leaseId, text: 'bett', revision: 0, from: 'left' });
    const key = newKey();
    const send = () => submitPreference(actor, { leaseId, ...key, grade: 3, edited: 'better' });
    const results = [...(await Promise.all(Array.from({ length: 8 }, send))), await send()];
    expect(results.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(new Set(results.map(({ demonstrationId }) => demonstrationId)).size).toBe(1);
    expect(await order(projectId)).toEqual([`better > ${left}`, `better > ${right}`, `${left} > ${right}`].sort());
    expect(await texts(projectId)).toEqual(['better']);
    expect(await count('preferences', projectId)).toBe(3);
    expect(await count('demonstrations', projectId)).toBe(1);
    expect((await pool().query('select 1 from drafts where user_id = $1', [actor.id])).rowCount).toBe(0);
    const { rows } = await pool().query(
      `select x.task_id, x.lease_id, x.user_id, x.scale_points, d.task_id as of_task, d.started_from_id = r.id as is_from_chosen
       from preferences x join demonstrations d on d.id = x.demonstration_id join responses r on r.project_id = x.project_id and r.text = $2
       where x.project_id = $1`,
      [projectId, left],
    );
    const row = { task_id: null, lease_id: leaseId, user_id: actor.id, scale_points: 2, of_task: null, is_from_chosen: true };
    expect(rows).toEqual([row, row]);
    const mine = (await listMyWork(actor, { projectId })).items;
    expect(mine.map(({ kind }) => kind).sort()).toEqual(['demonstration', 'preference']);
    // Two more pairs to learn from; one answer of this person.
    expect((await readReadiness(db(), projectId)).comparisons.have).toBe(3);
    expect(await workProgress(actor, { projectId })).toMatchObject({ compare: { answeredByMe: 1 }, demonstrate: { answeredByMe: 0 } });
  });

  it('is refused as a whole when nothing was changed, or there is nothing to change', async () => {
    const { projectId, actor, leaseId, left, right } = await open();
    for (const same of [left, ` ${left}\n`, right])
      await expect(submitPreference(actor, { leaseId, ...newKey(), grade: 1, edited: same })).rejects.toMatchObject({
        code: 'invalid',
        details: { reason: 'unchanged' },
      });
    for (const answer of [
      { grade: 0, edited: 'new' },
      { grade: 1, edited: '  ' },
    ])
      await expect(submitPreference(actor, { leaseId, ...newKey(), ...answer })).rejects.toMatchObject({ code: 'invalid' });
    expect([await count('preferences', projectId), await count('demonstrations', projectId)]).toEqual([0, 0]);
    expect(await submitPreference(actor, { leaseId, ...newKey(), grade: 1 })).toMatchObject({ status: 'accepted' });
  });

  it('keeps the whole order apart when it comes too late', async () => {
    const { projectId, actor, leaseId } = await open();
    await pool().query(`update tasks set state = 'withdrawn' where project_id = $1`, [projectId]);
    await pool().query(`update leases set state = 'expired' where id = $1`, [leaseId]);
    await pool().query(`update tasks set leased = 0 where project_id = $1`, [projectId]);
    const sent = await submitPreference(actor, { leaseId, ...newKey(), grade: 1, edited: 'better' });
    expect(sent).toMatchObject({ status: 'late', demonstrationId: expect.any(String) });
    expect([await order(projectId), await texts(projectId)]).toEqual([[], []]);
    expect(await count('preferences', projectId)).toBe(3);
  });
});

describe('amending', () => {
  it('the text changes it in both of its pairs', async () => {
    const { projectId, actor, demonstrationId, left, right } = await edited();
    await expect(amendDemonstration(actor, { demonstrationId, ...newKey(), text: left })).rejects.toMatchObject({
      details: { reason: 'unchanged' },
    });
    await amendDemonstration(actor, { demonstrationId, ...newKey(), text: 'best' });
    expect(await order(projectId)).toEqual([`best > ${left}`, `best > ${right}`, `${left} > ${right}`].sort());
    expect(await texts(projectId)).toEqual(['best']);
    expect(await count('preferences', projectId)).toBe(5);
  });

  it('the choice withdraws what followed from it, and brings it back', async () => {
    const { projectId, actor, preferenceId, left, right } = await edited();
    const amend = async (id: string, grade: number) =>
      (await amendPreference(actor, { preferenceId: id, ...newKey(), grade })).preferenceId;
    const other = await amend(preferenceId, -1);
    expect(await order(projectId)).toEqual([`better than both > ${left}`, `${right} > ${left}`].sort());
    const tie = await amend(other, 0);
    expect(await order(projectId)).toEqual([`better than both > ${left}`, `better than both > ${right}`].sort());
    await amend(tie, 3);
    expect(await order(projectId)).toEqual([`better than both > ${left}`, `better than both > ${right}`, `${left} > ${right}`].sort());
  });

  it('both at once leaves one order', async () => {
    const { projectId, actor, preferenceId, demonstrationId, left, right } = await edited();
    await Promise.all([
      amendPreference(actor, { preferenceId, ...newKey(), grade: -1 }),
      amendDemonstration(actor, { demonstrationId, ...newKey(), text: 'best' }),
    ]);
    expect(await order(projectId)).toEqual([`best > ${left}`, `${right} > ${left}`].sort());
  });

  it('a pair that follows from the text is refused, and so is a text within a judgement', async () => {
    const { projectId, actor, preferenceId } = await edited();
    const { rows } = await pool().query('select id from preferences where project_id = $1 and demonstration_id is not null', [projectId]);
    await expect(amendPreference(actor, { preferenceId: rows[0].id, ...newKey(), grade: -1 })).rejects.toMatchObject({ code: 'invalid' });
    await expect(amendPreference(actor, { preferenceId, ...newKey(), grade: 1, edited: 'other' })).rejects.toMatchObject({
      details: { fields: { edited: expect.any(String) } },
    });
  });
});

describe('a demonstration made of a model’s answer', () => {
  async function openPrompt(settings: object = {}, prompt = 'Hello?') {
    const project = await makeProject({ heldOutFraction: 0, ...settings }, [prompt]);
    const { rows } = await pool().query('select id from prompts where project_id = $1', [project.id]);
    const of = { projectId: project.id, promptId: rows[0].id as string };
    await insertSamples(db(), [
      { ...of, text: ' \n', isTruncated: false },
      { ...of, text: 'Cut o', isTruncated: true },
      { ...of, text: 'Hi.', isTruncated: false },
    ]);
    expect(await offerModelAnswers(db(), project.id)).toBe(1);
    expect(await offerModelAnswers(db(), project.id)).toBe(0);
    const actor = await makePerson();
    const claim = (await claimTask(actor, { projectId: project.id, kind: 'demonstrate' }))!;
    return { projectId: project.id, actor, claim, leaseId: claim.lease.id };
  }

  it('is offered, remembered by the draft, and better than the answer', async () => {
    const { projectId, actor, claim, leaseId } = await openPrompt();
    expect(claim.modelAnswer).toEqual({ text: 'Hi.' });
    await saveDraft(actor, { leaseId, text: 'Hi. How', revision: 0, from: 'model' });
    expect((await claimTask(actor, { projectId, kind: 'demonstrate' }))!.draft).toEqual({ text: 'Hi. How', revision: 1, from: 'model' });
    await expect(submitDemonstration(actor, { leaseId, ...newKey(), text: 'Hi. ', from: 'model' })).rejects.toMatchObject({
      details: { reason: 'unchanged' },
    });
    const key = newKey();
    const send = () => submitDemonstration(actor, { leaseId, ...key, text: 'Hi. How can I help?', from: 'model' });
    await Promise.all([send(), send(), send()]);
    expect(await order(projectId)).toEqual(['Hi. How can I help? > Hi.']);
    expect(await texts(projectId)).toEqual(['Hi. How can I help?']);
    // Whoever has the task open starts from what they saw.
    expect(await offerModelAnswers(db(), projectId)).toBe(0);
  });

  it('written without it makes no pair', async () => {
    const { projectId, actor, leaseId } = await openPrompt();
    await submitDemonstration(actor, { leaseId, ...newKey(), text: 'Good morning.' });
    expect([await order(projectId), await texts(projectId)]).toEqual([[], ['Good morning.']]);
  });

  it('is not offered where the project does not want it', async () => {
    expect((await openPrompt({ demonstrateFromModel: false })).claim.modelAnswer).toBeUndefined();
  });

  it('begins with a space where the prompt is a transcript, as what models write there', async () => {
    const { projectId, actor, leaseId } = await openPrompt({}, '\n\nHuman: Hello?\n\nAssistant:');
    await submitDemonstration(actor, { leaseId, ...newKey(), text: 'Hi there.' });
    expect(await texts(projectId)).toEqual([' Hi there.']);
  });

  it('starts from a text of its own task only', async () => {
    const { actor, leaseId } = await openPrompt();
    await expect(saveDraft(actor, { leaseId, text: 'x', revision: 0, from: 'left' })).rejects.toMatchObject({ code: 'invalid' });
    const pair = await open();
    await expect(saveDraft(pair.actor, { leaseId: pair.leaseId, text: 'x', revision: 0, from: 'model' })).rejects.toMatchObject({
      code: 'invalid',
    });
    for (const from of ['left', 'right'] as const) {
      const revision = from === 'left' ? 0 : 1;
      await saveDraft(pair.actor, { leaseId: pair.leaseId, text: from, revision, from });
      const again = await claimTask(pair.actor, { projectId: pair.projectId, kind: 'compare' });
      expect(again!.draft).toEqual({ text: from, revision: revision + 1, from });
    }
  });
});

describe('judgements aspect by aspect', () => {
  it('are kept in terms of A and B, and checked like grades', async () => {
    const { projectId, actor, leaseId } = await open({ aspects: ['helpful', 'on topic'], scalePoints: 5 });
    const send = (aspects: object) =>
      submitPreference(actor, { leaseId, ...newKey(), grade: 1, aspects: aspects as Record<string, number> });
    await expect(send({ helpful: 3 })).rejects.toMatchObject({ details: { fields: { 'aspects.helpful': expect.any(String) } } });
    await expect(send({ honest: 1 })).rejects.toMatchObject({
      details: { fields: { aspects: expect.stringContaining('helpful, on topic') } },
    });
    await send({ helpful: 2, 'on topic': -1 });
    const { rows } = await pool().query('select aspects, is_swapped from preferences where project_id = $1', [projectId]);
    const sign = rows[0].is_swapped ? -1 : 1;
    expect(rows[0].aspects).toEqual({ helpful: 2 * sign, 'on topic': -sign });
  });
});
