/** A person is deleted from a project in full use: nothing of them is left to find, all counters are exact, and all that is read still works. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { findActivePerson } from '@/db/queries/people';
import { insertCompareTasks } from '@/db/queries/tasks';
import { signIn } from '@/lib/auth/sign-in';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { exportKinds, exportRows } from '@/lib/dataset/export';
import { createApiToken } from '@/lib/people/api-tokens';
import { deletePerson, previewDeletion } from '@/lib/people/delete-person';
import { getDeletion, listDeletions } from '@/lib/people/deletions';
import { enablePerson } from '@/lib/people/disable-person';
import { invite } from '@/lib/people/invite';
import { saveKeys } from '@/lib/people/keys';
import { listPeople } from '@/lib/people/list-people';
import { getPrompt } from '@/lib/prompts/get-prompt';
import { listPrompts } from '@/lib/prompts/list-prompts';
import { listQualifications } from '@/lib/quality/qualifications';
import { listConversations } from '@/lib/red-team/list-conversations';
import { agreementReport } from '@/lib/reports/agreement';
import { annotatorsReport } from '@/lib/reports/annotators';
import { annotatorsOf } from '@/lib/rounds/round-annotators';
import { getRound } from '@/lib/rounds/get-round';
import type { Claim } from '@/lib/tasks/claim';
import { claimTask } from '@/lib/tasks/claim-task';
import { listFlaggedTasks } from '@/lib/tasks/list-flagged-tasks';
import { saveDraft } from '@/lib/tasks/save-draft';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePairs, makePerson, makeProject } from '../support/factory';
import { fillWithSampleProject, runHalfARound, type SampleProject } from '../support/sample-project';

let database: TestDatabase;
let sample: SampleProject;
let grace: Actor;
let other: Actor;

beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

/** What she has besides answers. */
async function leaveTraces() {
  await createApiToken(grace, { name: 'Grace Hopper’s script' });
  await saveKeys(grace, { page: 'compare', keys: { s: 'k' } });
  const writing = (await claimTask(grace, { projectId: sample.projectId, kind: 'demonstrate' }))!;
  await saveDraft(grace, { leaseId: writing.lease.id, text: 'Not finished', revision: 0 });
  await pool().query(`update users set email = 'grace.h@example.org' where id = $1`, [grace.id]);
  await invite(sample.admin, { role: 'annotator', email: 'grace@example.org' });
  await pool().query(`update users set email = 'grace@example.org' where id = $1`, [grace.id]);
  await expect(signIn({ email: 'Grace@example.org', password: 'wrong', place: '10.0.0.1' })).rejects.toMatchObject({
    code: 'unauthenticated',
  });
}

const one = async <T>(sql: string, values: unknown[] = []): Promise<T> => Object.values((await pool().query(sql, values)).rows[0])[0] as T;

/** Tables in which some row says it, whatever its columns are. */
async function tablesThatSay(...words: string[]): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`);
  const found = [];
  for (const { name } of rows)
    if (await one<boolean>(`select exists (select from ${name} x where lower(x::text) like any($1))`, [words.map((word) => `%${word}%`)]))
      found.push(name);
  return found.sort();
}

/** Tasks on which counters, state and leases contradict each other, and counts that are not those of the tasks. */
const contradictions = async () => [
  (
    await pool().query(
      `select t.id from tasks t, lateral (
         select count(*) filter (where state = 'submitted') as submitted, count(*) filter (where state = 'active') as active from leases where task_id = t.id
       ) l where t.answered <> l.submitted or t.leased <> l.active
         or (t.state = 'open' and t.answered >= t.overlap) or (t.state = 'done' and t.answered < t.overlap)`,
    )
  ).rows,
  (
    await pool().query(
      `select kind, sum(open) as open from task_counts group by kind
       except select kind, count(*) filter (where state = 'open') from tasks where for_user_id is null and purpose = 'work' group by kind`,
    )
  ).rows,
];

async function readEverything() {
  const { projectId, promptId, rounds } = sample;
  const { admin } = sample;
  for (const kind of exportKinds) for await (const _ of exportRows(admin, { projectId, kind })); // prettier-ignore
  return JSON.stringify([
    await getPrompt(admin, { promptId }),
    await listPrompts(admin, { projectId }),
    await listQualifications(admin, { projectId }),
    await listConversations(admin, { projectId }),
    await listFlaggedTasks(admin, { projectId }),
    await agreementReport(admin, { projectId }),
    await annotatorsReport(admin, { projectId }),
    await annotatorsOf(admin, { roundId: rounds.succeeded }),
    await getRound(admin, { roundId: rounds.succeeded }),
  ]);
}

const answersOf = (person: Actor) =>
  one<number>(
    `select ((select count(*) from preferences where user_id = $1) + (select count(*) from demonstrations where user_id = $1)
       + (select count(*) from conversations where user_id = $1))::int`,
    [person.id],
  );

/** Two responses that she wrote, each in a task beside a model's; the other person judges the first. */
async function judgeHerText(): Promise<{ judged: string; unjudged: string; unjudgedTask: string }> {
  const { rows } = await pool().query<{ promptId: string; hers: string; models: string }>(
    `select d.prompt_id as "promptId", d.response_id as hers, r.id as models from demonstrations d
     join lateral (select id from responses where prompt_id = d.prompt_id and origin = 'policy' limit 1) r on true
     where d.user_id = $1 and d.task_id is not null order by d.created_at limit 2`,
    [grace.id],
  );
  const pairs = rows.map(({ promptId, hers, models }) => ({ promptId, responseAId: hers, responseBId: models, overlap: 1 }));
  await insertCompareTasks(db(), { projectId: sample.projectId, roundId: null, priority: 99 }, pairs.slice(0, 1));
  const claim = (await claimTask(other, { projectId: sample.projectId, kind: 'compare' }))!;
  await submitPreference(other, { leaseId: claim.lease.id, idempotencyKey: randomUUID(), grade: 2 });
  await insertCompareTasks(db(), { projectId: sample.projectId, roundId: null, priority: 0 }, pairs.slice(1));
  const [judged, unjudged] = [rows[0]!.hers, rows[1]!.hers];
  expect(
    await one('select count(*)::int from preferences where $1 in (response_a_id, response_b_id) and user_id = $2', [judged, other.id]),
  ).toBe(1);
  return { judged, unjudged, unjudgedTask: await one('select id from tasks where response_a_id = $1', [unjudged]) };
}

const textOf = (id: string) => one<string>('select text from responses where id = $1', [id]);
const snapshots = () => one<string>(`select string_agg(s::text, '|' order by id) from snapshots s`);

describe('a person who is deleted', () => {
  beforeEach(async () => {
    sample = await fillWithSampleProject();
    grace = sample.annotator;
    other = await makePerson();
    await leaveTraces();
  });

  it('anonymously: every answer stays, and nothing says who gave it; also while a round trains on them', async () => {
    const remove = (actor: Actor, { id }: Actor) => deletePerson(actor, { personId: id, answers: 'remove' });
    await expect(remove(other, grace)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(remove(sample.admin, sample.admin)).rejects.toThrow('cannot delete yourself');
    await expect(remove(systemActor, sample.admin)).rejects.toThrow('the only admin');
    const roundId = await runHalfARound(sample);
    await expect(remove(sample.admin, grace)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/Round 3 .* training/),
    });
    expect(await answersOf(grace)).toBeGreaterThan(0);
    const before = { answers: await answersOf(grace), snapshots: await snapshots() };
    expect(await tablesThatSay('grace hopper', 'grace@example.org')).toEqual(
      ['api_tokens', 'audit_log', 'invitations', 'sign_in_failures', 'users'], // prettier-ignore
    );
    const { counts, rounds, checkpoints } = await previewDeletion(sample.admin, { personId: grace.id });
    const report = await deletePerson(sample.admin, { personId: grace.id, answers: 'anonymise' });
    expect(report).toEqual({ counts, rounds, checkpoints });

    expect(await tablesThatSay('grace hopper', 'grace@example.org', 'not finished')).toEqual([]);
    expect({ answers: await answersOf(grace), snapshots: await snapshots() }).toEqual(before);
    expect(await contradictions()).toEqual([[], []]);
    const { number } = await getDeletion(sample.admin, { personId: grace.id });
    const names = (await annotatorsReport(sample.admin, { projectId: sample.projectId })).names;
    expect(names[grace.id]).toEqual({ id: grace.id, name: null, number });
    expect(report.rounds.at(-1)).toMatchObject({ id: roundId, state: 'running' });
    expect(await readEverything()).toContain(grace.id);

    expect(await findActivePerson(db(), grace.id)).toBeUndefined();
    await expect(signIn({ email: 'grace@example.org', password: 'a long password', place: '10.0.0.2' })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect((await listPeople(sample.admin)).items.map(({ id }) => id)).not.toContain(grace.id);
    for (const again of [enablePerson, previewDeletion]) await expect(again(sample.admin, { personId: grace.id })).rejects.toMatchObject({ code: 'not_found' }); // prettier-ignore
    await expect(deletePerson(sample.admin, { personId: grace.id, answers: 'remove' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('with all answers: none is left, what others judged stays readable, and what was made with them is listed', async () => {
    const { judged, unjudged, unjudgedTask } = await judgeHerText();
    const [judgedText, frozen] = [await textOf(judged), await snapshots()];
    const { rows: hers } = await pool().query<{ id: string }>(
      `select t.id from leases l join tasks t on t.id = l.task_id where l.user_id = $1 and l.state = 'submitted' and t.state = 'done'`,
      [grace.id],
    );
    const said = await one<string>(`select text from conversation_turns where conversation_id = $1 and position = 0`, [
      sample.conversationId,
    ]);
    const labels = await one<number>(
      `select count(*)::int from rounds r join snapshots s on s.id = r.snapshot_id, unnest(s.preference_ids) u(id)
       join preferences p on p.id = u.id where r.id = $1 and p.user_id = $2`,
      [sample.rounds.succeeded, grace.id],
    );
    const { counts } = await previewDeletion(sample.admin, { personId: grace.id });
    expect(counts).toMatchObject({ textsKept: 1, drafts: 1, questions: 2, questionsAnswered: 0 });
    expect(await tablesThatSay('promise a refund', 'both replies are english')).toEqual(['questions']);
    await deletePerson(sample.admin, { personId: grace.id, answers: 'remove' });

    expect(await tablesThatSay('grace hopper', 'grace@example.org', 'not finished')).toEqual([]);
    const { rows: tables } = await pool().query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'user_id'`,
    );
    for (const { name } of tables) expect(await one(`select count(*)::int from ${name} where user_id = $1`, [grace.id]), name).toBe(0);
    expect(await contradictions()).toEqual([[], []]);
    const ids = hers.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(await one(`select count(*)::int from tasks where id = any($1) and state = 'open' and answered = 0`, [ids])).toBe(ids.length);

    expect(await textOf(judged)).toBe(judgedText);
    expect(await textOf(unjudged)).toBe('');
    expect(await one('select state from tasks where id = $1', [unjudgedTask])).toBe('withdrawn');
    expect(await tablesThatSay(said.toLowerCase().slice(0, 60), 'promise a refund', 'both replies are english')).toEqual([]);
    // What was answered to her is the project's, too.
    expect(await tablesThatSay('as if the language were right')).toEqual(['questions']);
    expect(await snapshots()).toBe(frozen);
    expect(await readEverything()).not.toContain(`"annotator":"${grace.id}"`);
    expect((await annotatorsReport(sample.admin, { projectId: sample.projectId })).people.map(({ id }) => id)).not.toContain(grace.id);

    const [deleted] = await listDeletions(sample.admin);
    expect(deleted).toMatchObject({ id: grace.id, answers: 'remove', deletedAt: expect.any(Date) });
    expect(deleted!.rounds.map(({ id, number, state }) => [id, number, state])).toEqual([
      [sample.rounds.succeeded, 1, 'succeeded'],
      [sample.rounds.failed, 2, 'failed'],
    ]);
    expect(deleted!.rounds[0]!.comparisons).toBe(labels);
    const { rows } = await pool().query<{ id: string }>('select id from checkpoints where round_id is not null order by id');
    expect(deleted!.checkpoints.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id));
    expect(await getDeletion(sample.admin, { personId: grace.id })).toEqual(deleted);
    await expect(listDeletions(other)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

it('the tasks of whoever is removed are open again, exactly as often as they were answered', async () => {
  const { id: projectId } = await makeProject();
  await makePairs(projectId, 2);
  const [leaving, newcomer, admin] = [await makePerson(), await makePerson(), await makePerson('admin')];
  const answer = async (actor: Actor) => {
    const claim = await claimTask(actor, { projectId, kind: 'compare' });
    if (claim) await submitPreference(actor, { leaseId: claim.lease.id, idempotencyKey: randomUUID(), grade: 1 });
    return claim?.task.id;
  };
  const answered = await answer(leaving);
  expect(await answer(newcomer)).not.toBe(answered);
  expect(await answer(newcomer)).toBeUndefined();
  await deletePerson(admin, { personId: leaving.id, answers: 'remove' });
  expect(await answer(newcomer)).toBe(answered);
  expect(await answer(newcomer)).toBeUndefined();
  expect(await contradictions()).toEqual([[], []]);
});

it('answers that are on their way while the person is deleted leave no half of themselves', async () => {
  const { id: projectId } = await makeProject();
  await makePairs(projectId, 60, 2);
  const [leaving, admin] = [await makePerson(), await makePerson('admin')];
  const claims: Claim[] = [];
  for (let i = 0; i < 8; i++)
    claims.push((await claimTask(leaving, { projectId, kind: 'compare', except: claims.map(({ lease }) => lease.id) }))!);
  const send = claims.map(async ({ lease }, place) => {
    await new Promise((resolve) => setTimeout(resolve, place * 4));
    await submitPreference(leaving, { leaseId: lease.id, idempotencyKey: randomUUID(), grade: 1 });
  });
  const deleting = new Promise((resolve) => setTimeout(resolve, 12)).then(() =>
    deletePerson(admin, { personId: leaving.id, answers: 'remove' }),
  );
  const [deleted] = await Promise.allSettled([deleting, ...send]);
  expect(deleted).toMatchObject({ status: 'fulfilled' });
  await Promise.allSettled(send);
  expect(await contradictions()).toEqual([[], []]);
  expect(await one('select count(*)::int from leases where user_id = $1', [leaving.id])).toBe(0);
  expect(await answersOf(leaving)).toBe(0);
});
