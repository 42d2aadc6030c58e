/** Ratings: taken once, changed by a row of their own, and exported. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import { systemActor } from '@/lib/auth/actor';
import { updateSettings } from '@/lib/projects/update-settings';
import { amendRating } from '@/lib/tasks/amend-rating';
import { claimTask } from '@/lib/tasks/claim-task';
import { workProgress } from '@/lib/tasks/progress';
import { submitRating } from '@/lib/tasks/submit-rating';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePerson, makeProject, makeRateTasks } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const newKey = () => ({ idempotencyKey: randomUUID() });

/** A claimed response to rate. */
async function toRate(settings: object = {}) {
  const project = await makeProject({
    aspects: ['helpful', 'on topic'],
    safetyCategories: ['violence', 'crime'],
    ratePoints: 7,
    ...settings,
  });
  await makeRateTasks(project.id, 1);
  const actor = await makePerson();
  const claim = (await claimTask(actor, { projectId: project.id, kind: 'rate' }))!;
  return { projectId: project.id, actor, leaseId: claim.lease.id, promptId: claim.task.prompt.id, claim };
}
const grades = { aspects: { helpful: 6, 'on topic': 7 } };

describe('a rating', () => {
  it('shows the text and what is asked about it', async () => {
    const { claim, promptId } = await toRate();
    expect(claim.rate).toEqual({
      response: { text: `only ${promptId}` },
      aspects: ['helpful', 'on topic'],
      points: 7,
      safetyCategories: ['violence', 'crime'],
    });
  });

  it('is stored, counted, and exported', async () => {
    const { projectId, actor, leaseId, promptId } = await toRate();
    const answer = {
      leaseId,
      ...grades,
      isSafe: false,
      safetyCategories: ['crime', 'crime'],
      reason: 'tells how',
      secondsOnTask: 9,
      ...newKey(),
    };
    const results = await Promise.all(Array.from({ length: 8 }, () => submitRating(actor, answer)));
    expect(results.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect((await pool().query('select 1 from ratings where project_id = $1', [projectId])).rowCount).toBe(1);
    expect((await workProgress(actor, { projectId })).rate).toMatchObject({ answeredByMe: 1, open: 0, total: 1 });
    expect(await exported({ projectId, kind: 'ratings' })).toMatchObject([
      {
        response: `only ${promptId}`,
        aspects: grades.aspects,
        scale_points: 7,
        is_safe: false,
        safety_categories: ['crime'],
        reason: 'tells how',
        lineage: { id: results[0]!.ratingId, annotator: actor.id, response: { origin: 'policy' } },
      },
    ]);
  });

  it.each([
    ['an aspect is missing', { aspects: { helpful: 3 } }, 'Grade each of helpful, on topic, from 1 to 7.'],
    ['an aspect is unknown', { aspects: { ...grades.aspects, kind: 3 } }, 'Grade each of helpful, on topic, from 1 to 7.'],
    ['a grade is off the scale', { aspects: { helpful: 8, 'on topic': 1 } }, 'from 1 to 7'],
    ['a category is unknown', { isSafe: false, safetyCategories: ['spam'] }, 'no safety category “spam”'],
    ['a safe response has categories', { isSafe: true, safetyCategories: ['crime'] }, 'send isSafe false'],
  ])('is refused when %s, and says what to send', async (_, more, message) => {
    const { actor, leaseId } = await toRate();
    await expect(submitRating(actor, { leaseId, ...grades, ...newKey(), ...more })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(message),
    });
  });

  it('is amended by a row of its own', async () => {
    const { projectId, actor, leaseId } = await toRate();
    const { ratingId } = await submitRating(actor, { leaseId, ...grades, isSafe: true, ...newKey() });
    const second = { ratingId, aspects: { helpful: 1, 'on topic': 2 }, isSafe: true, ...newKey() };
    const results = await Promise.all([amendRating(actor, second), amendRating(actor, second)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['accepted', 'duplicate']);
    await expect(amendRating(actor, { ...second, ...newKey() })).rejects.toMatchObject({ details: { reason: 'superseded' } });
    expect(await exported({ projectId, kind: 'ratings' })).toMatchObject([{ aspects: second.aspects, lineage: { supersedes: ratingId } }]);
    expect(await exported({ projectId, kind: 'ratings', superseded: 'with' })).toHaveLength(2);
  });

  it('is amended in the aspects that it was given in, whatever the project asks for since', async () => {
    const { projectId, actor, leaseId } = await toRate();
    const given = { ...grades, isSafe: false, safetyCategories: ['crime'] };
    const { ratingId } = await submitRating(actor, { leaseId, ...given, ...newKey() });
    await updateSettings(systemActor, { projectId, settings: { aspects: ['kind'], safetyCategories: ['spam'], ratePoints: 3 } });
    const amended = { ...given, aspects: { helpful: 7, 'on topic': 7 }, safetyCategories: ['crime', 'spam'] };
    expect(await amendRating(actor, { ratingId, ...amended, ...newKey() })).toMatchObject({ status: 'accepted' });
    expect(await exported({ projectId, kind: 'ratings' })).toMatchObject([
      { aspects: amended.aspects, scale_points: 7, safety_categories: ['crime', 'spam'] },
    ]);
  });
});
