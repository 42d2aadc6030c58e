/** Where a project hides names, nothing that is read about its labels says one; numbers stand for them, the same everywhere. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '@/lib/auth/actor';
import { exportRows } from '@/lib/dataset/export';
import { listPeople } from '@/lib/people/list-people';
import { updateSettings } from '@/lib/projects/update-settings';
import { getPrompt } from '@/lib/prompts/get-prompt';
import { listHolds, pausePerson } from '@/lib/quality/holds';
import { listQualifications } from '@/lib/quality/qualifications';
import { getConversation } from '@/lib/red-team/get-conversation';
import { questionsToAnswer } from '@/lib/questions/answer';
import { listConversations } from '@/lib/red-team/list-conversations';
import { agreementReport } from '@/lib/reports/agreement';
import { annotatorsReport } from '@/lib/reports/annotators';
import { exportReport } from '@/lib/reports/export';
import { annotatorsOf } from '@/lib/rounds/round-annotators';
import { listFlaggedTasks } from '@/lib/tasks/list-flagged-tasks';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson } from '../support/factory';
import { fillWithSampleProject, type SampleProject } from '../support/sample-project';

let database: TestDatabase;
let sample: SampleProject;
let reviewer: Actor;
beforeAll(async () => {
  database = await testDatabase();
  sample = await fillWithSampleProject();
  reviewer = await makePerson('reviewer');
  await pausePerson(sample.admin, { projectId: sample.projectId, userId: sample.annotator.id, reason: 'Let us talk first.' });
});
afterAll(() => database.drop());

/** All that reviewers read, in which somebody's name stands as long as names are shown. */
async function everythingRead(): Promise<Record<string, string>> {
  const { projectId, promptId, conversationId, rounds } = sample;
  let rows = '';
  for await (const chunk of exportRows(reviewer, { projectId, kind: 'comparisons' })) rows += chunk;
  const read = {
    agreement: await agreementReport(reviewer, { projectId }),
    annotators: await annotatorsReport(reviewer, { projectId }),
    csv: await exportReport(reviewer, { projectId, report: 'annotators' }),
    pairs: await exportReport(reviewer, { projectId, report: 'agreement' }),
    quality: await listQualifications(reviewer, { projectId }),
    holds: await listHolds(reviewer, { projectId }),
    flagged: await listFlaggedTasks(reviewer, { projectId }),
    prompt: await getPrompt(reviewer, { promptId }),
    conversations: await listConversations(reviewer, { projectId }),
    conversation: await getConversation(reviewer, { conversationId }),
    round: await annotatorsOf(reviewer, { roundId: rounds.succeeded }),
    questions: await questionsToAnswer(reviewer, { projectId }),
    answered: await questionsToAnswer(reviewer, { projectId, show: 'answered' }),
    rows,
  };
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, JSON.stringify(value)]));
}

const someName = /Grace Hopper|Ada Lovelace|Mary Jackson|Katherine Johnson|Dorothy Vaughan/;

it('names are shown until an admin hides them; then they stand nowhere but among the accounts', async () => {
  const { rows, ...shown } = await everythingRead();
  for (const [name, text] of Object.entries(shown)) expect(text, name).toMatch(someName);
  expect(rows).not.toMatch(someName);
  await updateSettings(sample.admin, { projectId: sample.projectId, settings: { hideNames: true } });
  for (const [name, text] of Object.entries(await everythingRead())) {
    expect(text, name).not.toMatch(someName);
    expect(text, name).not.toContain('@example.org');
  }
  // Who asks for names does not get them either.
  expect(JSON.stringify(await annotatorsReport(reviewer, { projectId: sample.projectId, names: 'shown' }))).not.toMatch(someName);
  expect((await listPeople(sample.admin)).items.map(({ name }) => name)).toContain('Grace Hopper');
});

it('a number is the same in every report, and whoever comes later changes none', async () => {
  const { projectId, annotator, conversationId } = sample;
  const before = (await annotatorsReport(reviewer, { projectId })).names[annotator.id]!;
  expect(before).toMatchObject({ name: null, number: expect.any(Number) });
  await makePerson();
  expect((await getConversation(reviewer, { conversationId })).annotator).toEqual(before);
  const { people } = await listQualifications(reviewer, { projectId });
  expect(people.find(({ person }) => person.id === annotator.id)!.person).toEqual(before);
});
