/** A round from its start to its end: what it makes, and how it is cancelled. What its stages are given: round-inputs. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { finishJob } from '@/lib/jobs/finish-job';
import { stageFolder } from '@/lib/jobs/folders';
import { renewJob } from '@/lib/jobs/renew-job';
import { recordStageSamples, reportMetrics } from '@/lib/jobs/report';
import { stageInput } from '@/lib/jobs/stage-input';
import { cancelRound } from '@/lib/rounds/cancel-round';
import { getRound } from '@/lib/rounds/get-round';
import { listRounds } from '@/lib/rounds/list-rounds';
import { readiness } from '@/lib/rounds/readiness';
import { metricsOf } from '@/lib/rounds/round-metrics';
import { stageSamplesOf } from '@/lib/rounds/round-samples';
import { startRound } from '@/lib/rounds/start-round';
import { claimTask } from '@/lib/tasks/claim-task';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeProject, makeReadyProject } from '../support/factory';
import { cancelAll, checkpoint, claim, run, runRound, silence } from '../support/stages';

let database: TestDatabase;
let admin: Actor;
beforeAll(async () => {
  process.env.HEED_DATA = mkdtempSync(path.join(tmpdir(), 'heed-rounds-'));
  database = await testDatabase();
  admin = await makePerson('admin');
});
afterAll(() => database.drop());
beforeEach(cancelAll);

describe('a round', () => {
  it('says what is missing before it starts', async () => {
    const { id } = await makeProject();
    await expect(startRound(admin, { projectId: id })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^A round cannot start yet\.\nThere are no prompts.*\nDemonstrations: 0 of 8.*\nComparisons: 0 of 16/),
    });
    expect(await readiness(admin, { projectId: id })).toMatchObject({
      isReady: false,
      demonstrations: { have: 0, need: 8 },
      problems: { length: 3 },
    });
  });

  it('runs once at a time per project, in an order of its own per project', async () => {
    const { id } = await makeReadyProject();
    const starts = await Promise.allSettled(Array.from({ length: 5 }, () => startRound(admin, { projectId: id })));
    expect(starts.filter((start) => start.status === 'fulfilled')).toHaveLength(1);
    for (const start of starts) if (start.status === 'rejected') expect(start.reason).toMatchObject({ code: 'conflict' });
  });

  it('takes its settings from the project and from who starts it, and refuses wrong ones', async () => {
    const { id } = await makeReadyProject({ round: { sft: { batchSize: 4 } } });
    await expect(startRound(admin, { projectId: id, config: { ppo: { klCoef: -1 } } })).rejects.toMatchObject({
      code: 'invalid',
      details: { fields: { 'ppo.klCoef': expect.any(String) } },
    });
    const { roundId } = await startRound(admin, { projectId: id, config: { ppo: { klCoef: 0.3 } }, seed: 9 });
    expect(await getRound(admin, { roundId })).toMatchObject({
      seed: 9,
      config: { sft: { batchSize: 4 }, ppo: { klCoef: 0.3 } },
      codeRevision: expect.stringMatching(/^[0-9a-f]{40}$|^v/),
    });
    expect((await stageInput((await claim())!)).config).toMatchObject({ batchSize: 4 });
  });

  it('keeps what its models answered and how they measured, the last stage’s counting', async () => {
    const { id } = await makeReadyProject();
    const { roundId } = await startRound(admin, { projectId: id });
    const sft = (await claim())!;
    const sample = { prompt: 'Why?', response: 'Because.\0', isTruncated: false, score: null };
    await recordStageSamples(sft, [sample, sample]);
    await recordStageSamples(sft, [sample]);
    await reportMetrics(sft, { step: 90, values: { 'eval/length': 9 } });
    await run(sft);
    const reward = (await claim())!;
    await recordStageSamples(reward, [{ ...sample, score: 0.5 }]);
    await reportMetrics(reward, { step: 3, values: { 'eval/length': 7 } });
    expect(await stageSamplesOf(admin, { roundId })).toEqual([
      { stage: 'sft', prompt: 'Why?', response: 'Because.\uFFFD', isTruncated: false, score: null },
      { stage: 'reward', prompt: 'Why?', response: 'Because.\uFFFD', isTruncated: false, score: 0.5 },
    ]);
    expect((await listRounds(admin, { projectId: id })).items[0]!.results).toEqual({ 'eval/length': 7 });
    await expect(stageSamplesOf(await makePerson(), { roundId })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('the next one compares with this one’s policy; old unanswered pairs are withdrawn, answered ones stay', async () => {
    const { id } = await makeReadyProject({ compareOverlap: 2 });
    const first = await runRound(admin, id);
    const annotator = await makePerson();
    const work = (await claimTask(annotator, { projectId: id, kind: 'compare' }))!;
    await submitPreference(annotator, { leaseId: work.lease.id, idempotencyKey: work.lease.id, grade: 1 });
    const held = (await claimTask(annotator, { projectId: id, kind: 'compare' }))!;

    const second = await runRound(admin, id);
    const sample = second.inputs.at(-1)!;
    const firstPolicy = (await getRound(admin, { roundId: first.roundId })).checkpoints.find((one) => one.kind === 'policy')!;
    if (sample.stage !== 'sample') throw new Error('wrong order');
    expect(sample.policies[1]).toMatchObject({ checkpointId: firstPolicy.id, samplesPerPrompt: 1 });
    const reward = second.inputs.find((input) => input.stage === 'reward')!;
    if (reward.stage !== 'reward') throw new Error('wrong order');
    const own = reward.comparisons.filter((one) => one.annotator === annotator.id);
    expect(own).toMatchObject([{ round: 1, sources: expect.arrayContaining(['round 1']) }]);
    expect(reward.comparisons.find((one) => !one.annotator)).toMatchObject({ round: undefined, sources: ['imported', 'imported'] });
    const { rows } = await pool().query('select state, count(*)::int as n from tasks where round_id = $1 group by 1 order by 1', [
      first.roundId,
    ]);
    expect(rows).toEqual([
      { state: 'open', n: 1 },
      { state: 'withdrawn', n: 47 },
    ]);
    const next = (await claimTask(await makePerson(), { projectId: id, kind: 'compare' }))!;
    expect((await pool().query('select round_id from tasks where id = $1', [next.task.id])).rows[0].round_id).toBe(second.roundId);
    expect(await submitPreference(annotator, { leaseId: held.lease.id, idempotencyKey: held.lease.id, grade: 1 })).toMatchObject({
      status: 'late',
    });
  });

  it('asks more people about a share of its tasks, the project’s or its own', async () => {
    const { id } = await makeReadyProject({ compareOverlap: 2, compareMoreOverlap: 5, compareMoreShare: 0.5 });
    const overlaps = async (roundId: string) =>
      (
        await pool().query(`select overlap, count(*)::int as n from tasks where round_id = $1 and kind = 'compare' group by 1 order by 1`, [
          roundId,
        ])
      ).rows;
    const [fewer, more] = await overlaps((await runRound(admin, id)).roundId);
    expect([fewer.overlap, more.overlap]).toEqual([2, 5]);
    expect(fewer.n + more.n).toBe(48);
    expect(Math.abs(more.n - 24)).toBeLessThan(18);
    const own = await runRound(admin, id, { overlap: { compareOverlap: 1, compareMoreShare: 0 } });
    expect(await overlaps(own.roundId)).toEqual([{ overlap: 1, n: 48 }]);
  });

  it('a stage that ends twice keeps its last checkpoint', async () => {
    const { id } = await makeReadyProject();
    const { roundId } = await startRound(admin, { projectId: id });
    const stale = (await claim())!;
    await checkpoint(stale, 'sft', 1);
    await silence(stale);
    const job = (await claim())!;
    expect(await checkpoint(job, 'sft', 2)).toEqual({ superfluousFolders: [path.join(stageFolder(job.id), 'sft-1')] });
    await finishJob(job, { state: 'succeeded' });
    const { checkpoints } = await getRound(admin, { roundId });
    expect(checkpoints.map((one) => [one.step, one.deletedAt === null])).toEqual([
      [2, true],
      [1, false],
    ]);
  });

  it('cancelled while it waits ends at once; during its last step, too', async () => {
    const { id } = await makeReadyProject();
    const waiting = await startRound(admin, { projectId: id });
    expect(await cancelRound(admin, { roundId: waiting.roundId })).toEqual({ state: 'cancelled' });
    expect(await claim()).toBeNull();
    const running = await startRound(admin, { projectId: id });
    const job = (await claim())!;
    await checkpoint(job, 'sft');
    expect(await cancelRound(admin, { roundId: running.roundId })).toEqual({ state: 'stopping' });
    expect(await renewJob(job)).toEqual({ isCancelRequested: true });
    await finishJob(job, { state: 'succeeded' });
    expect(await getRound(admin, { roundId: running.roundId })).toMatchObject({
      state: 'cancelled',
      stages: [{ stage: 'sft', state: 'cancelled' }],
    });
    expect((await startRound(admin, { projectId: id })).number).toBe(3);
  });

  it('a cancelled stage whose worker is gone ends with the next look', async () => {
    const { roundId } = await startRound(admin, { projectId: (await makeReadyProject()).id });
    const job = (await claim())!;
    await cancelRound(admin, { roundId });
    await silence(job);
    await claim();
    expect(await getRound(admin, { roundId })).toMatchObject({ state: 'cancelled' });
  });

  it('does not believe a stage that has left no checkpoint', async () => {
    await startRound(admin, { projectId: (await makeReadyProject()).id });
    await expect(finishJob((await claim())!, { state: 'succeeded' })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('a step taken twice is one point, under a new id', async () => {
    const { roundId } = await startRound(admin, { projectId: (await makeReadyProject()).id });
    const job = (await claim())!;
    await reportMetrics(job, { step: 1, values: { loss: 2, 'objective/kl': 0.1 } });
    const before = await metricsOf(admin, { roundId });
    await reportMetrics(job, { step: 1, values: { loss: 1.5 } });
    const fresh = await metricsOf(admin, { roundId, afterId: before.at(-1)!.id });
    expect(fresh).toMatchObject([{ step: 1, key: 'loss', value: 1.5, stage: 'sft' }]);
    expect(await metricsOf(admin, { roundId })).toHaveLength(2);
  });
});
