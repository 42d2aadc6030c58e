import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '@/lib/auth/actor';
import { claimTask } from '@/lib/tasks/claim-task';
import { listFlaggedTasks } from '@/lib/tasks/list-flagged-tasks';
import { skipTask } from '@/lib/tasks/skip-task';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePairs, makePerson, makeProject } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function skipOne(actor: Actor, projectId: string, flag?: string): Promise<string> {
  const claim = await claimTask(actor, { projectId, kind: 'compare' });
  await skipTask(actor, { leaseId: claim!.lease.id, isFlagged: flag !== undefined, reason: flag });
  return claim!.task.id;
}

test('a flagged task is listed with what everybody said, newest first, page by page; a plain skip is not', async () => {
  const { id: projectId } = await makeProject();
  const other = await makeProject();
  await makePairs(other.id, 1);
  const [ada, grace] = [await makePerson(), await makePerson()];
  await makePairs(projectId, 1);
  const first = await skipOne(ada, projectId, 'not English');
  expect(await skipOne(grace, projectId, 'cut off')).toBe(first);
  await makePairs(projectId, 2);
  await skipOne(ada, projectId);
  const second = await skipOne(ada, projectId, 'rude');
  await skipOne(ada, other.id, 'elsewhere');

  const reviewer = await makePerson('reviewer');
  const page = await listFlaggedTasks(reviewer, { projectId, limit: 1 });
  expect(page.items).toMatchObject([{ id: second, kind: 'compare', flags: [{ person: { name: ada.name }, reason: 'rude' }] }]);
  const rest = await listFlaggedTasks(reviewer, { projectId, limit: 1, cursor: page.nextCursor! });
  expect(rest.items).toMatchObject([
    { id: first, flags: [{ reason: 'not English' }, { person: { name: grace.name }, reason: 'cut off' }] },
  ]);
  expect(rest.items[0]!.flags[0]!.at).toBeInstanceOf(Date);
  expect(rest.nextCursor).toBeNull();
  await expect(listFlaggedTasks(ada, { projectId })).rejects.toMatchObject({ code: 'forbidden' });
});
