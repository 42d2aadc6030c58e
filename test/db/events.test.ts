import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { roundEvents, type RoundEvent } from '@/lib/events/round-events';
import { claimJob } from '@/lib/jobs/claim-job';
import { finishJob } from '@/lib/jobs/finish-job';
import type { Job } from '@/lib/jobs/job';
import { reportMetrics, setProgress } from '@/lib/jobs/report';
import { startRound } from '@/lib/rounds/start-round';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeReadyProject } from '../support/factory';

let database: TestDatabase;
let admin: Actor;
let roundId: string;
let job: Job;

beforeAll(async () => {
  database = await testDatabase();
  admin = await makePerson('admin');
});
afterAll(() => database.drop());
beforeEach(async () => {
  await pool().query(`update jobs set state = 'cancelled' where state in ('queued', 'running')`);
  ({ roundId } = await startRound(admin, { projectId: (await makeReadyProject()).id }));
  job = (await claimJob({ workerId: 'w' }))!;
});

/** Reads on until `isLast`, without the idle ones. */
async function read(events: AsyncGenerator<RoundEvent>, isLast: (event: RoundEvent) => boolean): Promise<RoundEvent[]> {
  const seen: RoundEvent[] = [];
  for (;;) {
    const { value, done } = await events.next();
    if (done) return seen;
    if (value.event !== 'idle') seen.push(value);
    if (isLast(value)) return seen;
  }
}
const follow = (afterId = 0, gone = new AbortController()) => roundEvents(admin, { roundId, afterId }, gone.signal);
const steps = (events: RoundEvent[]): number[] =>
  events.flatMap((event) => (event.event === 'metrics' ? event.data.map((point) => point.step) : []));
const isMetric = (step: number) => (event: RoundEvent) => event.event === 'metrics' && event.data.some((point) => point.step === step);

describe('events of a round', () => {
  it('tell what was, what comes, and end when the round ends', async () => {
    await reportMetrics(job, { step: 1, values: { loss: 3 } });
    const events = follow();
    expect(steps(await read(events, isMetric(1)))).toEqual([1]);
    await reportMetrics(job, { step: 2, values: { loss: 2 } });
    await setProgress(job, 0.5);
    const next = await read(events, (event) => event.event === 'progress' && event.data.progress === 0.5);
    expect(steps(next)).toEqual([2]);
    await finishJob(job, { state: 'failed', why: { message: 'no luck' } });
    const last = await read(events, () => false);
    expect(last.find((event) => event.event === 'state')).toMatchObject({
      data: { state: 'failed', error: 'no luck', stages: [{ state: 'failed' }] },
    });
  });

  it('go on from the last id that was seen, nothing twice and nothing lost', async () => {
    const seen: number[] = [];
    let lastId = 0;
    for (let step = 1; step <= 12; step++) {
      await reportMetrics(job, { step, values: { loss: 1 } });
      if (step % 3 !== 0) continue;
      const gone = new AbortController();
      const events = follow(lastId, gone);
      for (const event of await read(events, isMetric(step))) {
        if (event.event !== 'metrics') continue;
        seen.push(...steps([event]));
        lastId = event.id;
      }
      gone.abort();
      await events.return(undefined);
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('of a round that has ended and been told say so first', async () => {
    await finishJob(job, { state: 'failed', why: { message: 'no luck' } });
    const { value } = await follow().next();
    // With an id, though there are no metrics: only who comes back with one is told that it is over.
    expect(value).toMatchObject({ event: 'state', id: 0, data: { state: 'failed' } });
  });

  it('reach twenty readers over one listening connection, and stop when they leave', async () => {
    const gone = Array.from({ length: 20 }, () => new AbortController());
    const readers = gone.map((controller) => follow(0, controller));
    await Promise.all(readers.map((reader) => reader.next()));
    await reportMetrics(job, { step: 7, values: { loss: 1 } });
    const all = await Promise.all(readers.map((reader) => read(reader, isMetric(7))));
    expect(all.every((events) => steps(events).includes(7))).toBe(true);
    const { rows } = await pool().query(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and query ilike 'listen%'`,
    );
    expect(rows[0].n).toBe(1);
    gone.forEach((controller) => controller.abort());
    const ends = await Promise.all(readers.map((reader) => read(reader, () => false)));
    expect(ends).toHaveLength(20);
  });

  it('survive the loss of that connection', async () => {
    const events = follow();
    await events.next();
    await pool().query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'`,
    );
    await reportMetrics(job, { step: 9, values: { loss: 1 } });
    expect(steps(await read(events, isMetric(9)))).toContain(9);
  });

  it('are not for annotators', async () => {
    const annotator = await makePerson();
    await expect(roundEvents(annotator, { roundId, afterId: 0 }, new AbortController().signal).next()).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
