import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { sweepExpiredLeases } from '@/db/queries/leases';
import { insertSnapshot } from '@/db/queries/rounds';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { agreementReport } from '@/lib/reports/agreement';
import { myFigures } from '@/lib/reports/annotators';
import { amendPreference } from '@/lib/tasks/amend-preference';
import { claimTask } from '@/lib/tasks/claim-task';
import { workProgress } from '@/lib/tasks/progress';
import { skipTask } from '@/lib/tasks/skip-task';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { expire, makePairs, makePerson, makeProject, readTasks } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  process.env.HEED_POOL_SIZE = '24';
  database = await testDatabase();
});
afterAll(() => database.drop());

/** A repeat with every fourth comparison, of one with two others in between, however young. */
const often = { retestShare: 0.25, retestAfterAnswers: 2, retestAfterHours: 0 };

const claim = (actor: Actor, projectId: string, except: string[] = []) => claimTask(actor, { projectId, kind: 'compare', except });
type Given = NonNullable<Awaited<ReturnType<typeof claim>>>;

/** Chooses the response that begins with “first”, or the other one. */
const answer = (actor: Actor, { lease, compare }: Given, takesFirst = true) =>
  submitPreference(actor, {
    leaseId: lease.id,
    idempotencyKey: lease.id,
    grade: compare!.left.text.startsWith('first') === takesFirst ? 2 : -2,
  });

type Row = { id: string; purpose: string; retestOfId: string | null; forUserId: string | null; overlap: number };

async function taskOf({ task }: Given): Promise<Row> {
  const { rows } = await pool().query<Row>(
    `select id, purpose, retest_of_id as "retestOfId", for_user_id as "forUserId", overlap from tasks where id = $1`,
    [task.id],
  );
  return rows[0]!;
}

/** Answers so many in a row. Returns the tasks that came. */
async function work(actor: Actor, projectId: string, count: number): Promise<Row[]> {
  const came: Row[] = [];
  for (let i = 0; i < count; i++) {
    const given = (await claim(actor, projectId))!;
    expect(Object.keys(given)).toEqual(['lease', 'task', 'compare']);
    came.push(await taskOf(given));
    await answer(actor, given);
  }
  return came;
}

describe('a repeat', () => {
  it('comes at its share, to those who gave the answer alone, of one that lies long enough back, each once', async () => {
    const { id } = await makeProject(often);
    await makePairs(id, 40);
    const actor = await makePerson();
    const came = await work(actor, id, 16);
    expect(came.flatMap(({ purpose }, i) => (purpose === 'retest' ? [i + 1] : []))).toEqual([4, 8, 12, 16]);
    const repeats = came.filter(({ purpose }) => purpose === 'retest');
    for (const repeat of repeats) {
      expect(repeat).toMatchObject({ forUserId: actor.id, overlap: 1 });
      const [first, second] = [came.findIndex((one) => one.id === repeat.retestOfId), came.indexOf(repeat)];
      expect(first).toBeGreaterThanOrEqual(0);
      expect(second - first).toBeGreaterThan(2);
    }
    expect(new Set(repeats.map(({ retestOfId }) => retestOfId)).size).toBe(4);
    // Somebody else gets none of them: they have answered nothing yet.
    expect((await work(await makePerson(), id, 3)).map(({ purpose }) => purpose)).toEqual(['work', 'work', 'work']);
  });

  it('is drawn by a hash, so that the same history asks the same again', async () => {
    const { id } = await makeProject(often);
    await makePairs(id, 10);
    const actor = await makePerson();
    const came = await work(actor, id, 3);
    // Of three answers only the first has two others after it.
    const fourth = (await claim(actor, id))!;
    expect(await taskOf(fourth)).toMatchObject({ purpose: 'retest', retestOfId: came[0]!.id });
    await answer(actor, fourth);
    const more = await work(actor, id, 3);
    // The repeat itself is never repeated, nor is what was repeated before; of the others, all but the two newest answers.
    const { rows } = await pool().query('select id from unnest($1::uuid[]) id order by md5(id::text || $2::text) limit 1', [
      [came[1]!.id, came[2]!.id, more[0]!.id],
      actor.id,
    ]);
    expect(await taskOf((await claim(actor, id))!)).toMatchObject({ purpose: 'retest', retestOfId: rows[0].id });
  });

  it('shows the same texts on sides that are drawn anew', async () => {
    const { id } = await makeProject({ retestShare: 0.5, retestAfterAnswers: 1, retestAfterHours: 0 });
    await makePairs(id, 40);
    const actor = await makePerson();
    await work(actor, id, 60);
    const { rows } = await pool().query<{ isSame: boolean; isPairSame: boolean }>(
      `select fl.is_swapped = sl.is_swapped as "isSame", f.response_a_id = s.response_a_id and f.response_b_id = s.response_b_id as "isPairSame"
       from tasks s join tasks f on f.id = s.retest_of_id join leases sl on sl.task_id = s.id join leases fl on fl.task_id = f.id
       where s.project_id = $1`,
      [id],
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.every(({ isPairSame }) => isPairSame)).toBe(true);
    expect(new Set(rows.map(({ isSame }) => isSame))).toEqual(new Set([true, false]));
  });

  it('waits until the answer is old enough, which an amendment makes young again, and needs one that counted', async () => {
    const { id } = await makeProject({ ...often, retestAfterHours: 24, amendMinutes: 2000 });
    await makePairs(id, 12);
    const actor = await makePerson();
    const came = await work(actor, id, 5);
    expect(came.every(({ purpose }) => purpose === 'work')).toBe(true);
    const age = (taskId: string) =>
      pool().query(`update preferences set created_at = created_at - interval '25 hours' where task_id = $1 returning id`, [taskId]);
    const [{ id: amended }, { id: late }] = [(await age(came[0]!.id)).rows[0], (await age(came[1]!.id)).rows[0]];
    await amendPreference(actor, { preferenceId: amended, idempotencyKey: 'another answer', grade: 1 });
    await pool().query(`update preferences set standing = 'late' where id = $1`, [late]);
    expect((await work(actor, id, 1))[0]!.purpose).toBe('work');
    await age(came[2]!.id);
    expect(await taskOf((await claim(actor, id))!)).toMatchObject({ purpose: 'retest', retestOfId: came[2]!.id });
  });

  it('that was not answered comes back to them; one that was skipped does not', async () => {
    const { id } = await makeProject(often);
    await makePairs(id, 20);
    const actor = await makePerson();
    await work(actor, id, 3);
    const first = (await claim(actor, id))!;
    await expire(first.lease.id);
    // Whether or not somebody has seen by now that it ran out, no second one is made.
    await claim(actor, id);
    const { rows } = await pool().query(`select id from tasks where project_id = $1 and purpose = 'retest'`, [id]);
    expect(rows).toEqual([{ id: first.task.id }]);
    await sweepExpiredLeases(db());
    const again = (await claim(actor, id))!;
    expect(again.task.id).toBe(first.task.id);
    await skipTask(actor, { leaseId: again.lease.id });
    const others = await work(actor, id, 3);
    expect(others.map((one) => one.id)).not.toContain(first.task.id);
  });

  it('is one, whatever two tabs ask for at once', async () => {
    const { id } = await makeProject({ ...often, goldShare: 0 });
    await makePairs(id, 250);
    const people = await Promise.all(Array.from({ length: 6 }, () => makePerson()));
    await Promise.all(
      people.map(async (actor) => {
        for (let i = 0; i < 8; i++) {
          // Each tab keeps one in reserve, as the page does.
          const tabs = await Promise.all([claim(actor, id), claim(actor, id), claim(actor, id)]);
          const given = [...new Map(tabs.map((one) => [one!.lease.id, one!])).values()];
          const reserve = await claim(actor, id, given.map(({ lease }) => lease.id)); // prettier-ignore
          await Promise.all([...given, reserve!].map((one) => answer(actor, one)));
        }
      }),
    );
    const { rows } = await pool().query(
      `select count(*)::int as made, count(distinct (for_user_id, retest_of_id))::int as different, max(answered + leased)::int as most
       from tasks where project_id = $1 and purpose = 'retest'`,
      [id],
    );
    expect(rows[0].made).toBeGreaterThan(6);
    expect(rows[0]).toMatchObject({ different: rows[0].made, most: 1 });
    const own = await pool().query(
      `select count(*)::int as n from tasks t join leases l on l.task_id = t.id
       where t.project_id = $1 and t.purpose = 'retest' and l.user_id <> t.for_user_id`,
      [id],
    );
    expect(own.rows[0].n).toBe(0);
  });

  it('trains nothing, is no exported comparison, and moves neither the overlap nor the counts', async () => {
    const { id } = await makeProject(often);
    await makePairs(id, 10, 2);
    const actor = await makePerson();
    const came = await work(actor, id, 4);
    expect(came.map(({ purpose }) => purpose)).toEqual(['work', 'work', 'work', 'retest']);
    const { rows: given } = await pool().query('select id, standing from preferences where project_id = $1 order by created_at', [id]);
    expect(given.map(({ standing }) => standing)).toEqual(['counted', 'counted', 'counted', 'check']);
    const { id: snapshotId } = await insertSnapshot(db(), id);
    const { rows } = await pool().query('select preference_ids from snapshots where id = $1', [snapshotId]);
    expect(rows[0].preference_ids).toEqual(given.slice(0, 3).map((row) => row.id));
    expect(await exported({ projectId: id, kind: 'comparisons' })).toHaveLength(3);
    const original = (await readTasks(id)).find((task) => task.id === came[3]!.retestOfId);
    expect(original).toMatchObject({ state: 'open', answered: 1, leased: 0, overlap: 2 });
    expect((await workProgress(actor, { projectId: id })).compare).toMatchObject({ open: 10, total: 10, answeredByMe: 4 });
  });
});

describe('the ceiling', () => {
  it('is the share of second answers that were the first again, with κ from ten repeats on', async () => {
    const { id } = await makeProject({ retestShare: 0.5, retestAfterAnswers: 1, retestAfterHours: 0 });
    await makePairs(id, 40);
    const actor = await makePerson();
    const read = async () => ({
      all: await agreementReport(systemActor, { projectId: id }),
      mine: (await myFigures(actor, { projectId: id })).mine,
    });
    // Each first answer takes “first”; of the second ones every fifth takes the other.
    let repeats = 0;
    const repeat = async (until: number) => {
      while (repeats < until) {
        const given = (await claim(actor, id))!;
        const isRepeat = (await taskOf(given)).purpose === 'retest';
        await answer(actor, given, !isRepeat || repeats % 5 !== 4);
        if (isRepeat) repeats++;
      }
    };
    expect((await read()).all.withThemselves).toMatchObject({ ok: false, code: 'no-overlap' });
    await repeat(9);
    const few = await read();
    expect(few.all.withThemselves).toMatchObject({ ok: true, value: { repeats: 9, share: 8 / 9, kappa: { ok: false, code: 'too-few' } } });
    expect(few.mine).toMatchObject({
      ok: true,
      value: { themselves: { ok: true, value: { repeats: 9, kappa: { ok: false, code: 'too-few' } } } },
    });
    await repeat(10);
    const enough = await read();
    // Of the ten, eight twice the same: a pair counts for the response with the lower id, so both directions occur among the first answers.
    expect(enough.all.withThemselves).toMatchObject({ ok: true, value: { repeats: 10, share: 0.8 } });
    expect(enough.mine).toMatchObject({ ok: true, value: { themselves: { ok: true, value: { repeats: 10, share: 0.8 } } } });
  });
});
