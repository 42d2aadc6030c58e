import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { finishJob } from '@/lib/jobs/finish-job';
import { stageFolder } from '@/lib/jobs/folders';
import { LostJobError } from '@/lib/jobs/job';
import { crashJob, drainJob } from '@/lib/jobs/release-job';
import { renewJob } from '@/lib/jobs/renew-job';
import { recordSamples, reportMetrics, setProgress } from '@/lib/jobs/report';
import { forgetCheckpoints, storedCheckpoints } from '@/lib/jobs/retention';
import { stageInput } from '@/lib/jobs/stage-input';
import { getRound } from '@/lib/rounds/get-round';
import { listCheckpoints } from '@/lib/rounds/list-checkpoints';
import { startRound } from '@/lib/rounds/start-round';
import { crash } from '@/lib/training/failures';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeReadyProject } from '../support/factory';
import { cancelAll, checkpoint, claim, runRound, silence, stateOf } from '../support/stages';

let database: TestDatabase;
let admin: Actor;
beforeAll(async () => {
  process.env.HEED_DATA = mkdtempSync(path.join(tmpdir(), 'heed-jobs-'));
  database = await testDatabase();
  admin = await makePerson('admin');
});
afterAll(() => database.drop());
beforeEach(cancelAll);

describe('claiming a job', () => {
  it('twenty workers, three jobs: each goes to one', async () => {
    for (let i = 0; i < 3; i++) await startRound(admin, { projectId: (await makeReadyProject()).id });
    const jobs = (await Promise.all(Array.from({ length: 20 }, (_, i) => claim(`w${i}`)))).filter((job) => job !== null);
    expect(jobs).toHaveLength(3);
    expect(new Set(jobs.map((job) => job.id)).size).toBe(3);
  });

  it('a worker that has lost its job writes nothing any more', async () => {
    await startRound(admin, { projectId: (await makeReadyProject()).id });
    const stale = (await claim('slow'))!;
    await silence(stale);
    const job = (await claim('fast'))!;
    expect(job).toMatchObject({ id: stale.id, attempt: 2 });
    for (const write of [
      () => renewJob(stale),
      () => reportMetrics(stale, { step: 1, values: { loss: 1 } }),
      () => setProgress(stale, 0.5),
      () => checkpoint(stale, 'sft'),
      () => recordSamples(stale, []),
      () => finishJob(stale, { state: 'failed', why: { message: 'x' } }),
      () => drainJob(stale),
      () => crashJob(stale, crash('unasked')),
    ])
      await expect(write()).rejects.toThrow(LostJobError);
    expect(await renewJob(job)).toEqual({ isCancelRequested: false });
    expect(await stateOf(job)).toBe('running');
  });

  it('a stage that silences its worker five times without a checkpoint fails, and says so', async () => {
    const { roundId } = await startRound(admin, { projectId: (await makeReadyProject()).id });
    for (let i = 0; i < 5; i++) await silence((await claim())!);
    expect(await claim()).toBeNull();
    expect(await getRound(admin, { roundId })).toMatchObject({ state: 'failed', error: expect.stringContaining('ended 5 times') });
  });

  it('a resume checkpoint starts that count anew, and replaces the one before it', async () => {
    await startRound(admin, { projectId: (await makeReadyProject()).id });
    for (let i = 1; i <= 7; i++) {
      const job = (await claim())!;
      const { superfluousFolders } = await checkpoint(job, 'resume', i);
      expect(superfluousFolders).toEqual(i === 1 ? [] : [path.join(stageFolder(job.id), `resume-${i - 1}`)]);
      // Its answer was lost, so it is sent again.
      expect(await checkpoint(job, 'resume', i)).toEqual({ superfluousFolders: [] });
      await silence(job);
    }
    const job = (await claim())!;
    expect(await stageInput(job)).toMatchObject({ resumeFolder: path.join(stageFolder(job.id), 'resume-7') });
  });

  it('a crash is tried again twice, a drain does not count', async () => {
    const { roundId } = await startRound(admin, { projectId: (await makeReadyProject()).id });
    for (let i = 0; i < 4; i++) expect(await drainJob((await claim())!)).toBe('queued');
    expect(await crashJob((await claim())!, crash('unasked'))).toBe('queued');
    expect(await crashJob((await claim())!, crash('unasked'))).toBe('queued');
    expect(await crashJob((await claim())!, crash('killed'))).toBe('failed');
    expect(await getRound(admin, { roundId })).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('The last time: the numerics process was killed from outside'),
      errorDetails: { reason: 'broken', times: 3, last: { code: 'killed' } },
      stages: [{ errorDetails: { reason: 'broken' } }],
    });
  });
});
describe('retention', () => {
  it('knows what is still needed, and forgets the rest', async () => {
    const { id } = await makeReadyProject();
    for (let i = 0; i < 2; i++) await runRound(admin, id);
    await startRound(admin, { projectId: id });
    const job = (await claim())!;
    await checkpoint(job, 'resume', 4);
    const own = (await storedCheckpoints()).filter((checkpoint) => checkpoint.projectId === id);
    expect(
      own
        .filter((one) => one.isNeeded)
        .map((one) => [one.kind, one.roundNumber])
        .sort(),
    ).toEqual([
      ['policy', 2],
      ['resume', 3],
    ]);
    const gone = own.find((one) => one.kind === 'sft' && one.roundNumber === 1)!;
    expect(await forgetCheckpoints([gone.id])).toEqual([path.join(process.env.HEED_DATA!, 'checkpoints', gone.path)]);
    expect(await forgetCheckpoints([gone.id])).toEqual([]);
    expect((await listCheckpoints(systemActor, { projectId: id })).items.find((one) => one.id === gone.id)!.deletedAt).toBeInstanceOf(Date);
  });
});
