/** Questions to reviewers: asked once, answered over nobody's head, found by everybody as precedents without a name, and gone with their author. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { db, pool } from '@/db/client';
import { putTurn } from '@/db/queries/conversations';
import type { Actor } from '@/lib/auth/actor';
import { systemActor } from '@/lib/auth/actor';
import { deletePerson } from '@/lib/people/delete-person';
import { updateSettings } from '@/lib/projects/update-settings';
import { addKnownAnswer } from '@/lib/quality/known-answers';
import { answerQuestion, openQuestions, questionsToAnswer, withdrawPrecedent } from '@/lib/questions/answer';
import { askAboutConversation, askAboutTask } from '@/lib/questions/ask';
import { markAnswerSeen, myQuestions } from '@/lib/questions/mine';
import { searchPrecedents } from '@/lib/questions/precedents';
import { discardConversation } from '@/lib/red-team/discard-conversation';
import { startConversation } from '@/lib/red-team/start-conversation';
import type { Claim } from '@/lib/tasks/claim';
import { claimTask } from '@/lib/tasks/claim-task';
import { skipTask } from '@/lib/tasks/skip-task';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePairs, makePerson, makeProject, makeRankTasks } from '../support/factory';

let database: TestDatabase;
let reviewer: Actor;
let asker: Actor;
let other: Actor;
let project: { id: string; slug: string };
let item: Claim;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.drop());
beforeEach(async () => {
  [reviewer, asker, other] = await Promise.all([makePerson('reviewer'), makePerson(), makePerson()]);
  project = await makeProject();
  await makePairs(project.id, 6, 3);
  item = await claim(asker);
});

const claim = async (actor: Actor, except: string[] = []) => (await claimTask(actor, { projectId: project.id, kind: 'compare', except }))!;
/** Of another prompt than `item`. */
async function claimElsewhere(actor: Actor): Promise<Claim> {
  const seen = actor === asker ? [item.lease.id] : [];
  for (;;) {
    const found = await claim(actor, seen);
    if (found.task.prompt.id !== item.task.prompt.id) return found;
    seen.push(found.lease.id);
  }
}
const ask = (actor: Actor, { lease }: Claim, text: string, idempotencyKey: string = randomUUID()) =>
  askAboutTask(actor, { leaseId: lease.id, text, idempotencyKey });
const open = async () => (await questionsToAnswer(reviewer, { projectId: project.id })).items;
const answered = async () => (await questionsToAnswer(reviewer, { projectId: project.id, show: 'answered' })).items;
const mine = async (actor: Actor) => (await myQuestions(actor, { projectId: project.id })).items;
/** The reviewer has asked none. */
const search = (typed: string, promptId?: string, actor = reviewer) =>
  searchPrecedents(actor, { projectId: project.id, search: typed, promptId });
const found = async (typed: string, promptId?: string) => (await search(typed, promptId)).map(({ question }) => question);

/** Asks and answers. Returns the question's id. */
async function settle(of: Claim, question: string, answer: string, more: { title?: string; isPrecedent?: boolean } = {}, by = asker) {
  const { questionId } = await ask(by, of, question);
  await answerQuestion(reviewer, { questionId, answer, revision: 0, ...more });
  return questionId;
}

describe('asking', () => {
  it('is done once, however often it is sent, and at the same time', async () => {
    const key = randomUUID();
    const sent = await Promise.all([1, 2, 3, 4].map(() => ask(asker, item, ' What is meant? ', key)));
    expect(new Set(sent.map(({ questionId }) => questionId)).size).toBe(1);
    expect(sent.map(({ status }) => status).toSorted()).toEqual(['accepted', 'duplicate', 'duplicate', 'duplicate']);
    expect(await open()).toMatchObject([{ text: 'What is meant?', kind: 'compare', promptId: item.task.prompt.id }]);
    expect(await openQuestions(reviewer, project.slug)).toBe(1);
    const { rows } = await pool().query(`select data from audit_log where action = 'question.ask' and subject_id = $1`, [
      sent[0]!.questionId,
    ]);
    expect(rows).toEqual([{ data: { projectId: project.id } }]);
  });

  it('shows reviewers the responses in the order in which the person saw them, of pairs and rankings', async () => {
    await ask(asker, item, 'Which of the two?');
    await makeRankTasks(project.id, 1);
    const ranking = (await claimTask(asker, { projectId: project.id, kind: 'rank' }))!;
    await ask(asker, ranking, 'All of them?');
    expect((await open()).map(({ kind, prompt, responses }) => [kind, prompt, responses])).toEqual([
      ['compare', item.task.prompt.text, [item.compare!.left.text, item.compare!.right.text]],
      ['rank', ranking.task.prompt.text, ranking.rank!.responses.map(({ text }) => text)],
    ]);
  });

  it('goes on when the task has been skipped meanwhile, and never about the task of another', async () => {
    await skipTask(asker, { leaseId: item.lease.id });
    await ask(asker, item, 'Why was that so odd?');
    await expect(ask(other, item, 'And what is this?')).rejects.toMatchObject({ code: 'not_found' });
    await expect(ask(systemActor, item, 'And what is this?')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('may be about a conversation, and stays when that is given up', async () => {
    const { id: conversationId } = await startConversation(asker, { projectId: project.id, idempotencyKey: randomUUID() });
    const question = { conversationId, text: 'How far may I go?', idempotencyKey: randomUUID() };
    await expect(askAboutConversation(other, question)).rejects.toMatchObject({ code: 'not_found' });
    const { questionId } = await askAboutConversation(asker, question);
    await putTurn(db(), { conversationId, position: 0, role: 'user', text: 'Be rude!' });
    expect(await open()).toMatchObject([{ kind: 'red-team', prompt: null, responses: [], turns: [{ role: 'user', text: 'Be rude!' }] }]);
    await discardConversation(asker, { conversationId });
    expect(await open()).toMatchObject([{ text: 'How far may I go?', turns: [] }]);
    // The reply was lost, and it is sent once more.
    expect(await askAboutConversation(asker, question)).toEqual({ questionId, status: 'duplicate' });
    await answerQuestion(reviewer, { questionId, answer: 'As far as words go.', revision: 0 });
    expect(await search('far')).toMatchObject([{ kind: 'red-team', excerpt: null }]);
  });

  it('has its limits: of length, and of how many wait', async () => {
    await expect(ask(asker, item, '  ')).rejects.toMatchObject({ code: 'invalid' });
    await expect(ask(asker, item, 'x'.repeat(2001))).rejects.toMatchObject({ code: 'invalid' });
    await expect(ask(asker, item, 'a\0b')).rejects.toMatchObject({ code: 'invalid' });
    const all = await Promise.allSettled(Array.from({ length: 24 }, (_, i) => ask(asker, item, `Question ${i}?`)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    await expect(ask(asker, item, 'One more?')).rejects.toMatchObject({
      code: 'conflict',
      details: { reason: 'too-many-questions', waiting: 20 },
    });
    await ask(other, await claim(other), 'May I?');
  });
});

describe('answering', () => {
  it('is for reviewers, and over nobody’s head', async () => {
    const { questionId } = await ask(asker, item, 'What is meant?');
    const answer = { questionId, answer: 'The first.', revision: 0 };
    await expect(answerQuestion(reviewer, { ...answer, revision: null as never })).rejects.toMatchObject({ code: 'invalid' });
    await expect(answerQuestion(asker, answer)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(questionsToAnswer(asker, { projectId: project.id })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(answerQuestion(reviewer, { ...answer, questionId: randomUUID() })).rejects.toMatchObject({ code: 'not_found' });
    const both = await Promise.allSettled([answerQuestion(reviewer, answer), answerQuestion(await makePerson('admin'), answer)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { details: { reason: 'question-changed' } } });
    expect(await open()).toEqual([]);
    expect(await answered()).toMatchObject([{ answer: 'The first.', isPrecedent: true, person: { id: asker.id, name: asker.name } }]);
    expect(await openQuestions(asker, project.slug)).toBe(null);
  });

  it('reaches whoever asked, who reads it once, and again when its words change', async () => {
    const { questionId } = await ask(asker, item, 'What is meant?');
    const unseen = async () => (await myQuestions(asker, { projectId: project.id, show: 'unseen' })).items.map(({ answer }) => answer);
    expect(await unseen()).toEqual([]);
    await answerQuestion(reviewer, { questionId, answer: 'The first.', revision: 0, isPrecedent: false });
    expect(await unseen()).toEqual(['The first.']);
    await markAnswerSeen(other, { questionId, revision: 1 });
    expect(await unseen()).toEqual(['The first.']);
    await markAnswerSeen(asker, { questionId, revision: 1 });
    expect(await unseen()).toEqual([]);
    await answerQuestion(reviewer, { questionId, answer: 'The first.', revision: 1, title: 'Which one' });
    expect(await unseen()).toEqual([]);
    await answerQuestion(reviewer, { questionId, answer: 'The second.', revision: 2 });
    // What was on the screen was the answer before.
    await markAnswerSeen(asker, { questionId, revision: 1 });
    expect(await unseen()).toEqual(['The second.']);
    expect(await mine(other)).toEqual([]);
    expect(JSON.stringify(await mine(asker))).not.toContain(reviewer.id);
  });
});

describe('precedents', () => {
  it('are found by how words begin, titles before questions before answers, those about the prompt first', async () => {
    const far = await claimElsewhere(other);
    await settle(item, 'Is a polite refusal better than a rude answer?', 'Yes.');
    await settle(item, 'What of both being rude?', 'Then the refusal wins.');
    await settle(item, 'And if one is cut off?', 'Ignore it.', { title: 'Refusals' });
    await settle(far, 'Does spelling matter?', 'Only where a refusal is misspelt.', {}, other);
    await settle(item, 'Not for all to see: refusal', 'No.', { isPrecedent: false });
    const [polite, rude, cut, spelling] = [
      'Is a polite refusal better than a rude answer?',
      'What of both being rude?',
      'And if one is cut off?',
      'Does spelling matter?',
    ] as const;
    const hits = await found('REFUS');
    expect(hits.slice(0, 2)).toEqual([cut, polite]);
    expect(hits.slice(2).toSorted()).toEqual([spelling, rude]);
    expect((await found('refus', far.task.prompt.id))[0]).toBe(spelling);
    expect(await found('rude polite')).toEqual([polite]);
    expect(await found('nothing like this')).toEqual([]);
    expect(await found('&|!:*')).toEqual([]);
    expect(await found(`it's "cut-off"; drop`)).toEqual([]);
    expect(await found('cut-off!')).toEqual([cut]);
    // Without a word all, the newest first.
    expect(await found('')).toEqual([spelling, cut, rude, polite]);
    expect(await found('', item.task.prompt.id)).toEqual([cut, rude, polite, spelling]);
  });

  it('are found in German, whatever the case', async () => {
    await settle(item, 'Dürfen Änderungen an der Übersetzung bewertet werden?', 'Ja, auch größere.');
    for (const typed of ['änder', 'ÄNDERUNG', 'übersetz bewert', 'Größer']) expect(await found(typed), typed).toHaveLength(1);
    expect(await found('Verschlechterung')).toEqual([]);
  });

  it('name nobody, carry the beginning of the item, stay in their project and go when they are withdrawn', async () => {
    const id = await settle(item, 'What is meant?', 'The first.');
    const [precedent] = await search('meant');
    expect(precedent).toEqual({
      id,
      title: '',
      question: 'What is meant?',
      answer: 'The first.',
      kind: 'compare',
      excerpt: { prompt: item.task.prompt.text, responses: [item.compare!.left.text, item.compare!.right.text] },
      isOfPrompt: false,
    });
    const elsewhere = await makeProject();
    expect(await searchPrecedents(other, { projectId: elsewhere.id })).toEqual([]);
    await expect(withdrawPrecedent(asker, { questionId: id, revision: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    await withdrawPrecedent(reviewer, { questionId: id, revision: 1 });
    expect(await search('meant')).toEqual([]);
    expect(await mine(asker)).toMatchObject([{ answer: 'The first.' }]);
  });

  it('lead from no pair whose answer is known to themselves, and carry nothing of it', async () => {
    await settle(item, 'Which is better here?', 'The shorter one.');
    const promptId = item.task.prompt.id;
    expect((await search('', promptId))[0]).toMatchObject({ isOfPrompt: true });
    const { rows } = await pool().query<{ a: string; b: string }>(
      'select response_a_id as a, response_b_id as b from tasks where id = $1',
      [item.task.id],
    );
    const known = { responseAId: rows[0]!.a, responseBId: rows[0]!.b, purpose: 'gold', expected: 'a' } as const;
    await addKnownAnswer(reviewer, known);
    expect(await search('', promptId)).toMatchObject([{ question: 'Which is better here?', excerpt: null, isOfPrompt: false }]);
    expect(await answered()).toMatchObject([{ isKnown: true }]);
    // Whoever asked sees no difference between this one and one that is about no check.
    await settle(await claimElsewhere(asker), 'And here?', 'The longer one.');
    expect((await search('', promptId, asker)).map(({ excerpt, isOfPrompt }) => [excerpt, isOfPrompt])).toEqual([
      [null, false],
      [null, false],
    ]);
    // The pair is asked like any other, and takes questions like any other.
    const gold = (await pool().query(`select id from tasks where purpose = 'gold' and prompt_id = $1`, [promptId])).rows[0].id as string;
    const lease = await pool().query(`insert into leases (task_id, user_id, expires_at) values ($1, $2, now() + '1 h') returning id`, [
      gold,
      other.id,
    ]);
    await askAboutTask(other, { leaseId: lease.rows[0].id, text: 'Is this a trick?', idempotencyKey: randomUUID() });
    expect(await open()).toMatchObject([{ text: 'Is this a trick?', isKnown: true, kind: 'compare' }]);
  });

  it('are held back, and the answer from who asked, until they have answered the pair whose answer is known', async () => {
    const { rows } = await pool().query<{ a: string; b: string }>(
      'select response_a_id as a, response_b_id as b from tasks where id = $1',
      [item.task.id],
    );
    const { taskId } = await addKnownAnswer(reviewer, {
      responseAId: rows[0]!.a,
      responseBId: rows[0]!.b,
      purpose: 'gold',
      expected: 'a',
    });
    const goldLease = await pool().query<{ id: string }>(
      `insert into leases (task_id, user_id, expires_at) values ($1, $2, now() + '1 h') returning id`,
      [taskId, asker.id],
    );
    const leaseId = goldLease.rows[0]!.id;
    const waiting = await ask(asker, await claimElsewhere(asker), 'Is this one like the other?');
    const { questionId } = await askAboutTask(asker, { leaseId, text: 'Is this a trick?', idempotencyKey: randomUUID() });
    expect((await open()).find(({ id }) => id === questionId)).toMatchObject({ isKnown: true, isHeld: true });
    await answerQuestion(reviewer, { questionId, answer: 'No: take the first.', title: 'Tricks', revision: 0, isPrecedent: true });
    expect(await answered()).toMatchObject([{ id: questionId, answer: 'No: take the first.', isHeld: true }]);
    const unseen = async () => (await myQuestions(asker, { projectId: project.id, show: 'unseen' })).items.map(({ id }) => id);
    const isAsIfItWaited = async () => {
      const own = await mine(asker);
      const [held, unanswered] = [questionId, waiting.questionId].map((id) => own.find((one) => one.id === id)!);
      const { isSeen, answer, answeredAt, revision, isPrecedent, title } = unanswered!;
      expect(held).toMatchObject({ isSeen, answer, answeredAt, revision, isPrecedent, title });
      expect([await unseen(), await search('trick'), await search('trick', undefined, asker)]).toEqual([[], [], []]);
    };
    await isAsIfItWaited();
    // It has run out, or was given back, and may come again.
    for (const state of ['expired', 'released']) {
      await pool().query(`update leases set state = $2, ended_at = now() where id = $1`, [leaseId, state]);
      await isAsIfItWaited();
    }
    await pool().query(`insert into leases (task_id, user_id, expires_at, state) values ($1, $2, now() + '1 h', 'submitted')`, [
      taskId,
      asker.id,
    ]);
    expect(await unseen()).toEqual([questionId]);
    expect((await mine(asker)).find(({ id }) => id === questionId)).toMatchObject({ answer: 'No: take the first.', title: 'Tricks' });
    expect(await search('trick')).toMatchObject([{ question: 'Is this a trick?' }]);
    expect(await answered()).toMatchObject([{ isHeld: false }]);
  });
});

describe('names', () => {
  it('are hidden where the project hides them', async () => {
    await settle(item, 'What is meant?', 'The first.');
    await ask(asker, item, 'And what else?');
    await updateSettings(systemActor, { projectId: project.id, settings: { hideNames: true } });
    expect([...(await open()), ...(await answered())].map(({ person }) => person?.name)).toEqual([null, null]);
    expect((await answered())[0]!.reviewer!.name).toBe(null);
  });
});

describe('a person who is deleted', () => {
  const remove = async (person: Actor, answers: 'remove' | 'anonymise') =>
    deletePerson(await makePerson('admin'), { personId: person.id, answers });

  it('leaves questions under a number', async () => {
    await settle(item, 'What is meant?', 'The first.');
    const { counts } = await remove(asker, 'anonymise');
    expect(counts).toMatchObject({ questions: 1, questionsAnswered: 0 });
    expect(await answered()).toMatchObject([{ text: 'What is meant?', person: { id: asker.id, name: null } }]);
  });

  it('takes them along where answers go; a precedent stays, without what they asked', async () => {
    await settle(item, 'What is meant?', 'The first.');
    await settle(item, 'A private matter?', 'Yes.', { isPrecedent: false });
    await ask(asker, item, 'And this?');
    await remove(asker, 'remove');
    expect(await open()).toEqual([]);
    expect(await answered()).toMatchObject([{ text: '', answer: 'The first.', person: null }]);
    expect(await found('first')).toEqual(['']);
    expect(await found('meant')).toEqual([]);
  });

  it('opens the questions to which theirs was the answer, where answers go', async () => {
    await settle(item, 'What is meant?', 'The first.', { title: 'Meaning' });
    await remove(reviewer, 'remove');
    reviewer = await makePerson('reviewer');
    expect(await open()).toMatchObject([{ text: 'What is meant?', answer: null, title: '', isPrecedent: false, person: { id: asker.id } }]);
    await remove(asker, 'remove');
    expect(await open()).toEqual([]);
  });

  it('leaves nothing of a question when both who asked and who answered are gone', async () => {
    await settle(item, 'What is meant?', 'The first.');
    await remove(asker, 'remove');
    await remove(reviewer, 'remove');
    const { rows } = await pool().query('select from questions where project_id = $1', [project.id]);
    expect(rows).toEqual([]);
  });
});

it('exports have every question with its answer, and ids in the place of names', async () => {
  await settle(item, 'What is meant?', 'The first.', { title: 'Meaning' });
  await ask(asker, item, 'And what else?');
  const rows = await exported({ projectId: project.id, kind: 'questions' }, reviewer);
  expect(rows).toMatchObject([
    {
      kind: 'compare',
      question: 'What is meant?',
      answer: 'The first.',
      is_precedent: true,
      title: 'Meaning',
      lineage: { annotator: asker.id },
    },
    { question: 'And what else?', answer: null, is_precedent: false, lineage: { reviewer: null } },
  ]);
});
