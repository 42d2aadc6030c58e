/** Pairs that people disagree about, in their order; reviewers' verdicts on them, which no figure about people reads. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import { decidePair, takeBackVerdict } from '@/lib/adjudication/decide';
import { pairsToDecide } from '@/lib/adjudication/queue';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { importRows } from '@/lib/dataset/import';
import { claimJob } from '@/lib/jobs/claim-job';
import { finishJob } from '@/lib/jobs/finish-job';
import { stageFolder } from '@/lib/jobs/folders';
import type { Job } from '@/lib/jobs/job';
import { recordCheckpoint, recordPairScores } from '@/lib/jobs/report';
import { stageInput } from '@/lib/jobs/stage-input';
import { agreementReport } from '@/lib/reports/agreement';
import { startRound } from '@/lib/rounds/start-round';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePairs, makePerson, makeProject, makeReadyProject } from '../support/factory';
import { copyTask, prefer } from '../support/judgements';

let database: TestDatabase;
let reviewer: Actor;
let people: string[];
beforeAll(async () => {
  process.env.HEED_DATA = mkdtempSync(path.join(tmpdir(), 'heed-adjudication-'));
  database = await testDatabase();
  reviewer = await makePerson('reviewer');
  people = await Promise.all([1, 2, 3, 4].map(async () => (await makePerson()).id));
});
afterAll(() => database.drop());

type Pair = { taskId: string; a: string; b: string };

async function projectWithPairs(count: number, settings: object = {}): Promise<{ id: string; pairs: Pair[] }> {
  return withPairs((await makeProject(settings)).id, count);
}

async function withPairs(id: string, count: number): Promise<{ id: string; pairs: Pair[] }> {
  const tasks = await makePairs(id, count, 4);
  const { rows } = await pool().query<Pair>(
    'select id as "taskId", response_a_id as a, response_b_id as b from tasks where id = any($1) order by id',
    [tasks],
  );
  return { id, pairs: rows };
}

/** Everyone's grade of the task's A, in the order of `people`. */
const answer = async ({ taskId }: Pair, ...grades: number[]) => {
  for (const [i, grade] of grades.entries()) await prefer({ rater: people[i]!, taskId, grade });
};

const queue = async (projectId: string, show: 'open' | 'decided' = 'open') => pairsToDecide(reviewer, { projectId, show });
const key = ({ a, b }: { a: string; b: string }) => [a, b].sort().join();
const keysOf = ({ pairs }: Awaited<ReturnType<typeof queue>>) => pairs.map(({ responseAId: a, responseBId: b }) => key({ a, b }));
const decide = (projectId: string, { a, b }: Pair, more: object = {}) =>
  decidePair(reviewer, { projectId, responseAId: a, responseBId: b, grade: 2, idempotencyKey: randomUUID(), ...more });

describe('the queue', () => {
  it('has different sides before a side and a tie, and in each what is farthest apart, then what most people answered, first', async () => {
    const { id, pairs } = await projectWithPairs(7);
    const [near, far, tie, ofOneMind, many, single, farTie] = pairs as [Pair, Pair, Pair, Pair, Pair, Pair, Pair];
    await answer(near, 1, -1);
    await answer(far, 3, -3);
    await answer(tie, 1, 0);
    await answer(ofOneMind, 1, 3, 2);
    await answer(many, 1, -1, 1);
    await answer(single, 3);
    await answer(farTie, -3, 0);
    const found = await queue(id);
    expect(keysOf(found)).toEqual([far, many, near, farTie, tie].map(key));
    expect(found.counts).toEqual({ sides: 3, tie: 2, model: 0 });
    expect(found.hasModel).toBe(false);
    expect(found.pairs[0]).toMatchObject({ disagreement: 'sides', people: 2, model: null, verdict: null });
    const { answers, responseAId } = found.pairs[0]!;
    const turn = responseAId === far.a ? 1 : -1;
    expect(answers.map(({ person, grade }) => [person.id, grade * turn])).toEqual([
      [people[0], 3],
      [people[1], -3],
    ]);
  });

  it('reads the newest version of answers that count, one a person, and none of checks', async () => {
    const { id, pairs } = await projectWithPairs(4);
    const [amended, late, again, checked] = pairs as [Pair, Pair, Pair, Pair];
    await answer(amended, 2);
    const first = await prefer({ rater: people[1]!, taskId: amended.taskId, grade: -2 });
    await prefer({ rater: people[1]!, taskId: amended.taskId, grade: 2, supersedesId: first });
    await answer(late, 2);
    await prefer({ rater: people[1]!, taskId: late.taskId, grade: -2, standing: 'late' });
    await answer(again, 2);
    await prefer({ rater: people[0]!, taskId: await copyTask(again.taskId, 'retest'), grade: -2, standing: 'check' });
    await answer(checked, 2);
    await prefer({ rater: people[1]!, taskId: await copyTask(checked.taskId, 'gold'), grade: -2, standing: 'check' });
    expect(keysOf(await queue(id))).toEqual([]);
    await prefer({ rater: people[2]!, taskId: amended.taskId, grade: -1 });
    expect(keysOf(await queue(id))).toEqual([key(amended)]);
  });

  it('tells how reliable each person is', async () => {
    const { id, pairs } = await projectWithPairs(10);
    for (const [i, pair] of pairs.entries()) await answer(pair, ...[2, 2, 2, -2].map((grade) => (i % 2 ? grade : -grade)));
    const { answers } = (await queue(id)).pairs[0]!;
    for (const { person, reliability } of answers) expect(reliability! > 0.5, `${people.indexOf(person.id)}`).toBe(person.id !== people[3]);
  });

  it('goes on with pairs on which the reward model is surest that people are wrong, marked where it was trained on them', async () => {
    const { id, pairs } = await projectWithPairs(4);
    const [unsure, sure, agreed, people2] = pairs as [Pair, Pair, Pair, Pair];
    await answer(unsure, 2);
    await answer(sure, -1, -1);
    await answer(agreed, 2);
    await answer(people2, 1, -1);
    const { rows } = await pool().query(`insert into jobs (project_id, stage, config) values ($1, 'reward', '{}') returning id`, [id]);
    // Positive: the task's A. Stored for the lower id.
    for (const [{ a, b }, lead, isHeldOut] of [
      [unsure, -0.5, true],
      [sure, 4, false],
      [agreed, 3, true],
    ] as [Pair, number, boolean][])
      await pool().query('insert into pair_scores values ($1, $2, least($3::uuid, $4), greatest($3::uuid, $4), $5, $6)', [
        id,
        rows[0].id,
        a,
        b,
        a < b ? lead : -lead,
        isHeldOut,
      ]);
    const found = await queue(id);
    expect(keysOf(found)).toEqual([people2, sure, unsure].map(key));
    expect(found).toMatchObject({ counts: { sides: 1, tie: 0, model: 2 }, hasModel: true });
    const { model, responseAId } = found.pairs[1]!;
    expect(model!.isTrained).toBe(true);
    expect(responseAId === sure.a ? model!.pA : 1 - model!.pA).toBeCloseTo(0.982, 3);
  });
});

describe('a verdict', () => {
  it('takes the pair out of the queue, and is in no figure about people', async () => {
    const { id, pairs } = await projectWithPairs(2);
    for (const pair of pairs) await answer(pair, 2, -2);
    const before = await agreementReport(systemActor, { projectId: id });
    const [pair] = pairs as [Pair];
    const { verdictId } = await decide(id, pair, { reason: ' The first one answers. ' });
    expect(keysOf(await queue(id))).toEqual([key(pairs[1]!)]);
    const { pairs: decided } = await queue(id, 'decided');
    expect(decided).toHaveLength(1);
    const { verdict, responseAId } = decided[0]!;
    expect(verdict).toMatchObject({
      id: verdictId,
      grade: responseAId === pair.a ? 2 : -2,
      scalePoints: 7,
      reason: 'The first one answers.',
    });
    expect(verdict!.reviewer.name).toBe(reviewer.name);
    expect(await agreementReport(systemActor, { projectId: id })).toEqual(before);
    const { rows } = await pool().query(`select actor_id, data from audit_log where action = 'verdict.give' and subject_id = $1`, [
      verdictId,
    ]);
    expect(rows).toEqual([{ actor_id: reviewer.id, data: { grade: verdict!.grade, isBothBad: false } }]);
  });

  it('sent twice, even at once, is one; another one names the one that it replaces', async () => {
    const { id, pairs } = await projectWithPairs(1);
    const [pair] = pairs as [Pair];
    await answer(pair, 2, -2);
    const idempotencyKey = randomUUID();
    const sent = await Promise.all(Array.from({ length: 5 }, () => decide(id, pair, { idempotencyKey })));
    expect(new Set(sent.map(({ verdictId }) => verdictId)).size).toBe(1);
    const first = sent[0]!.verdictId;
    await expect(decide(id, pair)).rejects.toMatchObject({ code: 'conflict', details: { reason: 'decided' } });
    // Of several who decide on top of the same one, one does.
    const rivals = await Promise.allSettled([1, 2, 3].map((grade) => decide(id, pair, { grade, supersedesId: first })));
    expect(rivals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { pairs: decided } = await queue(id, 'decided');
    const second = decided[0]!.verdict!.id;
    expect(second).not.toBe(first);
    const { rows } = await pool().query('select count(*)::int as n from verdicts where project_id = $1', [id]);
    expect(rows[0].n).toBe(2);
    await expect(takeBackVerdict(reviewer, { verdictId: first, idempotencyKey: randomUUID() })).rejects.toMatchObject({ code: 'conflict' });
    const takeBack = { verdictId: second, idempotencyKey: randomUUID() };
    expect(await takeBackVerdict(reviewer, takeBack)).toEqual(await takeBackVerdict(reviewer, takeBack));
    expect(keysOf(await queue(id))).toEqual([key(pair)]);
    await decide(id, pair, { grade: 0, isBothBad: true });
    expect((await queue(id, 'decided')).pairs[0]!.verdict).toMatchObject({ grade: 0, isBothBad: true });
  });

  it('is refused off the scale, on no pair, where no answer counts any more, and to annotators', async () => {
    const { id, pairs } = await projectWithPairs(3);
    const [pair, other, unanswered] = pairs as [Pair, Pair, Pair];
    await answer(pair, 2, -2);
    await answer(other, 2, -2);
    await expect(decide(id, pair, { grade: 4 })).rejects.toMatchObject({ code: 'invalid' });
    await expect(decide(id, pair, { grade: 1, isBothBad: true })).rejects.toMatchObject({ code: 'invalid' });
    await expect(decide(id, { ...pair, b: other.b })).rejects.toMatchObject({ code: 'invalid' });
    await expect(decide(id, { ...pair, b: randomUUID() })).rejects.toMatchObject({ code: 'not_found' });
    await expect(decide((await makeProject()).id, pair)).rejects.toMatchObject({ code: 'not_found' });
    await pool().query(`update preferences set standing = 'withdrawn' where task_id = $1`, [other.taskId]);
    for (const gone of [other, unanswered])
      await expect(decide(id, gone)).rejects.toMatchObject({ code: 'conflict', details: { reason: 'pair-gone' } });
    const annotator = await makePerson();
    const verdict = { projectId: id, responseAId: pair.a, responseBId: pair.b, grade: 2, idempotencyKey: randomUUID() };
    await expect(decidePair(annotator, verdict)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(pairsToDecide(annotator, { projectId: id })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(decidePair(systemActor, verdict)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('may be that of somebody who answered the pair, which is said; names are numbers where the project hides them', async () => {
    const { id, pairs } = await projectWithPairs(1, { hideNames: true });
    const [pair] = pairs as [Pair];
    await answer(pair, 2);
    await prefer({ rater: reviewer.id, taskId: pair.taskId, grade: -1 });
    const { answers } = (await queue(id)).pairs[0]!;
    expect(answers.map(({ isMine, person }) => [isMine, person.name])).toEqual([
      [false, null],
      [true, null],
    ]);
    await decide(id, pair);
    expect((await queue(id, 'decided')).pairs[0]!.verdict!.reviewer.name).toBeNull();
  });
});

describe('a round', () => {
  /** Starts one, in the place of any other, and goes on to its reward model. */
  async function rewardStage(projectId: string, config: object = {}): Promise<Job> {
    await pool().query(`update jobs set state = 'cancelled' where state in ('queued', 'running')`);
    await pool().query(`update rounds set state = 'cancelled' where state = 'running'`);
    await startRound(systemActor, { projectId, seed: 1, config });
    const sft = (await claimJob({ workerId: 'w' }))!;
    await recordCheckpoint(sft, {
      kind: 'sft',
      step: 1,
      folder: path.join(stageFolder(sft.id), 'sft-1'),
      sha256: 'a'.repeat(64),
      bytes: 5,
    });
    await finishJob(sft, { state: 'succeeded' });
    return (await claimJob({ workerId: 'w' }))!;
  }

  async function labelsOf(job: Job, { a, b }: Pair) {
    const input = await stageInput(job);
    if (input.stage !== 'reward') throw new Error(input.stage);
    return input.comparisons
      .filter(({ responseIds }) => key({ a: responseIds![0], b: responseIds![1] }) === key({ a, b }))
      .map(({ responseIds, chosenShare, grade, annotator }) => ({
        // Of the task's A.
        share: responseIds![0] === a ? chosenShare : 1 - chosenShare,
        grade,
        isNobodys: annotator === undefined,
      }));
  }

  it('takes the verdicts that held when it began in the place of what people said, unless it is told otherwise', async () => {
    const { id } = await makeReadyProject();
    const { pairs } = await withPairs(id, 3);
    const [decided, later, bad] = pairs as [Pair, Pair, Pair];
    for (const pair of pairs) await answer(pair, 2, -1, 2);
    await decide(id, decided, { grade: -3 });
    await decide(id, bad, { grade: 0, isBothBad: true });
    const given = [
      { share: 1, grade: 2, isNobodys: false },
      { share: 1, grade: 2, isNobodys: false },
      { share: 0, grade: 1, isNobodys: false },
    ];
    const inOrder = async (job: Job, pair: Pair) => (await labelsOf(job, pair)).sort((x, y) => y.grade - x.grade);
    const first = await rewardStage(id);
    const verdict = [{ share: 0, grade: 3, isNobodys: true }];
    await decide(id, later);
    expect(await labelsOf(first, decided)).toEqual(verdict);
    expect(await inOrder(first, later)).toEqual(given);
    expect(await labelsOf(first, bad)).toEqual([]);

    const second = await rewardStage(id, { verdicts: 'ignored' });
    for (const pair of pairs) expect(await inOrder(second, pair)).toEqual(given);
  });

  it('leaves what its reward model thinks of pairs, in the place of what the one before thought', async () => {
    const { id } = await makeReadyProject();
    const { pairs } = await withPairs(id, 2);
    const [one, other] = pairs as [Pair, Pair];
    for (const pair of pairs) await answer(pair, 2);
    const job = await rewardStage(id);
    const score = ({ a, b }: Pair, lead: number) => ({ responseIds: [a, b] as [string, string], lead, isHeldOut: true });
    await recordPairScores(job, [score(one, -1), score(other, -2)]);
    expect(keysOf(await queue(id))).toEqual([other, one].map(key));
    await recordPairScores(job, [score({ ...one, a: one.b, b: one.a }, 3)]);
    const found = await queue(id);
    expect(keysOf(found)).toEqual([key(one)]);
    const { model, responseAId } = found.pairs[0]!;
    expect(responseAId === one.a ? model!.pA : 1 - model!.pA).toBeCloseTo(0.047, 3);
    await recordPairScores(job, []);
    expect(await queue(id)).toMatchObject({ pairs: [], hasModel: false });
  });
});

describe('an export', () => {
  it('has verdicts apart, or in the place of what people said of the same texts, marked', async () => {
    const { id, pairs } = await projectWithPairs(4);
    const [first, second, bad, undecided] = pairs as [Pair, Pair, Pair, Pair];
    for (const pair of pairs) await answer(pair, 2, -2);
    const { rows: texts } = await pool().query('select r.id, r.text, p.text as prompt from responses r join prompts p on p.id = r.prompt_id where r.project_id = $1', [id]); // prettier-ignore
    const textOf = (response: string) => texts.find((row) => row.id === response);
    // The same texts once more, from elsewhere.
    const { text: chosen, prompt } = textOf(first.b);
    const lines = async function* () {
      yield JSON.stringify({ prompt, chosen, rejected: textOf(first.a).text });
    };
    await importRows(systemActor, { projectId: id, kind: 'comparisons', mode: 'all-or-nothing', text: lines() });
    const one = await decide(id, first, { grade: 3, reason: 'It answers.' });
    const { verdictId } = await decide(id, second, { grade: -1 });
    await decide(id, bad, { grade: 0, isBothBad: true });

    const people = await exported({ projectId: id, kind: 'comparisons' });
    expect(people).toHaveLength(9);
    expect(people.some(({ lineage }) => 'is_verdict' in lineage)).toBe(false);
    const preferred = await exported({ projectId: id, kind: 'comparisons', verdicts: 'preferred' });
    const said = preferred.filter(({ lineage }) => !lineage.is_verdict);
    expect(said.map((row) => [row.chosen, row.rejected].sort())).toEqual(
      Array(2).fill([textOf(undecided.a).text, textOf(undecided.b).text].sort()),
    );
    expect(preferred.filter(({ lineage }) => lineage.is_verdict)).toMatchObject([
      {
        chosen: textOf(first.a).text,
        rejected: chosen,
        margin: 3,
        lineage: { id: one.verdictId, reviewer: reviewer.id, reason: 'It answers.' },
      },
      { chosen: textOf(second.b).text, margin: 1, lineage: { id: verdictId, supersedes: null } },
    ]);

    await takeBackVerdict(reviewer, { verdictId, idempotencyKey: randomUUID() });
    expect(await exported({ projectId: id, kind: 'verdicts' })).toMatchObject([
      { grade: first.a < first.b ? 3 : -3, is_both_bad: false, is_taken_back: false, reason: 'It answers.' },
      { grade: 0, is_both_bad: true },
    ]);
    expect((await exported({ projectId: id, kind: 'verdicts', superseded: 'with' })).map((row) => row.is_taken_back)).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(await exported({ projectId: id, kind: 'comparisons', verdicts: 'preferred' })).toHaveLength(5);
  });
});
