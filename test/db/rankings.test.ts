/** Rankings: taken once, changed as a whole by a row of their own, and read by rounds, counts and exports. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { comparisonsOfRound } from '@/db/queries/training-data';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { getPrompt } from '@/lib/prompts/get-prompt';
import { readReadiness } from '@/lib/rounds/readiness';
import { startRound } from '@/lib/rounds/start-round';
import { amendPreference } from '@/lib/tasks/amend-preference';
import { amendRanking } from '@/lib/tasks/amend-ranking';
import { claimTask } from '@/lib/tasks/claim-task';
import { workProgress } from '@/lib/tasks/progress';
import { submitRanking } from '@/lib/tasks/submit-ranking';
import { submitRating } from '@/lib/tasks/submit-rating';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { expire, makePerson, makeProject, makeRankTasks, makeReadyProject, readTasks } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const newKey = () => ({ idempotencyKey: randomUUID() });
const rowsOf = async (table: 'rankings' | 'preferences', projectId: string) =>
  (
    await pool().query(
      `select * from ${table} where project_id = $1 and user_id is not null order by created_at, supersedes_id nulls first`,
      [projectId],
    )
  ).rows;

/** A claimed ranking of `a …` to `d …`. */
async function toRank({ overlap = 1, ...settings }: { overlap?: number } & Record<string, unknown> = {}) {
  const project = await makeProject(settings);
  await makeRankTasks(project.id, 1, 4, overlap);
  const actor = await makePerson();
  const claim = (await claimTask(actor, { projectId: project.id, kind: 'rank' }))!;
  const letters = claim.rank!.responses.map(({ text }) => text[0]!);
  return { projectId: project.id, actor, leaseId: claim.lease.id, promptId: claim.task.prompt.id, letters, claim };
}

/** Ranks for the responses as shown, from ranks by letter. */
const ranksOf = (letters: string[], by: Record<string, number>) => letters.map((letter) => by[letter]!);
const best = { a: 2, b: 1, c: 2, d: 4 };
const rank = (actor: Actor, leaseId: string, letters: string[], by: Record<string, number> = best, more: object = newKey()) =>
  submitRanking(actor, { leaseId, ranks: ranksOf(letters, by), ...newKey(), ...more });

/** Which letter is said to be better than which, from the pairs' rows. */
async function saidPairs(projectId: string) {
  const { rows } = await pool().query<{ a: string; b: string; grade: number }>(
    `select left(a.text, 1) as a, left(b.text, 1) as b, p.grade from preferences p
     join responses a on a.id = p.response_a_id join responses b on b.id = p.response_b_id
     where p.project_id = $1 and not exists (select from preferences newer where newer.supersedes_id = p.id) order by 1, 2`,
    [projectId],
  );
  return rows.map(({ a, b, grade }) => `${a}${grade > 0 ? '>' : grade < 0 ? '<' : '='}${b}`);
}

describe('a ranking', () => {
  it('shows texts alone, in an order of each person’s own that a reload keeps', async () => {
    const { projectId, actor, claim, letters } = await toRank({ overlap: 50 });
    expect(claim).toEqual({
      lease: { id: expect.any(String), expiresAt: expect.any(Date) },
      task: { id: expect.any(String), kind: 'rank', prompt: { id: expect.any(String), text: expect.any(String) } },
      rank: { responses: letters.map(() => ({ text: expect.any(String) })) },
    });
    expect(letters.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect((await claimTask(actor, { projectId, kind: 'rank' }))!.rank).toEqual(claim.rank);
    const orders = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const other = (await claimTask(await makePerson(), { projectId, kind: 'rank' }))!;
      orders.add(other.rank!.responses.map(({ text }) => text[0]).join(''));
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  it('is stored as it stands on the task, with every pair that it says, counter, lease and audit row', async () => {
    const { projectId, actor, leaseId, promptId, letters } = await toRank();
    const { rankingId, status } = await rank(actor, leaseId, letters, best, {
      reason: ' b names the item ',
      secondsOnTask: 31.2,
      isFlagged: true,
    });
    expect(status).toBe('accepted');
    const [ranking] = await rowsOf('rankings', projectId);
    expect(ranking).toMatchObject({
      id: rankingId,
      ranks: [2, 1, 2, 3],
      reason: 'b names the item',
      seconds_on_task: 31,
      standing: 'counted',
    });
    expect(await saidPairs(projectId)).toEqual(['a<b', 'a=c', 'a>d', 'b>c', 'b>d', 'c>d']);
    for (const pair of await rowsOf('preferences', projectId))
      expect(pair).toMatchObject({
        ranking_id: rankingId,
        task_id: null,
        lease_id: null,
        user_id: actor.id,
        prompt_id: promptId,
        scale_points: 2,
        standing: 'counted',
        is_flagged: true,
        seconds_on_task: null,
      });
    expect(await readTasks(projectId)).toMatchObject([{ state: 'done', answered: 1, leased: 0 }]);
    const audits = await pool().query('select actor_id, action from audit_log where subject_id = $1', [rankingId]);
    expect(audits.rows).toEqual([{ actor_id: actor.id, action: 'ranking.submit' }]);
    expect((await workProgress(actor, { projectId })).rank).toMatchObject({ answeredByMe: 1, answeredByMeToday: 1, open: 0, total: 1 });
    expect((await workProgress(actor, { projectId })).compare).toMatchObject({ answeredByMe: 0 });
  });

  it('sent twice, also at once, is one row with its pairs once', async () => {
    const { projectId, actor, leaseId, letters } = await toRank();
    const key = newKey();
    const results = await Promise.all(Array.from({ length: 8 }, () => rank(actor, leaseId, letters, best, key)));
    results.push(await rank(actor, leaseId, letters, best, key));
    expect(results.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(new Set(results.map(({ rankingId }) => rankingId)).size).toBe(1);
    expect(await rowsOf('rankings', projectId)).toHaveLength(1);
    expect(await rowsOf('preferences', projectId)).toHaveLength(6);
    await expect(rank(actor, leaseId, letters)).rejects.toMatchObject({ code: 'conflict', details: { reason: 'answered' } });
  });

  it('needs one rank for each response, and a lease of its kind', async () => {
    const { projectId, actor, leaseId, letters } = await toRank();
    await expect(submitRanking(actor, { leaseId, ...newKey(), ranks: [1, 2, 3] })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('each of the 4 responses'),
    });
    await expect(submitRanking(actor, { leaseId, ...newKey(), ranks: [0, 1, 2, 3] })).rejects.toMatchObject({ code: 'invalid' });
    await expect(submitRating(actor, { leaseId, ...newKey(), aspects: {} })).rejects.toMatchObject({ code: 'invalid' });
    await expect(rank(await makePerson(), leaseId, letters)).rejects.toMatchObject({ code: 'not_found' });
    expect(await rowsOf('preferences', projectId)).toEqual([]);
  });

  it('that comes too late is kept with its pairs, and none of them counts', async () => {
    const { projectId, actor, leaseId, letters } = await toRank();
    await expire(leaseId);
    const other = await makePerson();
    const taken = (await claimTask(other, { projectId, kind: 'rank' }))!;
    await rank(
      other,
      taken.lease.id,
      taken.rank!.responses.map(({ text }) => text[0]!),
    );
    expect((await rank(actor, leaseId, letters)).status).toBe('late');
    expect((await rowsOf('preferences', projectId)).map((row) => row.standing).toSorted()).toEqual([
      ...Array(6).fill('counted'),
      ...Array(6).fill('late'),
    ]);
    expect((await readReadiness(db(), projectId)).comparisons.have).toBe(5);
  });
});

describe('an amended ranking', () => {
  it('supersedes the old one, and each of its pairs the old pair', async () => {
    const { projectId, actor, leaseId, letters } = await toRank();
    const { rankingId } = await rank(actor, leaseId, letters);
    const { rankingId: newId, status } = await amendRanking(actor, {
      rankingId,
      ...newKey(),
      ranks: ranksOf(letters, { a: 1, b: 2, c: 3, d: 3 }),
    });
    expect(status).toBe('accepted');
    expect(await saidPairs(projectId)).toEqual(['a>b', 'a>c', 'a>d', 'b>c', 'b>d', 'c=d']);
    const pairs = await rowsOf('preferences', projectId);
    const old = pairs.filter((pair) => pair.ranking_id === rankingId);
    const amended = pairs.filter((pair) => pair.ranking_id === newId);
    expect([old.length, amended.length]).toEqual([6, 6]);
    for (const pair of amended) {
      const { response_a_id, response_b_id } = old.find(({ id }) => id === pair.supersedes_id)!;
      expect(pair).toMatchObject({ response_a_id, response_b_id, task_id: null });
    }
    expect(await exported({ projectId, kind: 'rankings' })).toMatchObject([{ lineage: { id: newId, supersedes: rankingId } }]);
    expect(await exported({ projectId, kind: 'rankings', superseded: 'with' })).toHaveLength(2);
    expect((await workProgress(actor, { projectId })).rank).toMatchObject({ answeredByMe: 1 });
  });

  it('twenty times at once leaves exactly one order that nothing supersedes', async () => {
    const { projectId, actor, leaseId, letters } = await toRank();
    const { rankingId } = await rank(actor, leaseId, letters);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        amendRanking(actor, { rankingId, ...newKey(), ranks: ranksOf(letters, { a: 1 + (i % 4), b: 2, c: 3, d: 4 }) }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict', details: { reason: 'superseded' } });
    expect(await rowsOf('rankings', projectId)).toHaveLength(2);
    expect(await saidPairs(projectId)).toHaveLength(6);
    expect(await rowsOf('preferences', projectId)).toHaveLength(12);
  });

  it('is changed as a whole: none of its pairs alone', async () => {
    const { projectId, actor, leaseId, letters } = await toRank();
    await rank(actor, leaseId, letters);
    const [pair] = await rowsOf('preferences', projectId);
    await expect(amendPreference(actor, { preferenceId: pair.id, ...newKey(), grade: 1 })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what reads rankings', () => {
  it('the prompt’s page: its pairs, named as such', async () => {
    const { actor, leaseId, letters, promptId } = await toRank();
    await rank(actor, leaseId, letters);
    const { judgements } = await getPrompt(systemActor, { promptId });
    expect(judgements.map(({ isOfRanking, grade }) => [isOfRanking, Math.abs(grade)]).toSorted()).toEqual([
      [true, 0],
      ...Array(5).fill([true, 1]),
    ]);
  });

  it('export: the order best first, its decided pairs as comparisons, and no judgement of a pair', async () => {
    const { projectId, actor, leaseId, letters, promptId } = await toRank();
    const { rankingId } = await rank(actor, leaseId, letters);
    const text = (letter: string) => `${letter} ${promptId}`;
    expect(await exported({ projectId, kind: 'rankings' })).toMatchObject([
      {
        responses: [
          { text: text('b'), rank: 1 },
          { text: text('a'), rank: 2 },
          { text: text('c'), rank: 2 },
          { text: text('d'), rank: 3 },
        ],
        standing: 'counted',
        lineage: { id: rankingId, annotator: actor.id, supersedes: null, responses: Array(4).fill({ origin: 'policy' }) },
      },
    ]);
    const comparisons = await exported({ projectId, kind: 'comparisons' });
    expect(comparisons.map(({ chosen, rejected }) => `${chosen[0]}>${rejected[0]}`).toSorted()).toEqual([
      'a>d',
      'b>a',
      'b>c',
      'b>d',
      'c>d',
    ]);
    for (const row of comparisons) expect([row.lineage.ranking, row.margin]).toEqual([rankingId, undefined]);
    expect(await exported({ projectId, kind: 'judgements' })).toEqual([]);
  });

  it('a round: its pairs train, as labels of the round whose texts were ranked', async () => {
    const project = await makeReadyProject();
    await makeRankTasks(project.id, 1);
    const actor = await makePerson();
    const claim = (await claimTask(actor, { projectId: project.id, kind: 'rank' }))!;
    await rank(
      actor,
      claim.lease.id,
      claim.rank!.responses.map(({ text }) => text[0]!),
    );
    const { roundId } = await startRound(systemActor, { projectId: project.id, seed: 1 });
    const rows = (await comparisonsOfRound(db(), roundId)).filter(({ promptId }) => promptId === claim.task.prompt.id);
    expect(rows.map(({ responseA, responseB, grade }) => [responseA[0], responseB[0], grade]).toSorted()).toEqual([
      ['a', 'b', -1],
      ['a', 'c', 0],
      ['a', 'd', 1],
      ['b', 'c', 1],
      ['b', 'd', 1],
      ['c', 'd', 1],
    ]);
    for (const row of rows) expect(row).toMatchObject({ round: 0, annotator: actor.id });
  });
});
