/** People made up with known ways of judging come out as they were made; everybody sees themselves and nobody else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { annotatorsReport, myFigures } from '@/lib/reports/annotators';
import { exportReport } from '@/lib/reports/export';
import { createRng } from '@/lib/rng';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePairs, makePerson, makeProject } from '../support/factory';
import { copyTask, prefer } from '../support/judgements';

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
