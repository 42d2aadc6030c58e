/** Comments on prompts, from reviewers to reviewers. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/auth/actor';
import { addComment, listComments, removeComment } from '@/lib/comments/comments';
import { deletePerson } from '@/lib/people/delete-person';
import { listPrompts } from '@/lib/prompts/list-prompts';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeProject } from '../support/factory';

let database: TestDatabase;
let reviewer: Actor;
let annotator: Actor;
let projectId: string;
let promptId: string;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.drop());
beforeEach(async () => {
  [reviewer, annotator] = await Promise.all([makePerson('reviewer'), makePerson()]);
  projectId = (await makeProject({}, ['Where is my parcel?'])).id;
  promptId = (await listPrompts(reviewer, { projectId })).items[0]!.id;
});

describe('comments of reviewers', () => {
  it('are for reviewers, in their order; whoever wrote one may remove it', async () => {
    const list = (actor: Actor) => listComments(actor, { projectId, promptIds: [promptId] });
    const colleague = await makePerson('reviewer');
    const { commentId } = await addComment(reviewer, { promptId, text: ' See the guidelines. ' });
    await addComment(colleague, { promptId, text: 'Agreed.' });
    expect((await list(colleague)).map(({ text, person, isMine }) => [text, person.name, isMine])).toEqual([
      ['See the guidelines.', reviewer.name, false],
      ['Agreed.', colleague.name, true],
    ]);
    await expect(list(annotator)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(addComment(annotator, { promptId, text: 'Me too' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(addComment(reviewer, { promptId: randomUUID(), text: 'Where?' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(removeComment(colleague, { commentId })).rejects.toMatchObject({ code: 'not_found' });
    await removeComment(reviewer, { commentId });
    expect((await list(colleague)).map(({ text }) => text)).toEqual(['Agreed.']);
    await deletePerson(await makePerson('admin'), { personId: colleague.id, answers: 'remove' });
    expect(await list(reviewer)).toEqual([]);
  });

  it('are counted where whoever wrote them is deleted', async () => {
    await addComment(reviewer, { promptId, text: 'An odd one.' });
    expect((await deletePerson(await makePerson('admin'), { personId: reviewer.id, answers: 'remove' })).counts).toMatchObject({
      comments: 1,
      questionsAnswered: 0,
    });
  });
});
