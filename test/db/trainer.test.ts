/** The trainer as a real process with a process for its numerics, which are pretended. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { cancelRound } from '@/lib/rounds/cancel-round';
import { getRound } from '@/lib/rounds/get-round';
import { metricsOf } from '@/lib/rounds/round-metrics';
import { startRound } from '@/lib/rounds/start-round';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeReadyProject } from '../support/factory';
import { startTrainer, until, type Trainer } from '../support/trainer-process';

let database: TestDatabase;
let dataFolder: string;
let admin: Actor;
const trainers: Trainer[] = [];

beforeAll(async () => {
  database = await testDatabase();
  dataFolder = mkdtempSync(path.join(tmpdir(), 'heed-trainer-'));
  process.env.HEED_DATA = dataFolder;
  admin = await makePerson('admin');
});
afterEach(async () => {
  await Promise.all(trainers.splice(0).map((trainer) => trainer.stop('SIGKILL')));
  await pool().query(`update jobs set state = 'cancelled' where state in ('queued', 'running')`);
});
afterAll(async () => {
  await database.drop();
  rmSync(dataFolder, { recursive: true, force: true });
});

function start(settings: Record<string, string> = {}): Trainer {
  const trainer = startTrainer(database.url, dataFolder, settings);
  trainers.push(trainer);
  return trainer;
}

const newRound = async () => (await startRound(admin, { projectId: (await makeReadyProject()).id, seed: 5 })).roundId;
const ended = (roundId: string, seconds?: number) =>
  until(async () => {
    const round = await getRound(admin, { roundId });
    return round.state === 'running' ? null : round;
  }, seconds);
const runningStage = (roundId: string, isFar: (progress: number) => boolean) =>
  until(async () => (await getRound(admin, { roundId })).stages.find((stage) => stage.state === 'running' && isFar(stage.progress)));

describe('the trainer', { timeout: 180_000 }, () => {
  it('takes a round through all stages and leaves comparisons and no resume states', async () => {
    const roundId = await newRound();
    start();
    const round = await ended(roundId);
    expect(round).toMatchObject({ state: 'succeeded', error: null });
    expect(round.stages.map((stage) => [stage.stage, stage.state, stage.progress])).toEqual(
      ['sft', 'reward', 'ppo', 'sample'].map((stage) => [stage, 'succeeded', 1]),
    );
    expect(round.checkpoints.map((checkpoint) => checkpoint.kind).sort()).toEqual(['policy', 'reward', 'sft']);
    for (const { path: folder } of round.checkpoints) expect(existsSync(path.join(dataFolder, 'checkpoints', folder))).toBe(true);
    const { rows } = await pool().query(`select priority, count(*)::int as n from tasks where round_id = $1 group by 1`, [roundId]);
    expect(rows).toEqual([{ priority: 1, n: 48 }]);
    const folders = () => readdirSync(path.join(dataFolder, 'checkpoints'), { recursive: true }).map(String);
    await until(async () => !folders().some((folder) => folder.includes('resume')));
  });

  it('killed at any moment, it is taken up again within 30 s from its last resume checkpoint', async () => {
    const roundId = await newRound();
    const first = start({ FAKE_STEPS: '40', FAKE_STEP_MS: '100', FAKE_RESUME_EVERY: '5' });
    await runningStage(roundId, (progress) => progress > 0.3);
    await first.stop('SIGKILL');
    const killedAt = Date.now();
    start({ FAKE_STEPS: '40', FAKE_STEP_MS: '10', FAKE_RESUME_EVERY: '5' });
    const stage = await until(
      async () => (await getRound(admin, { roundId })).stages.find((one) => one.stage === 'sft' && one.attempt === 2),
      30,
    );
    expect(Date.now() - killedAt).toBeLessThan(30_000);
    const round = await ended(roundId);
    expect(round.state).toBe('succeeded');
    const points = (await metricsOf(admin, { roundId })).filter((point) => point.jobId === stage.jobId);
    const resumedFrom = points.findLast((point) => point.key === 'first')!.value;
    expect(resumedFrom).toBeGreaterThanOrEqual(10);
    expect(resumedFrom % 5).toBe(0);
    // One point a step, also for those that were taken twice.
    expect(
      points
        .filter((point) => point.key === 'loss')
        .map((point) => point.step)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('told to end, it writes a resume checkpoint, gives the stage back and leaves; the attempt does not count', async () => {
    const roundId = await newRound();
    const trainer = start({ FAKE_STEPS: '400', FAKE_STEP_MS: '50', FAKE_RESUME_EVERY: '1000' });
    const stage = await runningStage(roundId, (progress) => progress > 0.01);
    expect(await trainer.stop('SIGTERM')).toBe(0);
    const { rows } = await pool().query(
      `select state, fruitless_attempts, worker_id, (select count(*)::int from checkpoints where job_id = jobs.id and kind = 'resume' and deleted_at is null) as resumes from jobs where id = $1`,
      [stage.jobId],
    );
    expect(rows).toEqual([{ state: 'queued', fruitless_attempts: 0, worker_id: null, resumes: 1 }]);
  });

  it('stops a cancelled stage at its next step, and the round with it', async () => {
    const roundId = await newRound();
    start({ FAKE_STEPS: '1000', FAKE_STEP_MS: '50' });
    await runningStage(roundId, (progress) => progress > 0);
    expect(await cancelRound(admin, { roundId })).toEqual({ state: 'stopping' });
    const askedAt = Date.now();
    const round = await ended(roundId);
    expect(Date.now() - askedAt).toBeLessThan(15_000);
    expect(round.state).toBe('cancelled');
    expect(round.stages.map((stage) => stage.state)).toEqual(['cancelled']);
    await expect(cancelRound(admin, { roundId })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('says why a stage failed, and the round fails with it', async () => {
    const roundId = await newRound();
    start({ FAKE_TROUBLE: '{"reward":"fail"}' });
    const round = await ended(roundId);
    expect(round).toMatchObject({ state: 'failed', error: 'The loss became NaN at step 1.' });
    expect(round.stages.map((stage) => [stage.stage, stage.state])).toEqual([
      ['sft', 'succeeded'],
      ['reward', 'failed'],
    ]);
  });

  it('keeps what the watch has seen when it ends a round, and says so', async () => {
    const roundId = await newRound();
    start({ FAKE_TROUBLE: '{"ppo":"alarm"}' });
    const round = await ended(roundId);
    expect(round).toMatchObject({ state: 'failed', error: 'The watch ended this stage.' });
    expect(round.alerts).toMatchObject([{ monitor: 'kl-budget', severity: 'critical', stage: 'ppo', step: 1, isHalting: true }]);
  });

  it('tries a stage again whose numerics break, and gives up after two more', async () => {
    const roundId = await newRound();
    start({ FAKE_TROUBLE: '{"sft":"crash"}' });
    const round = await ended(roundId);
    expect(round.state).toBe('failed');
    expect(round.error).toMatch(/broke 3 times in a row.*ended with code 7/);
    expect(round.stages[0]!.attempt).toBe(3);
  });

  it.each([
    ['killed', /was killed from outside, most likely because the machine ran out of memory/],
    ['abort', /gave up \(SIGABRT\), as it does when it runs out of memory/],
  ])('goes on living when the numerics meet “%s”, and the round says why it failed', async (trouble, reason) => {
    const roundId = await newRound();
    const trainer = start({ FAKE_TROUBLE: JSON.stringify({ sft: trouble }) });
    const round = await ended(roundId);
    expect(round.state).toBe('failed');
    expect(round.error).toMatch(/broke 3 times in a row/);
    expect(round.error).toMatch(reason);
    expect(round.stages[0]!.attempt).toBe(3);
    expect(trainer.process.exitCode).toBeNull();
    // The same trainer takes the next round.
    const next = await newRound();
    await until(async () => (await getRound(admin, { roundId: next })).stages[0]?.attempt === 1);
  });

  it('numerics that are killed once go on from their last resume checkpoint', async () => {
    const roundId = await newRound();
    start({ FAKE_STEPS: '12', FAKE_RESUME_EVERY: '2', FAKE_TROUBLE: '{"sft":"killed once"}' });
    expect(await ended(roundId)).toMatchObject({ state: 'succeeded' });
    const { rows } = await pool().query(`select id, attempt from jobs where round_id = $1 and stage = 'sft'`, [roundId]);
    expect(rows).toMatchObject([{ attempt: 2 }]);
    const points = (await metricsOf(admin, { roundId })).filter((point) => point.jobId === rows[0].id && point.key === 'first');
    expect(points.find((point) => point.step === 12)!.value).toBe(4);
  });

  it('waits out an outage of the database, and the stage goes on', async () => {
    const roundId = await newRound();
    start({ FAKE_STEPS: '30', FAKE_STEP_MS: '40' });
    await runningStage(roundId, () => true);
    for (let i = 0; i < 4; i++) {
      await sleep(700);
      await pool().query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
    }
    expect(await ended(roundId)).toMatchObject({ state: 'succeeded' });
    const { rows } = await pool().query('select max(attempt) as attempts from jobs where round_id = $1', [roundId]);
    expect(rows).toEqual([{ attempts: 1 }]);
  });

  it('two trainers share the work and never run one stage at once', async () => {
    const rounds = [await newRound(), await newRound(), await newRound()];
    start();
    start();
    for (const roundId of rounds) expect(await ended(roundId)).toMatchObject({ state: 'succeeded' });
    const { rows } = await pool().query('select max(attempt) as attempts from jobs where round_id = any($1)', [rounds]);
    expect(rows).toEqual([{ attempts: 1 }]);
  });
});
