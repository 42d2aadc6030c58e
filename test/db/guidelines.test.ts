import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { createProject } from '@/lib/projects/create-project';
import { listGuidelineVersions, markGuidelinesRead, readGuidelines } from '@/lib/projects/guidelines';
import { updateSettings } from '@/lib/projects/update-settings';
import { testDatabase, type TestDatabase } from '../support/database';
import { fakeModels, makePerson, makeProject } from '../support/factory';

let database: TestDatabase;
let admin: Actor;
let ada: Actor;
beforeAll(async () => {
  database = await testDatabase();
  admin = await makePerson('admin');
  ada = await makePerson();
});
afterAll(() => database.drop());

test('every text is a version, saved with the settings; the same text is not', async () => {
  const { id } = await createProject(
    systemActor,
    { slug: 'one', name: 'One', guidelines: 'Be kind.\nBe short.', baseModel: 'builtin' },
    fakeModels,
  );
  await updateSettings(admin, { projectId: id, guidelines: 'Be kind.\r\nBe short.', name: 'Other name' });
  expect(await readGuidelines(ada, { projectId: id })).toMatchObject({ version: 1, text: 'Be kind.\nBe short.', readVersion: 0 });
  await updateSettings(admin, { projectId: id, guidelines: 'Be right.' });
  await updateSettings(admin, { projectId: id, name: 'Third name' });
  expect(await readGuidelines(ada, { projectId: id })).toMatchObject({ version: 2, text: 'Be right.' });
  expect(await readGuidelines(ada, { projectId: id, version: 1 })).toMatchObject({ version: 1, text: 'Be kind.\nBe short.' });
  await expect(readGuidelines(ada, { projectId: id, version: 3 })).rejects.toMatchObject({ code: 'not_found' });
  expect((await listGuidelineVersions(ada, { projectId: id })).map(({ version, author }) => [version, author])).toEqual([
    [2, admin.name],
    [1, null],
  ]);
});

test('two admins who save at once make two versions', async () => {
  const { id } = await makeProject();
  await Promise.all(['a', 'b', 'c', 'd'].map((guidelines) => updateSettings(admin, { projectId: id, guidelines })));
  expect((await listGuidelineVersions(ada, { projectId: id })).map(({ version }) => version)).toEqual([4, 3, 2, 1]);
});

test('a person has read a version when they have opened it, and never unreads it', async () => {
  const { id } = await makeProject();
  await updateSettings(admin, { projectId: id, guidelines: 'one' });
  await updateSettings(admin, { projectId: id, guidelines: 'two' });
  const readVersion = async (who: Actor) => (await readGuidelines(who, { projectId: id })).readVersion;
  expect(await readVersion(ada)).toBe(0);
  await markGuidelinesRead(ada, { projectId: id, version: 2 });
  await markGuidelinesRead(ada, { projectId: id, version: 1 });
  await markGuidelinesRead(ada, { projectId: id, version: 7 });
  expect(await readVersion(ada)).toBe(2);
  expect(await readVersion(admin)).toBe(0);
  await updateSettings(admin, { projectId: id, guidelines: 'three' });
  expect(await readVersion(ada)).toBe(2);
});
