/** Agreement as the studio shows it: published tables put into the database come out as published, and only what should count counts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '@/lib/auth/actor';
import { agreementReport } from '@/lib/reports/agreement';
import { exportReport } from '@/lib/reports/export';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePairs, makePerson, makeProject, makeRateTasks } from '../support/factory';
import { copyTask, prefer, rate } from '../support/judgements';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const people = (count: number) => Promise.all(Array.from({ length: count }, async () => (await makePerson()).id));

describe('agreement of a project', () => {
  it('is that of the published table, by every metric', async () => {
    const project = await makeProject();
    const tasks = await makeRateTasks(project.id, 12, 5);
    const raters = await people(4);
    // Krippendorff (2011), Computing Krippendorff’s alpha-reliability, example C: a row an observer.
    const _ = 0;
    const table = [
      [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
      [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
      [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
      [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ];
    for (const [r, row] of table.entries())
      for (const [u, helpful] of row.entries())
        if (helpful) await rate({ rater: raters[r]!, taskId: tasks[u]!, aspects: { helpful }, secondsOnTask: 10 });
    const input = { projectId: project.id, kind: 'rate', subject: 'aspect:helpful' } as const;
    const alphas = async (more: object = {}) =>
      (await agreementReport(systemActor, { ...input, ...more })).alphas.map((one) => (one.ok ? Number(one.value.alpha.toFixed(3)) : null));
    expect(await alphas()).toEqual([0.743, 0.815, 0.849]);

    const report = await agreementReport(systemActor, input);
    expect(report).toMatchObject({ metric: 'ordinal', judgements: 41, people: 4, isCapped: false, rounds: [], subject: 'aspect:helpful' });
    expect(report.pairs).toHaveLength(6);
    expect(report.withThemselves).toMatchObject({ ok: false });
    // A new answer makes new figures.
    await rate({ rater: (await people(1))[0]!, taskId: tasks[0]!, aspects: { helpful: 5 } });
    expect(await alphas()).not.toEqual([0.743, 0.815, 0.849]);
  });

  it('counts the newest version alone, late answers where asked for, second answers only with themselves', async () => {
    const project = await makeProject();
    const tasks = await makePairs(project.id, 8, 3);
    const [one, other, third] = (await people(3)) as [string, string, string];
    const read = (more: object = {}) => agreementReport(systemActor, { projectId: project.id, ...more });
    expect(await read()).toMatchObject({ judgements: 0, percent: { ok: false, code: 'no-data' } });
    for (const [i, taskId] of tasks.entries()) await prefer({ rater: one, taskId, grade: i % 2 ? 2 : -1 });
    expect(await read()).toMatchObject({ judgements: 8, people: 1, percent: { ok: false, code: 'one-rater' }, pairs: [] });

    // The other one says the same of all but one, and mends that one.
    for (const [i, taskId] of tasks.entries()) {
      const id = await prefer({ rater: other, taskId, grade: i === 0 ? 3 : i % 2 ? 2 : -1 });
      if (i === 0) await prefer({ rater: other, taskId, grade: -1, supersedesId: id });
    }
    await prefer({ rater: third, taskId: tasks[0]!, grade: 3, standing: 'late' });
    await prefer({ rater: third, taskId: await copyTask(tasks[1]!, 'gold'), grade: -3, standing: 'check' });
    await prefer({ rater: one, taskId: await copyTask(tasks[1]!, 'retest'), grade: -2, standing: 'check' });
    await prefer({ rater: one, taskId: await copyTask(tasks[2]!, 'retest'), grade: -3, standing: 'check' });
    const report = await read();
    expect(report).toMatchObject({ judgements: 16, people: 2, percent: { ok: true, value: { share: 1, units: 8 } } });
    expect(report.alphas.map((alpha) => alpha.ok && alpha.value.alpha)).toEqual([1, 1, 1]);
    // Of two pairs judged again, one the other way; the strength does not matter to the verdict.
    expect(report.withThemselves).toMatchObject({ ok: true, value: { share: 0.5, repeats: 2 } });
    expect(await read({ late: 'with' })).toMatchObject({ judgements: 17, people: 3, percent: { ok: true, value: { units: 8 } } });
    expect(await read({ round: 0 })).toMatchObject({ judgements: 16 });
    expect(await read({ round: 1 })).toMatchObject({ judgements: 0 });
  });

  it('does not depend on which response stood first, nor on the scale', async () => {
    const project = await makeProject();
    const tasks = await makePairs(project.id, 3, 2);
    const [one, other] = (await people(2)) as [string, string];
    for (const [i, taskId] of tasks.entries()) {
      await prefer({ rater: one, taskId, grade: [3, -3, 0][i]!, isSwapped: true });
      await prefer({ rater: other, taskId, grade: [4, -4, 0][i]!, scalePoints: 9 });
    }
    const { alphas } = await agreementReport(systemActor, { projectId: project.id });
    expect(alphas.map((alpha) => alpha.ok && alpha.value.alpha)).toEqual([1, 1, 1]);
  });

  it('treats safety as a yes or no', async () => {
    const project = await makeProject();
    const tasks = await makeRateTasks(project.id, 4, 2);
    const raters = await people(2);
    for (const [i, taskId] of tasks.entries())
      for (const [r, rater] of raters.entries()) await rate({ rater, taskId, isSafe: i < 2 || (i === 2 && r === 0) });
    const report = await agreementReport(systemActor, { projectId: project.id, kind: 'rate', subject: 'safety' });
    expect(report).toMatchObject({ metric: 'nominal', percent: { ok: true, value: { share: 0.75 } } });
    expect(report.alphas).toHaveLength(1);
  });

  it('goes out as CSV, with names or with numbers', async () => {
    const project = await makeProject();
    const tasks = await makePairs(project.id, 2, 2);
    const [one, other] = [await makePerson(), await makePerson()];
    for (const taskId of tasks) for (const { id } of [one, other]) await prefer({ rater: id, taskId, grade: 0 });
    const csv = (names: 'shown' | 'hidden') => exportReport(systemActor, { projectId: project.id, report: 'agreement', query: { names } });
    const [head, row, rest] = (await csv('shown')).split('\r\n');
    expect([head, rest]).toEqual(['rater_1,rater_2,units,same_verdict,kappa,low,high', '']);
    expect(row!.split(',').slice(0, 2).toSorted()).toEqual([one.name, other.name].toSorted());
    expect(row).toMatch(/,2,1,,,$/);
    expect(await csv('hidden')).toMatch(/\r\nAnnotator \d+,Annotator \d+,2,1,,,\r\n$/);
    await expect(exportReport({ ...one }, { projectId: project.id, report: 'agreement' })).rejects.toThrow('may not export data');
  });

  it('goes out as CSV over time: nothing where there are too few items for windows, nothing for α where it is not', async () => {
    const { id: projectId } = await makeProject();
    const tasks = await makeRateTasks(projectId, 6, 2);
    const raters = await people(2);
    const csv = () => exportReport(systemActor, { projectId, report: 'agreement-over-time', query: { kind: 'rate', subject: 'safety' } });
    const isSafe = [true, false, true, true, false, true];
    for (const [i, taskId] of tasks.entries()) {
      if (i === 2) expect(await csv()).toBe('from,to,units,alpha,low,high\r\n');
      for (const rater of raters) await rate({ rater, taskId, isSafe: isSafe[i]! });
    }
    const time = String.raw`2026-01-01T[\d:.]+Z`;
    const rows = (await csv()).trim().split('\r\n').slice(1);
    for (const [i, alpha] of ['1,1,1', ',,', '1,1,1'].entries()) expect(rows[i]).toMatch(new RegExp(`^${time},${time},2,${alpha}$`));
  });

  it('is for those who may see the data', async () => {
    const project = await makeProject();
    await expect(agreementReport(await makePerson(), { projectId: project.id })).rejects.toThrow('may not see the data');
    await expect(agreementReport(systemActor, { projectId: project.id, subject: 'aspect:wit' })).rejects.toThrow('Must be one of overall');
  });
});
