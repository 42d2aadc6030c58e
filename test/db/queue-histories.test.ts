/**
 * Whatever people do, in whatever order and at once: the counters say what the rows say, nobody answers twice, and no task gets more
 * than it asked for; repeats are among it, and people who are paused and let go on.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { sweepExpiredLeases } from '@/db/queries/leases';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { HeedError } from '@/lib/errors';
import { letGoOn, pausePerson } from '@/lib/quality/holds';
import { claimTask } from '@/lib/tasks/claim-task';
import { workProgress } from '@/lib/tasks/progress';
import { releaseTask } from '@/lib/tasks/release-task';
import { renewLease } from '@/lib/tasks/renew-lease';
import { skipTask } from '@/lib/tasks/skip-task';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { expire, makePairs, makePerson, makeProject } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const deeds = [
  'claim',
  'submit',
  'submit',
  'resubmit',
  'skip',
  'release',
  'renew',
  'expire',
  'sweep',
  'withdraw',
  'add',
  'pause',
  'go-on',
] as const;
type Step = { deed: (typeof deeds)[number]; person: number; which: number };

const step = fc.record({ deed: fc.constantFrom(...deeds), person: fc.nat(3), which: fc.nat(30) });
/** Steps of one group happen at once. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 5, maxLength: 25 });

async function act(projectId: string, people: Actor[], { deed, person, which }: Step): Promise<void> {
  const actor = people[person]!;
  if (deed === 'claim')
    return void (await claimTask(actor, { projectId, kind: 'compare', except: which % 2 ? [] : await leasesOf(actor) }));
  const whom = { projectId, userId: actor.id };
  if (deed === 'pause') return pausePerson(systemActor, { ...whom, reason: 'As it happens.' });
  if (deed === 'go-on') return letGoOn(systemActor, whom);
  if (deed === 'sweep') return sweepExpiredLeases(db());
  if (deed === 'add') return void (await makePairs(projectId, 1, 1 + (which % 3), which % 2));
  if (deed === 'withdraw')
    return void (await pool().query(
      `update tasks set state = 'withdrawn' where id = (select id from tasks where project_id = $1 and state = 'open' order by id offset $2 limit 1)`,
      [projectId, which],
    ));
  const leases = await leasesOf(actor);
  const leaseId = leases[which % Math.max(1, leases.length)];
  if (!leaseId) return;
  if (deed === 'submit') await submitPreference(actor, { leaseId, idempotencyKey: randomUUID(), grade: 1 });
  if (deed === 'resubmit') await submitPreference(actor, { leaseId, idempotencyKey: leaseId, grade: 1 });
  if (deed === 'skip') await skipTask(actor, { leaseId });
  if (deed === 'release') await releaseTask(actor, { leaseId });
  if (deed === 'renew') await renewLease(actor, { leaseId });
  if (deed === 'expire') await expire(leaseId);
}

async function leasesOf(actor: Actor): Promise<string[]> {
  const { rows } = await pool().query<{ id: string }>('select id from leases where user_id = $1 order by claimed_at desc, id', [actor.id]);
  return rows.map((row) => row.id);
}

/** Each row is something that must not be. */
const contradictions = `
  with said as (
    select t.id, t.state, t.overlap, t.answered, t.leased,
      (select count(*) from leases l where l.task_id = t.id and l.state = 'active') as active,
      (select count(*) from leases l where l.task_id = t.id and l.state = 'submitted') as submitted,
      (select count(*) from leases l where l.task_id = t.id and l.state = 'late') as late,
      (select count(*) from preferences p where p.task_id = t.id and p.standing in ('counted', 'check')) as counted,
      (select count(*) from preferences p where p.task_id = t.id and p.standing = 'late') as kept,
      (select count(*) - count(distinct p.user_id) from preferences p where p.task_id = t.id) as doubled
    from tasks t where t.project_id = $1
  )
  select * from said
  where leased <> active or answered <> submitted or answered <> counted or late <> kept or doubled > 0 or answered + leased > overlap
    or (state = 'done') <> (answered = overlap and state <> 'withdrawn')`;

it('holds after random histories', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (groups) => {
      const { id } = await makeProject({ retestShare: 0.5, retestAfterAnswers: 1, retestAfterHours: 0 });
      const people = await Promise.all(Array.from({ length: 4 }, () => makePerson()));
      await makePairs(id, 4, 2);
      for (const group of groups)
        await Promise.all(
          group.map((one) =>
            act(id, people, one).catch((error: unknown) => {
              if (error instanceof HeedError && (error.code === 'conflict' || error.details?.reason === 'paused')) return;
              throw error;
            }),
          ),
        );
      expect((await pool().query(contradictions, [id])).rows).toEqual([]);
      const { rows } = await pool().query(
        `select (count(*) filter (where state = 'open'))::int as open, (count(*) filter (where state <> 'withdrawn'))::int as total from tasks where project_id = $1 and purpose = 'work'`,
        [id],
      );
      expect((await workProgress(people[0]!, { projectId: id })).compare).toMatchObject(rows[0]);
    }),
    { numRuns: 25 },
  );
});

it('counts tasks exactly while many transactions add, finish and withdraw them at once', async () => {
  const { id } = await makeProject();
  const actor = await makePerson();
  await Promise.all(Array.from({ length: 8 }, (_, i) => makePairs(id, 20 + i)));
  await Promise.all([
    ...Array.from({ length: 6 }, (_, i) =>
      pool().query(`update tasks set state = 'done', answered = overlap where project_id = $1 and get_byte(uuid_send(id), 0) % 8 = $2`, [
        id,
        i,
      ]),
    ),
    makePairs(id, 30),
    pool().query(`update tasks set state = 'withdrawn' where project_id = $1 and get_byte(uuid_send(id), 0) % 8 = 6`, [id]),
    pool().query(`delete from tasks where project_id = $1 and get_byte(uuid_send(id), 0) % 8 = 7`, [id]),
  ]);
  const { rows } = await pool().query(
    `select (count(*) filter (where state = 'open'))::int as open, (count(*) filter (where state <> 'withdrawn'))::int as total from tasks where project_id = $1`,
    [id],
  );
  expect((await workProgress(actor, { projectId: id })).compare).toMatchObject(rows[0]);
});
