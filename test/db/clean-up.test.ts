import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { claimJob } from '@/lib/jobs/claim-job';
import { finishJob } from '@/lib/jobs/finish-job';
import { stageFolder } from '@/lib/jobs/folders';
import type { Job } from '@/lib/jobs/job';
import { recordCheckpoint } from '@/lib/jobs/report';
import { startRound } from '@/lib/rounds/start-round';
import { cleanUp } from '@/trainer/clean-up';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeReadyProject } from '../support/factory';

let database: TestDatabase;
let admin: Actor;
beforeAll(async () => {
  process.env.HEED_DATA = mkdtempSync(path.join(tmpdir(), 'heed-clean-'));
  database = await testDatabase();
  admin = await makePerson('admin');
});
afterAll(async () => {
  await database.drop();
  rmSync(process.env.HEED_DATA!, { recursive: true, force: true });
});

async function write(job: Job, kind: 'sft' | 'reward' | 'policy' | 'resume', bytes = 1e6): Promise<string> {
  const folder = path.join(stageFolder(job.id), kind);
  mkdirSync(folder, { recursive: true });
  await recordCheckpoint(job, { kind, step: 1, folder, sha256: 'a'.repeat(64), bytes });
  return folder;
}

/** A whole round; its folders by kind. */
async function round(projectId: string): Promise<Record<string, string>> {
  await startRound(admin, { projectId });
  const folders: Record<string, string> = {};
  for (const kind of ['sft', 'reward', 'policy', null] as const) {
    const job = (await claimJob({ workerId: 'w' }))!;
    if (kind) {
      await write(job, 'resume');
      folders[kind] = await write(job, kind);
    }
    await finishJob(job, { state: 'succeeded' });
  }
  return folders;
}

const kept = (folders: Record<string, string>): string[] => Object.keys(folders).filter((kind) => existsSync(folders[kind]!));

it('keeps what the rule keeps, on disk and in rows alike, and clears away what nobody knows', async () => {
  const { id } = await makeReadyProject();
  const rounds = [];
  for (let i = 0; i < 4; i++) rounds.push(await round(id));
  const stray = path.join(path.dirname(rounds[3]!.sft!), '.sft-9.tmp');
  mkdirSync(stray);
  const evidence = path.join(path.dirname(rounds[0]!.sft!), 'failed-step-12');
  mkdirSync(evidence);
  await startRound(admin, { projectId: id });
  const unfinished = (await claimJob({ workerId: 'w' }))!;
  const half = path.join(stageFolder(unfinished.id), '.resume-1.tmp');
  mkdirSync(half, { recursive: true });

  await cleanUp();
  expect(rounds.map(kept)).toEqual([['policy'], ['sft', 'reward', 'policy'], ['sft', 'reward', 'policy'], ['sft', 'reward', 'policy']]);
  expect(existsSync(stray)).toBe(false);
  expect(existsSync(half)).toBe(true);
  expect(existsSync(evidence)).toBe(true);
  utimesSync(evidence, 0, Date.now() / 1000 - 31 * 24 * 3600);
  await cleanUp();
  expect(existsSync(path.dirname(rounds[0]!.sft!))).toBe(false);
  const { rows } = await pool().query(`select count(*)::int as n from checkpoints where kind = 'resume' and deleted_at is null`);
  expect(rows).toEqual([{ n: 0 }]);

  process.env.HEED_CHECKPOINT_BUDGET_GB = '0.004';
  await cleanUp();
  expect(rounds.map(kept)).toEqual([[], [], ['policy'], ['sft', 'reward', 'policy']]);
  process.env.HEED_CHECKPOINT_BUDGET_GB = '0.0001';
  await cleanUp();
  expect(rounds.map(kept)).toEqual([[], [], [], ['policy']]);
  const files = await pool().query(`select path from checkpoints where deleted_at is null and kind <> 'base'`);
  expect(files.rows.map((row) => path.join(process.env.HEED_DATA!, 'checkpoints', row.path))).toEqual([rounds[3]!.policy]);
});
