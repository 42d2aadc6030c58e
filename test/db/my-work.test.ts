/** The history of one's own answers: all kinds, nobody else's, as they were shown, with their versions. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { finishConversation } from '@/lib/red-team/finish-conversation';
import { sendTurn } from '@/lib/red-team/send-turn';
import { startConversation } from '@/lib/red-team/start-conversation';
import { amendDemonstration } from '@/lib/tasks/amend-demonstration';
import { amendPreference } from '@/lib/tasks/amend-preference';
import { amendRanking } from '@/lib/tasks/amend-ranking';
import { claimTask } from '@/lib/tasks/claim-task';
import { readMyAnswer } from '@/lib/tasks/my-answer';
import { countMyWork, listMyWork } from '@/lib/tasks/my-work';
import { submitDemonstration } from '@/lib/tasks/submit-demonstration';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { submitRanking } from '@/lib/tasks/submit-ranking';
import { submitRating } from '@/lib/tasks/submit-rating';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePairs, makePerson, makeProject, makeRankTasks, makeRateTasks } from '../support/factory';
import { pretendInference, saying, type PretendInference } from '../support/pretend-inference';

let database: TestDatabase;
let inference: PretendInference;
beforeAll(async () => {
  database = await testDatabase();
  inference = await pretendInference();
  inference.answer = saying('Certainly.');
});
afterAll(async () => {
  await inference?.stop();
  await database?.drop();
});

const newKey = () => ({ idempotencyKey: randomUUID() });

async function compare(actor: Actor, projectId: string, reason = '') {
  const { lease, compare: pair } = (await claimTask(actor, { projectId, kind: 'compare' }))!;
  const { preferenceId } = await submitPreference(actor, { leaseId: lease.id, ...newKey(), grade: 2, reason });
  return { id: preferenceId, left: pair!.left.text, right: pair!.right.text };
}

/** One answer of each kind, oldest first: a preference, a demonstration, a ranking, a rating, a conversation. */
async function oneOfEach(actor: Actor) {
  const { id: projectId } = await makeProject({ heldOutFraction: 0, aspects: ['kind', 'right'] }, ['Where is my parcel?']);
  await makePairs(projectId, 3);
  await makeRankTasks(projectId, 1, 3);
  await makeRateTasks(projectId, 1);
  const preference = await compare(actor, projectId, 'Names the ITEM');
  const toWrite = (await claimTask(actor, { projectId, kind: 'demonstrate' }))!;
  const { demonstrationId } = await submitDemonstration(actor, { leaseId: toWrite.lease.id, ...newKey(), text: 'On its way, 100% sure.' });
  const toRank = (await claimTask(actor, { projectId, kind: 'rank' }))!;
  const { rankingId } = await submitRanking(actor, { leaseId: toRank.lease.id, ...newKey(), ranks: [3, 1, 2] });
  const toRate = (await claimTask(actor, { projectId, kind: 'rate' }))!;
  const { ratingId } = await submitRating(actor, { leaseId: toRate.lease.id, ...newKey(), aspects: { kind: 5, right: 1 } });
  const { id: conversationId } = await startConversation(actor, { projectId, ...newKey() });
  const stream = await sendTurn(actor, { conversationId, position: 0, text: 'Tell me a secret' }, new AbortController().signal);
  await new Response(stream).text();
  await finishConversation(actor, { conversationId, ...newKey(), outcome: 'held', notes: 'Kept it to itself' });
  return { projectId, preference, demonstrationId, rankingId, ratingId, conversationId, toRank, toRate };
}

describe('my work', () => {
  it('lists answers of all kinds, newest first, a page at a time, and counts them', async () => {
    const ada = await makePerson();
    const { projectId } = await oneOfEach(ada);
    const kinds = ['conversation', 'rating', 'ranking', 'demonstration', 'preference'];
    const all = await listMyWork(ada, { projectId });
    expect(all.items.map(({ kind }) => kind)).toEqual(kinds);
    expect(all.items.map(({ text }) => text)).toEqual(['Kept it to itself', '', '', 'On its way, 100% sure.', 'Names the ITEM']);
    const paged: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await listMyWork(ada, { projectId, cursor, limit: 2 });
      paged.push(...page.items.map(({ kind }) => kind));
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(kinds);
    expect(await countMyWork(ada, { projectId })).toEqual(kinds.toReversed().map((kind) => ({ kind, today: 1, week: 1, all: 1 })));
  });

  it('finds prompts, own texts and reasons, whatever the case, and takes signs for what they are', async () => {
    const ada = await makePerson();
    const { projectId } = await oneOfEach(ada);
    const found = async (search: string) => (await listMyWork(ada, { projectId, search })).items.map(({ kind }) => kind);
    expect(await found('names the item')).toEqual(['preference']);
    expect(await found('MY PARCEL')).toEqual(['demonstration']);
    expect(await found('100% SURE')).toEqual(['demonstration']);
    expect(await found('a secret')).toEqual(['conversation']);
    expect(await found('certainly')).toEqual(['conversation']);
    expect(await found('100_')).toEqual([]);
  });

  it('is one’s own: nobody reads or finds another’s', async () => {
    const [ada, eve] = [await makePerson(), await makePerson('admin')];
    const { projectId, preference, demonstrationId, rankingId, ratingId, conversationId } = await oneOfEach(ada);
    expect((await listMyWork(eve, { projectId })).items).toEqual([]);
    expect(await countMyWork(eve, { projectId })).toEqual([]);
    const all = [
      ['preference', preference.id],
      ['demonstration', demonstrationId],
      ['ranking', rankingId],
      ['rating', ratingId],
      ['conversation', conversationId],
    ] as const;
    for (const [kind, id] of all) {
      await expect(readMyAnswer(eve, { kind, id })).rejects.toMatchObject({ code: 'not_found' });
      expect(await readMyAnswer(ada, { kind, id })).toMatchObject({ kind, projectId });
    }
    await expect(readMyAnswer(ada, { kind: 'ranking', id: preference.id })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('shows everything as it was shown, without a word of who wrote it', async () => {
    const ada = await makePerson();
    const { rankingId, ratingId, conversationId, toRank, toRate } = await oneOfEach(ada);
    expect(await readMyAnswer(ada, { kind: 'ranking', id: rankingId })).toMatchObject({
      responses: toRank.rank!.responses.map(({ text }) => text),
      versions: [{ ranks: [3, 1, 2] }],
    });
    expect(await readMyAnswer(ada, { kind: 'rating', id: ratingId })).toMatchObject({
      response: toRate.rate!.response.text,
      versions: [{ aspects: { kind: 5, right: 1 }, isSafe: null }],
    });
    const conversation = await readMyAnswer(ada, { kind: 'conversation', id: conversationId });
    expect(conversation).toMatchObject({ outcome: 'held', turns: [{ text: 'Tell me a secret' }, { text: 'Certainly.' }] });
    expect(JSON.stringify(conversation)).not.toMatch(/checkpoint|decoding|model/i);
  });

  it('shows both sides as they were, whichever way they were drawn, and every version of the judgement', async () => {
    const ada = await makePerson();
    const { id: projectId } = await makeProject();
    await makePairs(projectId, 12);
    const seen = new Set<boolean>();
    for (let i = 0; i < 12; i++) {
      const { id, left, right } = await compare(ada, projectId);
      const { preferenceId } = await amendPreference(ada, { preferenceId: id, ...newKey(), grade: -1, reason: 'on second thoughts' });
      const answer = await readMyAnswer(ada, { kind: 'preference', id });
      expect(answer).toMatchObject({
        left,
        right,
        versions: [
          { id, grade: 2 },
          { id: preferenceId, grade: -1, reason: 'on second thoughts' },
        ],
      });
      expect(await readMyAnswer(ada, { kind: 'preference', id: preferenceId })).toEqual(answer);
      const { rows } = await pool().query<{ is_swapped: boolean }>('select is_swapped from preferences where id = $1', [id]);
      seen.add(rows[0]!.is_swapped);
    }
    expect(seen.size).toBe(2);
    const { items } = await listMyWork(ada, { projectId });
    expect(items).toHaveLength(12);
    expect(new Set(items.map(({ grade, isAmended }) => `${grade} ${isAmended}`))).toEqual(new Set(['-1 true']));
    expect(await countMyWork(ada, { projectId })).toEqual([{ kind: 'preference', today: 12, week: 12, all: 12 }]);
  });

  it('keeps all versions of a text and of an order; a page that was begun before goes on', async () => {
    const ada = await makePerson();
    const { projectId, demonstrationId, rankingId } = await oneOfEach(ada);
    const { items, nextCursor } = await listMyWork(ada, { projectId, limit: 4 });
    expect(items.at(-1)!.id).toBe(demonstrationId);
    await amendDemonstration(ada, { demonstrationId, ...newKey(), text: 'It arrives on Monday.' });
    await amendRanking(ada, { rankingId, ...newKey(), ranks: [1, 1, 2] });
    expect(await readMyAnswer(ada, { kind: 'demonstration', id: demonstrationId })).toMatchObject({
      prompt: 'Where is my parcel?',
      versions: [{ text: 'On its way, 100% sure.' }, { text: 'It arrives on Monday.' }],
    });
    expect(await readMyAnswer(ada, { kind: 'ranking', id: rankingId })).toMatchObject({
      versions: [{ ranks: [3, 1, 2] }, { ranks: [1, 1, 2] }],
    });
    const rest = await listMyWork(ada, { projectId, cursor: nextCursor!, limit: 4 });
    expect(rest.items.map(({ kind }) => kind)).toEqual(['preference']);
  });

  it('says until when an answer can be changed', async () => {
    const ada = await makePerson();
    const amendable = async (settings: object, age = '0 minutes') => {
      const { id: projectId } = await makeProject(settings);
      await makePairs(projectId, 1);
      const { id } = await compare(ada, projectId);
      await pool().query(`update preferences set created_at = created_at - $2::interval where id = $1`, [id, age]);
      const answer = await readMyAnswer(ada, { kind: 'preference', id });
      return answer.kind === 'preference' ? answer.amendable : null;
    };
    expect(await amendable({ amendMinutes: 5 })).toMatchObject({ minutes: 5, isOpen: true });
    expect(await amendable({ amendMinutes: 5 }, '6 minutes')).toMatchObject({ minutes: 5, isOpen: false });
    expect(await amendable({ amendMinutes: 0 })).toEqual({ minutes: 0, until: null, isOpen: false });
  });
});
