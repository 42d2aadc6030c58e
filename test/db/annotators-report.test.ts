/** People made up with known ways of judging come out as they were made; everybody sees themselves and nobody else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { annotatorsReport, myFigures } from '@/lib/reports/annotators';
import { exportReport } from '@/lib/reports/export';
import { createRng } from '@/lib/rng';
import { startRound } from '@/lib/rounds/start-round';
import { claimJob } from '@/lib/jobs/claim-job';
import { recordResponseScores } from '@/lib/jobs/report';
import { stageInput } from '@/lib/jobs/stage-input';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeProject, makePairs, makeRateTasks, makeReadyProject } from '../support/factory';
import { pretendToTrain } from '../support/pretend-trainer';
import { copyTask, prefer, rate } from '../support/judgements';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** How often each is right, and their seconds. The last takes whatever stands on the left. */
const manners = [
  { right: 0.95, seconds: 20 },
  { right: 0.9, seconds: 24 },
  { right: 0.75, seconds: 3 },
  { right: 0, seconds: 22 },
];

describe('people', () => {
  let project: { id: string };
  let tasks: string[];
  let people: Actor[];
  let wins: number;

  beforeAll(async () => {
    project = await makeProject();
    tasks = await makePairs(project.id, 120, 5);
    people = await Promise.all(manners.map(() => makePerson()));
    const rng = createRng(3);
    wins = 0;
    for (const taskId of tasks) {
      const truth = rng.next() < 0.5 ? 1 : -1;
      for (const [i, { right, seconds }] of manners.entries()) {
        const isSwapped = rng.next() < 0.5;
        const isRight = rng.next() < right;
        if (i === 0 && isRight) wins++;
        const grade = right === 0 ? (isSwapped ? -2 : 2) : isRight ? truth : -truth;
        await prefer({ rater: people[i]!.id, taskId, grade, isSwapped, secondsOnTask: seconds });
      }
    }
  });

  it('are as reliable as they were made, and their biases show', async () => {
    const report = await annotatorsReport(systemActor, { projectId: project.id });
    const of = (i: number) => report.people.find(({ id }) => id === people[i]!.id)!;
    expect(report).toMatchObject({ judgements: 480, typicalSeconds: 21, reliability: { ok: true, value: { converged: true } } });
    expect(of(0).accuracy).toBeCloseTo(wins / tasks.length, 1);
    expect([of(1).accuracy! > of(2).accuracy!, of(2).accuracy! > of(3).accuracy! + 0.1]).toEqual([true, true]);
    expect(Math.abs(of(2).accuracy! - 0.75)).toBeLessThan(0.08);
    expect(Math.abs(of(3).accuracy! - 0.5)).toBeLessThan(0.1);
    expect(of(3).position).toMatchObject({ ok: true, value: { share: 1, decided: 120, ties: 0 } });
    expect(of(0).position).toMatchObject({ ok: true, value: { decided: 120 } });
    const position = of(0).position;
    expect(position.ok && position.value.p).toBeGreaterThan(0.01);
    expect(people.map((_, i) => of(i).pace)).toEqual(['usual', 'usual', 'quick', 'usual']);
    expect(of(0).others!.share).toBeGreaterThan(of(3).others!.share + 0.1);
    expect(of(0).drift).toMatchObject({ ok: true, value: { windows: { length: 5 } } });
    expect(report.people.map(({ rewardModel }) => rewardModel)).toEqual([null, null, null, null]);
  });

  it('agree with the newest reward model as it was measured', async () => {
    const { rows } = await pool().query<{ id: string }>(
      `with snapshot as (insert into snapshots (project_id, demonstration_ids, preference_ids, prompt_ids) values ($1, '{}', '{}', '{}') returning id),
         round as (insert into rounds (project_id, number, state, snapshot_id, config, seed, code_revision)
           select $1, 4, 'succeeded', id, '{}', 1, 'test' from snapshot returning id)
       insert into jobs (project_id, round_id, stage, state, config) select $1, id, 'reward', 'succeeded', '{}' from round returning id`,
      [project.id],
    );
    await pool().query(
      `insert into metrics (job_id, step, key, value) values ($1, 9, 'eval_agreement/annotator/' || $2, 0.75), ($1, 9, 'eval_pairs/annotator/' || $2, 20)`,
      [rows[0]!.id, people[0]!.id],
    );
    // Not an answer, so the figures of another filter are asked for: those from before are kept for a while.
    const report = await annotatorsReport(systemActor, { projectId: project.id, late: 'with' });
    const measured = report.people.find(({ id }) => id === people[0]!.id)!.rewardModel;
    expect(measured).toMatchObject({ share: 0.75, pairs: 20, round: 4 });
    expect(measured!.low).toBeCloseTo(0.531, 3); // Wilson's, of 15 in 20
  });

  it('see their own figures, which are those that reviewers see', async () => {
    await prefer({ rater: people[0]!.id, taskId: await copyTask(tasks[0]!, 'retest'), grade: 3, standing: 'check' });
    const { mine } = await myFigures(people[0]!, { projectId: project.id });
    const all = await annotatorsReport(systemActor, { projectId: project.id });
    const { accuracy: _, ...seen } = all.people.find(({ id }) => id === people[0]!.id)!;
    expect(mine).toEqual({ ok: true, value: seen });
    expect(JSON.stringify(mine)).not.toContain(people[1]!.id);
    await expect(annotatorsReport(people[0]!, { projectId: project.id })).rejects.toThrow('may not see the data');
  });

  it('are told nothing that would give one other person away', async () => {
    const newcomer = await makePerson();
    expect((await myFigures(newcomer, { projectId: project.id })).mine).toMatchObject({ ok: false, code: 'no-data' });
    for (const taskId of tasks.slice(0, 4)) await prefer({ rater: newcomer.id, taskId, grade: 1 });
    expect((await myFigures(newcomer, { projectId: project.id })).mine).toMatchObject({
      ok: true,
      value: { judgements: 4, others: null, drift: { ok: false } },
    });
    await prefer({ rater: newcomer.id, taskId: tasks[4]!, grade: 1 });
    expect((await myFigures(newcomer, { projectId: project.id })).mine).toMatchObject({ ok: true, value: { others: { units: 5 } } });
  });

  it('go out as CSV under numbers where names are hidden', async () => {
    const csv = await exportReport(systemActor, { projectId: project.id, report: 'annotators', query: { names: 'hidden' } });
    expect(csv.split('\r\n')[0]).toMatch(/^person,judgements,median_seconds,pace,accuracy,with_others,with_others_low/);
    expect(csv.match(/^Annotator \d+,120,/gm)).toHaveLength(4);
    for (const { name } of people) expect(csv).not.toContain(name);
  });
});

describe('ratings against a reward model', () => {
  it('go with its scores as far as they do, of prompts that it was not trained on', async () => {
    const { id } = await makeReadyProject({ aspects: ['helpfulness'] });
    const tasks = await makeRateTasks(id, 40);
    const [alike, contrary, always, few] = (await Promise.all([1, 2, 3, 4].map(() => makePerson()))) as [Actor, Actor, Actor, Actor];
    const responses = new Map<string, number>();
    for (const [i, taskId] of tasks.entries()) {
      const { rows } = await pool().query<{ id: string }>('select response_a_id as id from tasks where id = $1', [taskId]);
      responses.set(rows[0]!.id, i);
      const grade = 1 + Math.floor(i / 8);
      await rate({ rater: alike.id, taskId, aspects: { helpfulness: grade }, isSafe: i >= 20 });
      await rate({ rater: contrary.id, taskId, aspects: { helpfulness: 6 - grade } });
      await rate({ rater: always.id, taskId, aspects: { helpfulness: 4 } });
      if (i < 9) await rate({ rater: few.id, taskId, aspects: { helpfulness: grade } });
    }
    const of = (subject?: string) => annotatorsReport(systemActor, { projectId: id, kind: 'rate', subject });
    const scoresOf = (report: Awaited<ReturnType<typeof of>>, person: Actor) => report.people.find((one) => one.id === person.id)!.scores;
    const rhoOf = (report: Awaited<ReturnType<typeof of>>, person: Actor) => {
      const scores = scoresOf(report, person);
      return scores?.ok ? scores.value.rho : NaN;
    };
    expect(scoresOf(await of(), alike)).toMatchObject({ ok: false, code: 'no-scores' });

    await startRound(systemActor, { projectId: id });
    await pretendToTrain({ rng: createRng(1) });
    const job = (await claimJob({ workerId: 'w' }))!;
    const input = await stageInput(job);
    const rated = input.stage === 'reward' ? input.ratedResponses! : [];
    expect(new Set(rated.map(({ responseId }) => responseId))).toEqual(new Set(responses.keys()));
    const scores = rated.map(({ responseId }) => ({ responseId, score: responses.get(responseId)!, isHeldOut: true }));
    await recordResponseScores(job, scores);
    // Sent again, as after a lost answer; of two of them the model knows the prompts.
    await recordResponseScores(job, scores.map((one, i) => ({ ...one, isHeldOut: i > 1 }))); // prettier-ignore
    await pool().query(`update users set deleted_at = now() where id = $1`, [(await makePerson()).id]);

    const report = await of();
    expect(scoresOf(report, alike)).toMatchObject({ ok: true, value: { n: 38, round: 1 } });
    expect(rhoOf(report, alike)).toBeGreaterThan(0.95);
    expect(rhoOf(report, contrary)).toBeCloseTo(-rhoOf(report, alike), 12);
    expect(scoresOf(report, always)).toMatchObject({ ok: false, code: 'one-category' });
    expect(scoresOf(report, few)).toMatchObject({ ok: false, code: 'too-few' });
    const safety = await of('safety');
    expect(rhoOf(safety, alike)).toBeGreaterThan(0.8);
    expect(safety.people).toHaveLength(1);

    const { mine } = await myFigures(alike, { projectId: id, kind: 'rate' });
    expect(mine).toMatchObject({ ok: true, value: { scores: scoresOf(report, alike), rewardModel: null } });
    const csv = await exportReport(systemActor, { projectId: id, report: 'annotators', query: { kind: 'rate' } });
    const [head, ...rows] = csv
      .trim()
      .split('\r\n')
      .map((row) => row.split(','));
    expect(rows.find(([person]) => person === alike.name)![head!.indexOf('reward_rho')]).toBe(String(rhoOf(report, alike)));
  });
});
