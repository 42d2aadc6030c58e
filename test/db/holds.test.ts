/** The rules that warn and pause people, from answers given to what reviewers do about it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { addKnownAnswer } from '@/lib/quality/known-answers';
import { letGoOn, listHolds, pausePerson } from '@/lib/quality/holds';
import { startConversation } from '@/lib/red-team/start-conversation';
import { claimTask } from '@/lib/tasks/claim-task';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePairs, makePerson, makeProject, readTasks } from '../support/factory';
import { prefer } from '../support/judgements';

let database: TestDatabase;
let reviewer: Actor;
beforeAll(async () => {
  process.env.HEED_POOL_SIZE = '16';
  database = await testDatabase();
  reviewer = await makePerson('reviewer');
});
afterAll(() => database.drop());

const claim = (actor: Actor, projectId: string, except: string[] = []) => claimTask(actor, { projectId, kind: 'compare', except });
type Given = NonNullable<Awaited<ReturnType<typeof claim>>>;

const send = (actor: Actor, { lease, compare }: Given, { isRight = true, seconds }: { isRight?: boolean; seconds?: number } = {}) =>
  submitPreference(actor, {
    leaseId: lease.id,
    idempotencyKey: lease.id,
    grade: compare!.left.text.startsWith('first') === isRight ? 2 : -2,
    secondsOnTask: seconds,
  });

const purposeOf = async ({ task }: Given) =>
  (await pool().query<{ purpose: string }>('select purpose from tasks where id = $1', [task.id])).rows[0]!.purpose;

const isPaused = { code: 'forbidden', details: { reason: 'paused' } };

async function addGold(projectId: string, count: number): Promise<void> {
  const before = new Set((await readTasks(projectId)).map(({ id }) => id));
  await makePairs(projectId, count);
  const made = (await readTasks(projectId)).filter(({ id }) => !before.has(id)).map(({ id }) => id);
  const { rows } = await pool().query(
    `update tasks set state = 'withdrawn' where id = any($1) returning response_a_id as "responseAId", response_b_id as "responseBId"`,
    [made],
  );
  for (const pair of rows) await addKnownAnswer(reviewer, { ...pair, purpose: 'gold', expected: 'a' });
}

/** Works until so many gold pairs are answered, as the list says; all else is answered too. */
async function answerGold(actor: Actor, projectId: string, answers: boolean[]): Promise<void> {
  for (let given = 0; given < answers.length;) {
    const next = (await claim(actor, projectId))!;
    const isGold = (await purposeOf(next)) === 'gold';
    await send(actor, next, { isRight: !isGold || answers[given] });
    if (isGold) given++;
  }
}

describe('the rule about gold', () => {
  const rule = { goldShare: 0.5, goldPauseShare: 0.6, goldPauseLast: 4, goldPauseMin: 3 };

  it('pauses whoever falls below the share of the last ones, from so many on, and tells them in numbers', async () => {
    const { id } = await makeProject(rule);
    await makePairs(id, 30, 3);
    await addGold(id, 12);
    const actor = await makePerson();
    // 0 of 1 and 0 of 2 are too few to say; of three, two are more than 60 %.
    await answerGold(actor, id, [false, true, true]);
    expect((await claim(actor, id))!.compare).toBeDefined();
    // Of the last four: the first no longer counts, then three of four, then two of four, which is less than 60 %.
    await answerGold(actor, id, [true, true, false]);
    expect((await claim(actor, id))!.compare).toBeDefined();
    await answerGold(actor, id, [false]);
    const evidence = { rule: 'gold', asked: 4, right: 2, minShare: 0.6 };
    await expect(claim(actor, id)).rejects.toMatchObject({ code: 'forbidden', details: { reason: 'paused', evidence } });
    await expect(claim(actor, id)).rejects.toThrow(
      'Of the last 4 pairs with a known answer, 2 were answered as expected; at least 60% are asked for. A reviewer decides',
    );
    for (const kind of ['demonstrate', 'rank', 'rate'] as const)
      await expect(claimTask(actor, { projectId: id, kind })).rejects.toMatchObject(isPaused);
    await expect(startConversation(actor, { projectId: id, idempotencyKey: randomUUID() })).rejects.toMatchObject(isPaused);
    // Other people, and other projects, go on.
    expect(await claim(await makePerson(), id)).not.toBeNull();
    const other = await makeProject();
    await makePairs(other.id, 1);
    expect(await claim(actor, other.id)).not.toBeNull();
    const { rows } = await pool().query(`select action, actor_id as "actorId", data from audit_log where subject_id = $1`, [actor.id]);
    expect(rows).toEqual([{ action: 'hold.pause', actorId: null, data: { projectId: id, userId: actor.id, evidence } }]);
  });

  it('gives back what they have open, and still takes what they send of it', async () => {
    const { id } = await makeProject(rule);
    await makePairs(id, 30);
    await addGold(id, 6);
    const actor = await makePerson();
    await answerGold(actor, id, [false, false]);
    const [next, other] = [(await claim(actor, id))!, (await claim(actor, id))!];
    expect(next.lease.id).toBe(other.lease.id);
    let held: Given[] = [];
    for (;;) {
      const one = (await claim(actor, id, held.map(({ lease }) => lease.id)))!; // prettier-ignore
      if ((await purposeOf(one)) !== 'gold') {
        held.push(one);
        if (held.length < 3) continue;
        // One is answered, for gold to be due.
        await send(actor, held[0]!);
        held = held.slice(1);
        continue;
      }
      await send(actor, one, { isRight: false });
      break;
    }
    await expect(claim(actor, id)).rejects.toMatchObject(isPaused);
    const { rows } = await pool().query<{ state: string }>('select state from leases where id = any($1)', [
      held.map(({ lease }) => lease.id),
    ]);
    expect(rows.map(({ state }) => state)).toEqual(held.map(() => 'released'));
    expect((await readTasks(id)).every(({ leased }) => leased === 0)).toBe(true);
    expect(await send(actor, held[0]!)).toMatchObject({ status: 'accepted' });
    await expect(claim(actor, id)).rejects.toMatchObject(isPaused);
  });

  it('counts anew from where a reviewer lets them go on', async () => {
    const { id } = await makeProject(rule);
    await makePairs(id, 40);
    await addGold(id, 12);
    const actor = await makePerson();
    await answerGold(actor, id, [false, false, false]);
    const person = { projectId: id, userId: actor.id };
    await expect(letGoOn(actor, person)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listHolds(actor, { projectId: id })).rejects.toMatchObject({ code: 'forbidden' });
    await letGoOn(reviewer, person);
    await expect(letGoOn(reviewer, person)).rejects.toMatchObject({ code: 'conflict' });
    // Two of them are too few again, whatever was before.
    await answerGold(actor, id, [false, false]);
    expect(await claim(actor, id)).not.toBeNull();
    await answerGold(actor, id, [true]);
    await expect(claim(actor, id)).rejects.toMatchObject({ details: { evidence: { asked: 3, right: 1 } } });
    expect(await listHolds(reviewer, { projectId: id })).toMatchObject([
      { person: { name: actor.name }, level: 'paused', startedBy: null, endedBy: null, endedAt: null, evidence: { right: 1 } },
      {
        person: { name: actor.name },
        level: 'paused',
        startedBy: null,
        endedBy: { name: reviewer.name },
        endedAt: expect.any(Date),
        evidence: { right: 0 },
      },
    ]);
    const { rows } = await pool().query(`select action, actor_id as "actorId" from audit_log where subject_id = $1 order by id`, [
      actor.id,
    ]);
    expect(rows).toEqual([
      { action: 'hold.pause', actorId: null },
      { action: 'hold.end', actorId: reviewer.id },
      { action: 'hold.pause', actorId: null },
    ]);
  });

  it('pauses once, whatever arrives at once', async () => {
    const { id } = await makeProject({ ...rule, goldPauseMin: 1 });
    await makePairs(id, 20);
    await addGold(id, 6);
    const actor = await makePerson();
    // Several gold pairs open at once, as a person never has them by claiming.
    const { rows } = await pool().query<{ id: string }>(
      `with taken as (update tasks set leased = leased + 1 where project_id = $1 and purpose = 'gold' returning id)
       insert into leases (task_id, user_id, expires_at) select id, $2, now() + interval '1 hour' from taken returning id`,
      [id, actor.id],
    );
    await Promise.all(rows.map(({ id: leaseId }) => submitPreference(actor, { leaseId, idempotencyKey: leaseId, grade: -1 })));
    const holds = await listHolds(reviewer, { projectId: id });
    expect(holds).toMatchObject([{ level: 'paused', endedAt: null }]);
  });
});

describe('the rule about pace', () => {
  const rule = { speedLast: 5, speedShare: 0.25, speedSecondsPerThousand: 0 };

  /** A project in which others have taken 20 seconds a pair, five times. */
  async function withOthers(settings: object): Promise<string> {
    const { id } = await makeProject({ ...rule, ...settings });
    const tasks = await makePairs(id, 60, 3);
    const other = await makePerson();
    for (const [i, secondsOnTask] of [20, 4, 20, 90, 20].entries())
      await prefer({ rater: other.id, taskId: tasks[i]!, grade: 1, secondsOnTask });
    return id;
  }

  async function answer(actor: Actor, projectId: string, times: number[]): Promise<void> {
    for (const seconds of times) await send(actor, (await claim(actor, projectId))!, { seconds });
  }

  it('warns first, and pauses when it goes on', async () => {
    const id = await withOthers({ speedRule: 'pause' });
    const actor = await makePerson();
    // The median of four says nothing yet; of these five it is 3, and a quarter of 20 is 5.
    await answer(actor, id, [3, 60, 2, 60]);
    expect((await claim(actor, id))!.warning).toBeUndefined();
    await answer(actor, id, [1]);
    const evidence = { rule: 'speed', kind: 'compare', by: 'others', answers: 5, seconds: 3, usual: 20, least: 5 };
    expect((await claim(actor, id))!.warning).toEqual({ evidence, isBeforePause: true });
    // Five more since the warning decide.
    await answer(actor, id, [1, 1, 1, 1]);
    expect((await claim(actor, id))!.warning).toBeDefined();
    await answer(actor, id, [1]);
    await expect(claim(actor, id)).rejects.toThrow(
      'The last 5 comparisons took 1 s each (median). Others take 20 s; at least 5 s are expected.',
    );
    expect(await listHolds(reviewer, { projectId: id })).toMatchObject([
      { level: 'paused', evidence: { ...evidence, seconds: 1 }, endedAt: null },
      { level: 'warned', evidence, endedAt: expect.any(Date), endedBy: null },
    ]);
    await letGoOn(reviewer, { projectId: id, userId: actor.id });
    await answer(actor, id, [1, 1, 1, 1]);
    expect((await claim(actor, id))!.warning).toBeUndefined();
    await answer(actor, id, [1]);
    expect((await claim(actor, id))!.warning).toMatchObject({ evidence: { seconds: 1 } });
  });

  it('takes the warning back when they take their time', async () => {
    const id = await withOthers({ speedRule: 'pause' });
    const actor = await makePerson();
    await answer(actor, id, [1, 1, 1, 1, 1]);
    expect((await claim(actor, id))!.warning).toBeDefined();
    await answer(actor, id, [1, 1, 5, 5, 5]);
    expect((await claim(actor, id))!.warning).toBeUndefined();
    expect(await listHolds(reviewer, { projectId: id })).toMatchObject([{ level: 'warned', endedBy: null, endedAt: expect.any(Date) }]);
  });

  it('only warns where it is to warn, and does nothing where it is off', async () => {
    const [warns, off] = [await withOthers({ speedRule: 'warn' }), await withOthers({})];
    const actor = await makePerson();
    for (const id of [warns, off]) await answer(actor, id, Array(12).fill(1));
    expect((await claim(actor, warns))!.warning).toMatchObject({ isBeforePause: false });
    expect((await claim(actor, off))!.warning).toBeUndefined();
    expect(await listHolds(reviewer, { projectId: off })).toEqual([]);
  });

  it('looks at length, too, and at reviewers not at all', async () => {
    const { id } = await makeProject({ ...rule, speedRule: 'warn', speedSecondsPerThousand: 25 });
    await makePairs(id, 40);
    // The two texts of each pair have 85 characters together, so one second is 11.8 for a thousand, and three are 35.3.
    const [slow, fast] = [await makePerson(), await makePerson()];
    await answer(slow, id, [3, 3, 3, 3, 3]);
    await answer(fast, id, [1, 1, 1, 1, 1]);
    await answer(reviewer, id, [1, 1, 1, 1, 1]);
    expect((await claim(slow, id))!.warning).toBeUndefined();
    expect((await claim(reviewer, id))!.warning).toBeUndefined();
    const { evidence } = (await claim(fast, id))!.warning!;
    expect(evidence).toMatchObject({ rule: 'speed', by: 'length', answers: 5, least: 25, seconds: expect.closeTo(1000 / 85, 6) });
  });

  it('leaves out answers that came without a time', async () => {
    const id = await withOthers({ speedRule: 'warn' });
    const actor = await makePerson();
    await answer(actor, id, [1, 1, 1, 1]);
    for (let i = 0; i < 3; i++) await send(actor, (await claim(actor, id))!);
    expect((await claim(actor, id))!.warning).toBeUndefined();
    await answer(actor, id, [1]);
    expect((await claim(actor, id))!.warning).toBeDefined();
  });
});

describe('by hand', () => {
  it('a reviewer pauses somebody with a reason, which they read, and lets them go on', async () => {
    const { id } = await makeProject();
    await makePairs(id, 5);
    const actor = await makePerson();
    const open = (await claim(actor, id))!;
    const person = { projectId: id, userId: actor.id };
    await expect(pausePerson(actor, { ...person, reason: 'I want to.' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(pausePerson(reviewer, { ...person, reason: ' ' })).rejects.toMatchObject({ code: 'invalid' });
    await pausePerson(reviewer, { ...person, reason: 'Let us talk first.' });
    await expect(pausePerson(reviewer, { ...person, reason: 'Again.' })).rejects.toMatchObject({ code: 'conflict' });
    expect((await readTasks(id)).every(({ leased }) => leased === 0)).toBe(true);
    await expect(claim(actor, id)).rejects.toThrow('A reviewer’s reason: Let us talk first.');
    expect(await send(actor, open)).toMatchObject({ status: 'accepted' });
    expect(await listHolds(reviewer, { projectId: id })).toMatchObject([
      { level: 'paused', startedBy: { name: reviewer.name }, endedAt: null },
    ]);
    await letGoOn(reviewer, person);
    expect(await claim(actor, id)).not.toBeNull();
    await expect(pausePerson(reviewer, { projectId: id, userId: randomUUID(), reason: 'Who?' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('leaves nobody with a task, however many claims are under way', async () => {
    const { id } = await makeProject();
    await makePairs(id, 60);
    const people = await Promise.all(Array.from({ length: 6 }, () => makePerson()));
    await Promise.all(
      people.flatMap((actor) => [
        ...Array.from({ length: 4 }, () => claim(actor, id).catch((error: unknown) => error)),
        pausePerson(reviewer, { projectId: id, userId: actor.id, reason: 'Now.' }),
      ]),
    );
    const { rows } = await pool().query(
      `select count(*)::int as n from leases l join tasks t on t.id = l.task_id where t.project_id = $1 and l.state = 'active'`,
      [id],
    );
    expect(rows[0].n).toBe(0);
    expect((await readTasks(id)).every(({ leased }) => leased === 0)).toBe(true);
  });
});
