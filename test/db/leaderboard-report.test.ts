/** Models ranked as the studio shows them: of imported comparisons that name their models, of checkpoints, and what is said where there is no ranking. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { comparisonsOfRound } from '@/db/queries/training-data';
import { systemActor } from '@/lib/auth/actor';
import { importRows } from '@/lib/dataset/import';
import { exportReport } from '@/lib/reports/export';
import { leaderboardReport } from '@/lib/reports/leaderboard';
import { claimJob } from '@/lib/jobs/claim-job';
import { stageInput } from '@/lib/jobs/stage-input';
import { startRound } from '@/lib/rounds/start-round';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePairs, makePerson, makeProject, makeReadyProject } from '../support/factory';
import { prefer } from '../support/judgements';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function importWins(projectId: string, wins: [chosen: string, rejected: string, times: number][]): Promise<void> {
  let item = 0;
  const lines = async function* () {
    for (const [chosen, rejected, times] of wins)
      for (let i = 0; i < times; i++)
        yield `${JSON.stringify({ prompt: `Question ${item}?`, chosen: `Well, ${item++}.`, rejected: 'No.', chosen_model: chosen, rejected_model: rejected })}\n`;
  };
  await importRows(systemActor, { projectId, kind: 'comparisons', mode: 'all-or-nothing', text: lines() });
}

describe('the leaderboard', () => {
  it('is Bradley and Terry’s of the models that an import names; of two, the strengths are the odds', async () => {
    const project = await makeProject();
    await importWins(project.id, [
      ['llama', 'alpaca', 7],
      ['alpaca', 'llama', 6],
    ]);
    const report = await leaderboardReport(systemActor, { projectId: project.id });
    expect(report).toMatchObject({
      comparisons: 13,
      unnamed: 0,
      cappedAt: null,
      board: { ok: true, value: { intervals: { kind: 'bootstrap', replicates: 1000 } } },
    });
    const [first, second] = report.board.ok ? report.board.value.standings : [];
    expect([first!.model, first!.score, second!.score]).toEqual(['llama', expect.closeTo(7 / 13, 9), expect.closeTo(6 / 13, 9)]);
    expect(report.matrix.cells[0]![1]).toMatchObject({ winRate: 7 / 13, comparisons: 13 });

    const csv = await exportReport(systemActor, { projectId: project.id, report: 'leaderboard' });
    expect(csv.split('\r\n').slice(0, 2)).toEqual([
      'rank,model,strength,low,high,share,won,lost,tied',
      expect.stringMatching(/^1,llama,0\.07\d+,.*,7,6,0$/),
    ]);
    const rates = await exportReport(systemActor, { projectId: project.id, report: 'win-rates', query: { ties: 'davidson' } });
    expect(rates).toContain('alpaca,llama,0.4615384615384615');
    const ratings = await exportReport(systemActor, { projectId: project.id, report: 'elo' });
    expect(ratings.split('\r\n').slice(0, 2)).toEqual(['model,rating', expect.stringMatching(/^llama,100\d\.\d+$/)]);
    const effects = await exportReport(systemActor, { projectId: project.id, report: 'style-effects', query: { style: 'controlled' } });
    expect(effects.split('\r\n')[0]).toBe('feature,log_odds,low,high');
    await expect(exportReport(systemActor, { projectId: project.id, report: 'leaderboard', query: { ties: 'none' } })).rejects.toThrow(
      'ties',
    );
  });

  it('says who cannot be compared with whom, instead of giving numbers', async () => {
    const project = await makeProject();
    expect(await leaderboardReport(systemActor, { projectId: project.id })).toMatchObject({
      comparisons: 0,
      board: { ok: false, code: 'no-data' },
      groups: [],
    });
    await importWins(project.id, [['x', 'y', 1], ['y', 'x', 1], ['v', 'w', 1]]); // prettier-ignore
    const report = await leaderboardReport(systemActor, { projectId: project.id });
    expect(report).toMatchObject({ board: { ok: false, code: 'disconnected' }, groups: [['x', 'y'], ['v'], ['w']] });
    expect(report.board).toMatchObject({ reason: expect.stringContaining('2 groups') });
  });

  it('takes checkpoints by their rounds, categories, aspects and style', async () => {
    const project = await makeProject();
    const tasks = await makePairs(project.id, 30, 1);
    const rater = (await makePerson()).id;
    // Made by no checkpoint, the factory’s responses are the base model’s; half of each pair is given to a policy of a round.
    await pool().query(
      `with snapshot as (insert into snapshots (project_id, demonstration_ids, preference_ids, prompt_ids) values ($1, '{}', '{}', '{}') returning id),
         round as (insert into rounds (project_id, number, state, snapshot_id, config, seed, code_revision)
           select $1, 1, 'succeeded', id, '{}', 1, 'test' from snapshot returning id),
         policy as (insert into checkpoints (project_id, round_id, kind, path, sha256, bytes) select $1, id, 'policy', 'p-' || id, 'f', 1 from round returning id)
       update responses set checkpoint_id = policy.id from policy, tasks where tasks.project_id = $1 and responses.id = tasks.response_a_id`,
      [project.id],
    );
    for (const [i, taskId] of tasks.entries())
      await prefer({ rater, taskId, grade: i < 20 ? 2 : i < 24 ? 0 : -1, aspects: { honest: i < 10 ? 1 : -1 }, isSwapped: i % 2 === 0 });
    const of = async (more: object = {}) => leaderboardReport(systemActor, { projectId: project.id, ...more });
    const plain = await of();
    expect(plain.categories).toEqual([{ name: 'test', comparisons: 30 }]);
    expect(plain.matrix).toMatchObject({
      models: ['round 1', 'base'],
      cells: [
        [null, { winRate: 22 / 30 }],
        [{ comparisons: 30 }, null],
      ],
    });
    const scores = ({ board }: typeof plain) =>
      board.ok ? board.value.standings.map(({ model, score }) => [model, Number(score.toFixed(4))]) : board;
    expect(scores(plain)).toEqual([['round 1', 0.7333], ['base', 0.2667]]); // prettier-ignore
    expect(scores(await of({ subject: 'aspect:honest' }))).toEqual([['base', 0.6667], ['round 1', 0.3333]]); // prettier-ignore
    expect((await of({ category: 'elsewhere' })).comparisons).toBe(0);
    const davidson = await of({ ties: 'davidson' });
    expect(davidson.board).toMatchObject({ ok: true, value: { ties: 'davidson', tieParameter: expect.any(Number) } });
    // Both texts of a pair are nearly of one length, which is said rather than guessed at.
    const styled = await of({ style: 'controlled' });
    expect(styled.board.ok ? styled.effects.map(({ feature }) => feature) : styled.board.code).toEqual(expect.anything());
  });
});

describe('a round that takes labels by consensus', () => {
  it('trains on one soft label a pair; another on each judgement', async () => {
    const project = await makeReadyProject({ compareOverlap: 3 });
    const tasks = await makePairs(project.id, 12, 3);
    const people = await Promise.all([1, 2, 3].map(async () => (await makePerson()).id));
    for (const [i, taskId] of tasks.entries())
      for (const [who, rater] of people.entries())
        await prefer({ rater, taskId, grade: (i % 2 ? 2 : -2) * (who === 2 && i % 3 === 0 ? -1 : 1) });
    const { roundId } = await startRound(systemActor, { projectId: project.id, seed: 1, config: { labels: 'consensus' } });
    await pool().query(
      `update jobs set stage = 'reward', config = (select config->'reward' from rounds where id = $1) where round_id = $1`,
      [roundId],
    );
    await pool().query(
      `insert into checkpoints (project_id, round_id, kind, path, sha256, bytes) values ($1, $2::uuid, 'sft', 'sft-' || $2::text, 'f', 1)`,
      [project.id, roundId],
    );
    const job = (await claimJob({ workerId: 'test' }))!;
    const input = await stageInput(job);
    if (input.stage !== 'reward') throw new Error(input.stage);
    const judged = input.comparisons.filter(({ sources }) => !sources?.includes('imported'));
    expect(await comparisonsOfRound(db(), roundId)).toHaveLength(36 + 3);
    expect(judged).toHaveLength(12);
    expect(input.comparisons).toHaveLength(12 + 3);
    for (const { chosenShare } of judged) expect(Math.abs(chosenShare - 0.5)).toBeGreaterThan(0.3);
    expect(judged.some(({ chosenShare }) => chosenShare > 0 && chosenShare < 1)).toBe(true);
    // Right where two of three agree, on every pair.
    expect(judged.filter(({ chosenShare }) => chosenShare > 0.5)).toHaveLength(6);
  });
});
