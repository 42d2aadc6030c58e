import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { claimCheck } from '@/db/queries/claim-task';
import { insertDemonstration } from '@/db/queries/demonstrations';
import { sweepExpiredLeases } from '@/db/queries/leases';
import { insertSamples } from '@/db/queries/responses';
import { insertCompareTasks } from '@/db/queries/tasks';
import type { Actor } from '@/lib/auth/actor';
import { claimTask } from '@/lib/tasks/claim-task';
import { releaseTask } from '@/lib/tasks/release-task';
import { skipTask } from '@/lib/tasks/skip-task';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { testDatabase, type TestDatabase } from '../support/database';
import { expire, makePairs, makePerson, makeProject, readTasks, taskIds } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  process.env.HEED_POOL_SIZE = '24';
  database = await testDatabase();
});
afterAll(() => database.drop());

const people = (count: number): Promise<Actor[]> => Promise.all(Array.from({ length: count }, () => makePerson()));
const claim = (actor: Actor, projectId: string) => claimTask(actor, { projectId, kind: 'compare' });
const answer = (actor: Actor, leaseId: string) => submitPreference(actor, { leaseId, idempotencyKey: leaseId, grade: 1 });

describe('claiming', () => {
  it('gives twenty claimers of one task exactly as many seats as it has', async () => {
    for (const overlap of [1, 3, 20]) {
      const { id } = await makeProject();
      await makePairs(id, 1, overlap);
      const claims = await Promise.all((await people(20)).map((actor) => claim(actor, id)));
      expect(claims.filter(Boolean)).toHaveLength(overlap);
      expect(await readTasks(id)).toMatchObject([{ leased: overlap, answered: 0, state: 'open' }]);
    }
  });

  it('collects exactly the overlap when twenty people race through a queue, claiming and answering as fast as they can', async () => {
    const { id } = await makeProject();
    await makePairs(id, 30, 3);
    const worked = await Promise.all(
      (await people(20)).map(async (actor) => {
        const seen: string[] = [];
        for (let next = await claim(actor, id); next; next = await claim(actor, id)) {
          seen.push(next.task.id);
          if (seen.length % 7 === 0) await releaseTask(actor, { leaseId: next.lease.id });
          else await answer(actor, next.lease.id);
          if (seen.length > 200) throw new Error('never ends');
        }
        return seen;
      }),
    );
    const tasks = await readTasks(id);
    expect(tasks.every((task) => task.answered === 3 && task.leased === 0 && task.state === 'done')).toBe(true);
    const { rows } = await pool().query('select task_id, count(*)::int as n from preferences where project_id = $1 group by 1', [id]);
    expect(rows.map((row) => row.n)).toEqual(Array(30).fill(3));
    expect(worked.flat().length).toBeGreaterThanOrEqual(90);
  });

  it('gives a person their own open task again, also when two tabs ask at once', async () => {
    const { id } = await makeProject();
    await makePairs(id, 5);
    const actor = await makePerson();
    const tabs = await Promise.all([claim(actor, id), claim(actor, id), claim(actor, id)]);
    expect(new Set(tabs.map((tab) => tab?.lease.id)).size).toBe(1);
    expect(tabs[0]!.compare).toEqual(tabs[2]!.compare);
  });

  it('gives the next one to a page that names what it holds, but lets nobody hoard', async () => {
    const { id } = await makeProject();
    await makePairs(id, 20);
    const actor = await makePerson();
    const held: string[] = [];
    for (let i = 0; i < 10; i++) held.push((await claimTask(actor, { projectId: id, kind: 'compare', except: held }))!.lease.id);
    expect(new Set(held).size).toBe(10);
    await expect(claimTask(actor, { projectId: id, kind: 'compare', except: held })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('never shows an item twice: answered and skipped ones are gone, released and expired ones come back', async () => {
    const { id } = await makeProject();
    await makePairs(id, 4, 5);
    const actor = await makePerson();
    const seen: string[] = [];
    const first = (await claim(actor, id))!;
    await answer(actor, first.lease.id);
    const second = (await claim(actor, id))!;
    await skipTask(actor, { leaseId: second.lease.id });
    const third = (await claim(actor, id))!;
    await releaseTask(actor, { leaseId: third.lease.id });
    const again = (await claim(actor, id))!;
    await expire(again.lease.id);
    for (let next = await claim(actor, id); next; next = await claim(actor, id)) {
      seen.push(next.task.id);
      await answer(actor, next.lease.id);
    }
    expect(again.task.id).toBe(third.task.id);
    expect(seen).toHaveLength(2);
    expect(seen).not.toContain(first.task.id);
    expect(seen).not.toContain(second.task.id);
    expect(seen).toContain(third.task.id);
  });

  it('never shows the same texts twice, whichever task they come in, but to other people and on other prompts', async () => {
    const { id } = await makeProject();
    const [first] = await makePairs(id, 2, 5);
    const actor = await makePerson();
    const { rows } = await pool().query<{ promptId: string; a: string; b: string }>(
      `select t.prompt_id as "promptId", a.text as a, b.text as b from tasks t join responses a on a.id = response_a_id join responses b on b.id = response_b_id where t.id = $1`,
      [first],
    );
    const { promptId, a, b } = rows[0]!;
    const write = async (...texts: string[]) => {
      const ids = texts.map(() => randomUUID());
      await insertSamples(
        db(),
        texts.map((text, i) => ({ id: ids[i], projectId: id, promptId, text })),
      );
      return ids as [string, string];
    };
    const [responseAId, responseBId] = await write(` ${b}\n`, a);
    await insertCompareTasks(db(), { projectId: id, roundId: null, priority: 0 }, [{ promptId, responseAId, responseBId, overlap: 5 }]);
    const [otherAId, otherBId] = await write(a, 'something else');
    await insertCompareTasks(db(), { projectId: id, roundId: null, priority: 0 }, [
      { promptId, responseAId: otherAId, responseBId: otherBId, overlap: 5 },
    ]);
    const all = await taskIds(id, 'compare');
    const seen: string[] = [];
    for (let next = await claim(actor, id); next; next = await claim(actor, id)) {
      seen.push(JSON.stringify([next.task.prompt.id, next.compare!.left.text.trim(), next.compare!.right.text.trim()].sort()));
      if (seen.length === 2) await skipTask(actor, { leaseId: next.lease.id });
      else await answer(actor, next.lease.id);
    }
    expect(all).toHaveLength(4);
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(3);
  });

  it('does not ask for a pair of a ranking that the person has made', async () => {
    const { id } = await makeProject();
    const [pair] = await makePairs(id, 1, 5);
    const [ranker, other] = await people(2);
    const { rows } = await pool().query(
      `with third as (insert into responses (project_id, prompt_id, text, origin) select project_id, prompt_id, 'third', 'policy' from tasks where id = $1 returning id)
      insert into tasks (project_id, kind, prompt_id, response_ids, overlap) select project_id, 'rank', prompt_id, array[response_b_id, third.id, response_a_id], 5 from tasks, third where tasks.id = $1 returning id`,
      [pair],
    );
    await pool().query(`insert into leases (task_id, user_id, state, expires_at) values ($1, $2, 'submitted', now())`, [
      rows[0].id,
      ranker!.id,
    ]);
    expect(await claim(ranker!, id)).toBeNull();
    expect(await claim(other!, id)).not.toBeNull();
  });

  it('does not ask people to judge what they wrote themselves', async () => {
    const { id } = await makeProject();
    await makePairs(id, 1, 2);
    const [author, other] = await people(2);
    const { rows } = await pool().query('select prompt_id, id from tasks where project_id = $1', [id]);
    const promptId = rows[0].prompt_id as string;
    const { responseId } = await insertDemonstration(db(), {
      projectId: id,
      promptId,
      text: 'mine',
      userId: author!.id,
      idempotencyKey: 'mine',
    });
    await pool().query('update tasks set response_a_id = $1 where id = $2', [responseId, rows[0].id]);
    expect(await claim(author!, id)).toBeNull();
    expect(await claim(other!, id)).not.toBeNull();
  });

  it('goes by fewest answers, then by priority, then in an order of one’s own that stays the same', async () => {
    const { id } = await makeProject();
    const late = await makePairs(id, 6, 2, 0);
    const all = await makePairs(id, 3, 2, 7);
    const urgent = all.filter((task) => !late.includes(task));
    await pool().query(`update tasks set answered = 1 where id = any($1)`, [[urgent[0], late[0]]]);
    const order = async (actor: Actor): Promise<string[]> => {
      const held: { lease: string; task: string }[] = [];
      for (;;) {
        const next = await claimTask(actor, { projectId: id, kind: 'compare', except: held.map((one) => one.lease) });
        if (!next) break;
        held.push({ lease: next.lease.id, task: next.task.id });
      }
      for (const one of held) await releaseTask(actor, { leaseId: one.lease });
      return held.map((one) => one.task);
    };
    const actors = await people(6);
    const orders = [];
    for (const actor of actors) orders.push(await order(actor));
    for (const one of orders) {
      expect(new Set(one.slice(0, 2))).toEqual(new Set(urgent.slice(1)));
      expect(new Set(one.slice(2, 7))).toEqual(new Set(late.slice(1)));
      expect(one.slice(7)).toEqual([urgent[0], late[0]]);
    }
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
    expect(await order(actors[0]!)).toEqual(orders[0]);
  });

  it('tells an annotator nothing about who wrote the responses', async () => {
    const { id } = await makeProject();
    await makePairs(id, 1);
    const work = (await claim(await makePerson(), id))!;
    expect(Object.keys(work).sort()).toEqual(['compare', 'lease', 'task']);
    expect(Object.keys(work.task).sort()).toEqual(['id', 'kind', 'prompt']);
    expect(Object.keys(work.task.prompt).sort()).toEqual(['id', 'text']);
    expect(work.compare).toEqual({ left: { text: expect.any(String) }, right: { text: expect.any(String) } });
    const { rows } = await pool().query('select id from responses where project_id = $1', [id]);
    for (const row of rows) expect(JSON.stringify(work.compare).replaceAll(work.task.prompt.id, '')).not.toContain(row.id);
  });

  it('shuffles the sides, and stores how', async () => {
    const { id } = await makeProject();
    await makePairs(id, 40);
    const actor = await makePerson();
    for (let next = await claim(actor, id); next; next = await claim(actor, id)) {
      const { rows } = await pool().query('select is_swapped from leases where id = $1', [next.lease.id]);
      expect(next.compare!.left.text.startsWith(rows[0].is_swapped ? 'second' : 'first')).toBe(true);
      await answer(actor, next.lease.id);
    }
    const { rows } = await pool().query(
      'select count(*) filter (where is_swapped)::int as n, bool_and((grade = -1) = is_swapped) as fits from preferences where project_id = $1',
      [id],
    );
    expect(rows[0].n).toBeGreaterThan(5);
    expect(rows[0].n).toBeLessThan(35);
    expect(rows[0].fits).toBe(true);
  });

  it('is only for people with an account', async () => {
    const { id } = await makeProject();
    const actor = await makePerson();
    await pool().query('update users set disabled_at = now() where id = $1', [actor.id]);
    await expect(claim(actor, id)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('leases that run out', () => {
  it('give their seats back to others, once, however many sweep', async () => {
    const { id } = await makeProject();
    await makePairs(id, 8, 2);
    const actors = await people(16);
    const claims = await Promise.all(actors.map((actor) => claim(actor, id)));
    await Promise.all(claims.map((one) => expire(one!.lease.id)));
    await Promise.all(Array.from({ length: 12 }, () => sweepExpiredLeases(db())));
    expect((await readTasks(id)).every((task) => task.leased === 0)).toBe(true);
    const again = await Promise.all((await people(20)).map((actor) => claim(actor, id)));
    expect(again.filter(Boolean)).toHaveLength(16);
  });
});

describe('tasks that measure a person', () => {
  const by = (actor: Actor, projectId: string) => ({ userId: actor.id, projectId, kind: 'compare' as const, leaseSeconds: 60 });

  /** A task that shows what `of` shows. */
  async function addCheck(of: string, purpose: 'gold' | 'quiz' | 'retest', forUserId: string | null = null): Promise<string> {
    const { rows } = await pool().query(
      `insert into tasks (project_id, kind, prompt_id, purpose, response_a_id, response_b_id, retest_of_id, for_user_id, overlap)
      select project_id, kind, prompt_id, $2::task_purpose, response_a_id, response_b_id, case when $2::task_purpose = 'retest' then id end, $3, 100 from tasks where id = $1 returning id`,
      [of, purpose, forUserId],
    );
    return rows[0].id;
  }

  it('are claimed by purpose, by whom they are for, once a person, and never come as work', async () => {
    const { id } = await makeProject();
    const [work] = await makePairs(id, 1);
    await pool().query(`update tasks set state = 'done' where id = $1`, [work]);
    const [me, other] = await people(2);
    const [gold, mine] = [await addCheck(work!, 'gold'), await addCheck(work!, 'gold', me!.id)];
    await pool().query('update tasks set priority = 1 where id = $1', [mine]);
    expect(await claim(me!, id)).toBeNull();
    expect(await claimCheck(db(), by(me!, id), 'quiz')).toBeNull();
    expect(await claimCheck(db(), by(me!, id), 'gold')).toMatchObject({ taskId: mine });
    // The other one shows the same texts.
    expect(await claimCheck(db(), by(me!, id), 'gold')).toBeNull();
    expect(await claimCheck(db(), by(other!, id), 'gold')).toMatchObject({ taskId: gold });
  });

  it('ask a second time for what a person has judged, when it is due, before anything else; their answers train nothing', async () => {
    const { id } = await makeProject();
    await makePairs(id, 3);
    const [me, other] = await people(2);
    const first = (await claim(me!, id))!;
    await answer(me!, first.lease.id);
    const open = (await claim(me!, id))!;
    const retest = await addCheck(first.task.id, 'retest', me!.id);
    const again = (await claim(me!, id))!;
    expect(again.task.id).toBe(retest);
    expect([again.compare!.left.text, again.compare!.right.text].sort()).toEqual(
      [first.compare!.left.text, first.compare!.right.text].sort(),
    );
    await answer(me!, again.lease.id);
    expect((await claim(me!, id))!.lease.id).toBe(open.lease.id);
    expect((await claim(other!, id))!.task.id).not.toBe(retest);
    const { rows } = await pool().query('select standing from preferences where user_id = $1 order by created_at', [me!.id]);
    expect(rows).toEqual([{ standing: 'counted' }, { standing: 'check' }]);
  });
});
