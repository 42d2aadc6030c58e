/** Alerts of the watch: written once a stage and monitor, read with the round; and what a stage is given to watch with. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/auth/actor';
import { claimJob } from '@/lib/jobs/claim-job';
import { recordAlert } from '@/lib/jobs/report';
import { stageInput } from '@/lib/jobs/stage-input';
import { getRound } from '@/lib/rounds/get-round';
import { startRound } from '@/lib/rounds/start-round';
import { watchSchema, type Alert } from '@/lib/training/watch';
import { createRng } from '@/lib/rng';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeReadyProject } from '../support/factory';
import { pretendToTrain } from '../support/pretend-trainer';

let database: TestDatabase;
let admin: Actor;
beforeAll(async () => {
  database = await testDatabase();
  admin = await makePerson('admin');
});
afterAll(() => database.drop());

const alert = (changes: Partial<Alert> = {}): Alert => ({
  monitor: 'kl-budget',
  severity: 'warning',
  step: 3,
  seen: 'Far.',
  advice: 'Turn back.',
  evidence: {
    numbers: [{ name: 'KL per response' as const, now: 50, reference: 0, limit: 40 }],
    phrases: [],
    samples: [{ prompt: 'a\0b', response: 'c \\u0000 d', score: 1 }],
  },
  isHalting: false,
  ...changes,
});

describe('alerts', () => {
  it('are one row a stage and monitor, gravest first; an older report does not overwrite a newer one', async () => {
    const { roundId } = await startRound(admin, { projectId: (await makeReadyProject()).id, seed: 1 });
    const job = (await claimJob({ workerId: 'a' }))!;
    await recordAlert(job, alert());
    await recordAlert(job, alert({ monitor: 'reward-length', severity: 'critical', step: 4 }));
    await recordAlert(job, alert({ severity: 'warning', step: 5, seen: 'Farther.' }));
    await recordAlert(job, alert());
    const { alerts: rows } = await getRound(admin, { roundId });
    expect(rows.map((row) => [row.monitor, row.severity, row.firstStep, row.step, row.seen])).toEqual([
      ['reward-length', 'critical', 4, 4, 'Far.'],
      ['kl-budget', 'warning', 3, 5, 'Farther.'],
    ]);
    expect(rows[0]).toMatchObject({ stage: 'sft', isHalting: false });
    expect(rows[0]!.evidence.numbers).toEqual(alert().evidence.numbers);
    expect(rows[0]!.evidence.samples[0]!.prompt).toBe('a\uFFFDb');
    const other = await startRound(admin, { projectId: (await makeReadyProject()).id, seed: 1 });
    expect((await getRound(admin, { roundId: other.roundId })).alerts).toEqual([]);
    await expect(getRound(await makePerson('annotator'), { roundId })).rejects.toMatchObject({ code: 'forbidden' });
    for (let next = await pretendToTrain({ rng: createRng(1) }); next;) next = await pretendToTrain({ rng: createRng(1) });
  });
});

describe('a stage', () => {
  it('is given the thresholds, what the reward model has read, and the last reward model to look back at', async () => {
    const { id: projectId } = await makeReadyProject();
    const rng = createRng(2);
    await startRound(admin, { projectId, seed: 1 });
    const inputs = [];
    for (let job = await pretendToTrain({ rng }); job; job = await pretendToTrain({ rng }));
    await startRound(admin, { projectId, seed: 2, config: { watch: { haltOn: 'critical' } } });
    await pretendToTrain({ rng });
    const reward = (await claimJob({ workerId: 'b' }))!;
    inputs.push(await stageInput(reward));
    expect(inputs[0]).toMatchObject({
      stage: 'reward',
      previousReward: { round: 1 },
      watch: { ...watchSchema.parse({}), haltOn: 'critical' },
    });
  });
});
