import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { insertSnapshot } from '@/db/queries/rounds';
import type { Actor } from '@/lib/auth/actor';
import { addKnownAnswer, listKnownAnswers, removeKnownAnswer } from '@/lib/quality/known-answers';
import { listQualifications, overrideQualification, resetQualification } from '@/lib/quality/qualifications';
import { claimTask } from '@/lib/tasks/claim-task';
import { workProgress } from '@/lib/tasks/progress';
import { skipTask } from '@/lib/tasks/skip-task';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePairs, makePerson, makeProject, readTasks } from '../support/factory';

let database: TestDatabase;
let reviewer: Actor;
beforeAll(async () => {
  database = await testDatabase();
  reviewer = await makePerson('reviewer');
});
afterAll(() => database.drop());

type Purpose = 'quiz' | 'gold';

/** Items on prompts of their own, A (“first …”) expected. Their pairs are no work. */
async function addItems(projectId: string, purpose: Purpose, count: number, more: object = {}): Promise<string[]> {
  const before = new Set((await readTasks(projectId)).map(({ id }) => id));
  await makePairs(projectId, count);
  const pairs = (await readTasks(projectId)).filter(({ id }) => !before.has(id)).map(({ id }) => id);
  const { rows } = await pool().query(
    `update tasks set state = 'withdrawn' where id = any($1) returning response_a_id as "responseAId", response_b_id as "responseBId"`,
    [pairs],
  );
  const made: string[] = [];
  for (const pair of rows)
    made.push((await addKnownAnswer(reviewer, { ...pair, purpose, expected: 'a', explanation: 'It says first.', ...more })).taskId);
  return made;
}

const claim = (actor: Actor, projectId: string, kind: 'compare' | 'demonstrate' = 'compare') => claimTask(actor, { projectId, kind });
type Given = NonNullable<Awaited<ReturnType<typeof claim>>>;

/** Chooses the response that begins with “first”, or the other one. */
const answer = (actor: Actor, { lease, compare }: Given, isRight = true) =>
  submitPreference(actor, {
    leaseId: lease.id,
    idempotencyKey: lease.id,
    grade: compare!.left.text.startsWith('first') === isRight ? 2 : -2,
  });

async function purposeOf(given: Given): Promise<string> {
  return (await pool().query('select purpose from tasks where id = $1', [given.task.id])).rows[0].purpose;
}

const resultOf = async (projectId: string, { id }: Actor) =>
  (await listQualifications(reviewer, { projectId })).people.find(({ person }) => person.id === id)!;

async function takeQuiz(actor: Actor, projectId: string, answers: boolean[]) {
  const checks = [];
  for (const isRight of answers) checks.push((await answer(actor, (await claim(actor, projectId))!, isRight)).check);
  return checks;
}

describe('the entrance quiz', () => {
  it('comes before work, is told item by item, and is passed', async () => {
    const { id } = await makeProject({ quizItems: 3, quizPassShare: 0.6 });
    const work = await makePairs(id, 2);
    await addItems(id, 'quiz', 4);
    const actor = await makePerson();
    const first = (await claim(actor, id))!;
    expect(first.quiz).toEqual({ number: 1, of: 3 });
    expect(work).not.toContain(first.task.id);
    await expect(claim(actor, id, 'demonstrate')).rejects.toMatchObject({ code: 'forbidden', details: { reason: 'quiz-first' } });
    // A page that was reloaded gets the same again; one that wants a reserve, the next.
    expect(await claim(actor, id)).toMatchObject({ lease: { id: first.lease.id }, quiz: { number: 1, of: 3 } });
    const second = (await claimTask(actor, { projectId: id, kind: 'compare', except: [first.lease.id] }))!;
    expect(second.quiz).toEqual({ number: 2, of: 3 });
    const wrong = await answer(actor, first, false);
    const side = first.compare!.left.text.startsWith('first') ? 'left' : 'right';
    expect(wrong.check).toEqual({ isRight: false, expected: side, explanation: 'It says first.' });
    expect(await answer(actor, first, false)).toEqual({ ...wrong, status: 'duplicate' });
    expect((await answer(actor, second)).check).toMatchObject({ isRight: true });
    const third = (await claim(actor, id))!;
    expect(third.quiz).toEqual({ number: 3, of: 3 });
    await expect(claimTask(actor, { projectId: id, kind: 'compare', except: [third.lease.id] })).rejects.toMatchObject({
      code: 'conflict',
      details: { reason: 'quiz-waiting' },
    });
    await answer(actor, third);
    const next = (await claim(actor, id))!;
    expect(next.quiz).toBeUndefined();
    expect(work).toContain(next.task.id);
    expect((await answer(actor, next)).check).toBeUndefined();
    expect(await resultOf(id, actor)).toMatchObject({
      quizAsked: 3,
      quizRight: 2,
      attempts: 1,
      overriddenBy: null,
      passedAt: expect.any(Date),
    });
    expect((await claim(await makePerson('reviewer'), id))!.quiz).toBeUndefined();
  });

  it('that is not passed gives no work, until a reviewer gives another attempt on fresh pairs, or lets the person in', async () => {
    const { id } = await makeProject({ quizItems: 2 });
    const work = await makePairs(id, 3);
    await addItems(id, 'quiz', 3);
    const actor = await makePerson();
    await answer(actor, (await claim(actor, id))!);
    await skipTask(actor, { leaseId: (await claim(actor, id))!.lease.id });
    await expect(claim(actor, id)).rejects.toMatchObject({
      code: 'forbidden',
      details: { reason: 'not-qualified', asked: 2, right: 1, needed: 2 },
    });
    await expect(resetQualification(reviewer, { projectId: id, userId: actor.id })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('There are 1 quiz pairs'),
    });
    await addItems(id, 'quiz', 1);
    await expect(resetQualification(actor, { projectId: id, userId: actor.id })).rejects.toMatchObject({ code: 'forbidden' });
    await resetQualification(reviewer, { projectId: id, userId: actor.id });
    expect(await resultOf(id, actor)).toMatchObject({ attempts: 2, quizAsked: 0, quizRight: 0 });
    await takeQuiz(actor, id, [false, false]);
    await expect(claim(actor, id)).rejects.toMatchObject({ details: { reason: 'not-qualified', right: 0 } });
    await overrideQualification(reviewer, { projectId: id, userId: actor.id });
    expect(work).toContain((await claim(actor, id))!.task.id);
    expect(await resultOf(id, actor)).toMatchObject({ overriddenBy: { name: reviewer.name }, quizAsked: 2, quizRight: 0 });
    const { rows } = await pool().query(
      `select action from audit_log where action like 'qualification.%' and subject_id = $1 order by id`,
      [actor.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['qualification.reset', 'qualification.override']);
  });

  it('asks the pairs that there are, and keeps nobody out where there are none', async () => {
    const { id } = await makeProject({ quizItems: 5 });
    const [work] = await makePairs(id, 1, 9);
    const early = await makePerson();
    expect((await claim(early, id))!.task.id).toBe(work);
    const items = await addItems(id, 'quiz', 2);
    const actor = await makePerson();
    expect((await claim(actor, id))!.quiz).toEqual({ number: 1, of: 2 });
    await takeQuiz(actor, id, [true]);
    await removeKnownAnswer(reviewer, { taskId: items[0]! });
    await removeKnownAnswer(reviewer, { taskId: items[1]! });
    await expect(removeKnownAnswer(reviewer, { taskId: items[1]! })).rejects.toMatchObject({ code: 'not_found' });
    expect(await listKnownAnswers(reviewer, { projectId: id })).toEqual([]);
    expect((await claim(actor, id))!.task.id).toBe(work);
  });

  it('is given to eight people at once, each the whole of it', async () => {
    const { id } = await makeProject({ quizItems: 3 });
    await makePairs(id, 1, 20);
    await addItems(id, 'quiz', 3);
    const people = await Promise.all(Array.from({ length: 8 }, () => makePerson()));
    await Promise.all(people.map((actor) => takeQuiz(actor, id, [true, true, true])));
    const after = await Promise.all(people.map((actor) => claim(actor, id)));
    expect(await Promise.all(after.map((one) => purposeOf(one!)))).toEqual(Array(8).fill('work'));
  });
});

describe('gold', () => {
  it('comes at its share, in the person’s own order, told apart by nothing, before work that is open', async () => {
    const { id } = await makeProject({ goldShare: 0.25 });
    await makePairs(id, 12);
    await addItems(id, 'gold', 2);
    const actor = await makePerson();
    const purposes: string[] = [];
    for (let i = 0; i < 11; i++) {
      const given = (await claim(actor, id))!;
      expect(Object.keys(given)).toEqual(['lease', 'task', 'compare']);
      purposes.push(await purposeOf(given));
      await answer(actor, given);
    }
    // The two gold items there are: the fourth and the eighth.
    expect(purposes.flatMap((purpose, i) => (purpose === 'gold' ? [i + 1] : []))).toEqual([4, 8]);
    expect(await resultOf(id, actor)).toMatchObject({ goldAsked: 2, goldRight: 2, quizAsked: 0 });
  });

  it('is one at a time, and tells nothing where it is not to be explained', async () => {
    const { id } = await makeProject({ goldShare: 0.5 });
    await makePairs(id, 4);
    await addItems(id, 'gold', 2, { isExplained: false });
    const actor = await makePerson();
    await answer(actor, (await claim(actor, id))!);
    const gold = (await claim(actor, id))!;
    const reserve = (await claimTask(actor, { projectId: id, kind: 'compare', except: [gold.lease.id] }))!;
    expect([await purposeOf(gold), await purposeOf(reserve)]).toEqual(['gold', 'work']);
    expect(await answer(actor, gold, false)).toEqual({ preferenceId: expect.any(String), status: 'accepted' });
    expect(await resultOf(id, actor)).toMatchObject({ goldAsked: 1, goldRight: 0 });
  });
});

describe('a known answer', () => {
  it('to the pair of a task leaves that task, its overlap and the counts alone', async () => {
    const { id } = await makeProject({ quizItems: 1 });
    await makePairs(id, 1, 3);
    const { rows } = await pool().query(
      'select response_a_id as "responseAId", response_b_id as "responseBId", id from tasks where project_id = $1',
      [id],
    );
    const [{ id: workId, ...pair }] = rows;
    await addKnownAnswer(reviewer, { ...pair, purpose: 'quiz', expected: 'tie' });
    const [one, other] = [await makePerson(), await makePerson()];
    for (const actor of [one, other]) {
      const given = (await claim(actor, id))!;
      const { check } = await submitPreference(actor, {
        leaseId: given.lease.id,
        idempotencyKey: given.lease.id,
        grade: 0,
        isBothBad: true,
      });
      expect(check).toEqual({ isRight: true, expected: 'tie', explanation: '' });
      // What the quiz has shown is not asked again as work.
      expect(await claim(actor, id)).toBeNull();
    }
    expect((await readTasks(id)).find((task) => task.id === workId)).toMatchObject({ state: 'open', answered: 0, leased: 0, overlap: 3 });
    expect((await workProgress(one, { projectId: id })).compare).toMatchObject({ open: 1, total: 1 });
  });

  it('trains nothing and is no exported comparison', async () => {
    const { id } = await makeProject({ quizItems: 1, goldShare: 0.5 });
    await makePairs(id, 2);
    await addItems(id, 'quiz', 1);
    await addItems(id, 'gold', 1);
    const actor = await makePerson();
    await takeQuiz(actor, id, [true, true, true]);
    const { rows: given } = await pool().query('select id, standing from preferences where project_id = $1 order by created_at', [id]);
    expect(given.map(({ standing }) => standing).toSorted()).toEqual(['check', 'check', 'counted']);
    const { id: snapshotId } = await insertSnapshot(db(), id);
    const { rows } = await pool().query('select preference_ids from snapshots where id = $1', [snapshotId]);
    expect(rows[0].preference_ids).toEqual(given.filter(({ standing }) => standing === 'counted').map((row) => row.id));
    expect(await exported({ projectId: id, kind: 'comparisons' })).toHaveLength(1);
  });

  it('needs a pair: two texts to one prompt that differ, once a purpose, said by a reviewer', async () => {
    const { id } = await makeProject();
    await makePairs(id, 2);
    const { rows } = await pool().query('select response_a_id as a, response_b_id as b from tasks where project_id = $1', [id]);
    const [{ a, b }, other] = rows;
    const add = (responseAId: string, responseBId: string, purpose: Purpose = 'gold', by = reviewer) =>
      addKnownAnswer(by, { responseAId, responseBId, purpose, expected: 'b' });
    await expect(add(a, a)).rejects.toMatchObject({ code: 'invalid' });
    await expect(add(a, other.b)).rejects.toMatchObject({ code: 'invalid', message: 'Both responses must be to the same prompt.' });
    await expect(add(a, b, 'gold', await makePerson())).rejects.toMatchObject({ code: 'forbidden' });
    await add(a, b);
    await expect(add(b, a)).rejects.toMatchObject({ code: 'conflict' });
    await add(b, a, 'quiz');
    expect(await listKnownAnswers(reviewer, { projectId: id })).toMatchObject([
      { purpose: 'quiz', expected: -1, answered: 0, right: 0 },
      { purpose: 'gold', expected: -1 },
    ]);
  });
});
