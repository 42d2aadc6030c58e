/** How people do on known answers, and what a reviewer can decide about it: let somebody in, or give them another attempt. */
import { z } from 'zod';
import { db, transaction } from '@/db/client';
import { countChecks } from '@/db/queries/claim-task';
import { listPersonResults, overrideQuiz, resetQuiz, type PersonResult } from '@/db/queries/known-answers';
import { lockPerson } from '@/db/queries/people';
import { findProject } from '@/db/queries/projects';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { namesIn, type Called } from '@/lib/people/names';
import { checkSettingsOf } from './check-settings';

const listQualificationsSchema = z.object({ projectId: z.uuid() });
export type Qualification = Omit<PersonResult, 'userId' | 'overriddenBy'> & { person: Called; overriddenBy: Called | null };

/** In the order in which they came to Heed. @throws HeedError not_found */
export async function listQualifications(actor: Actor, input: z.input<typeof listQualificationsSchema>) {
  mustBeAble(actor, 'data.view');
  const { projectId } = parse(listQualificationsSchema, input);
  const project = await findProject(db(), { id: projectId });
  if (!project) throw refusal('no-such-project');
  const results = await listPersonResults(db(), projectId);
  const ids = results.flatMap(({ userId, overriddenBy }) => (overriddenBy ? [userId, overriddenBy] : [userId]));
  const names = await namesIn(projectId, ids);
  const people = results.map(({ userId, overriddenBy, ...result }): Qualification => {
    return { ...result, person: names[userId]!, overriddenBy: overriddenBy === null ? null : names[overriddenBy]! };
  });
  return { settings: checkSettingsOf(project.settings), people };
}

export const qualificationSchema = z.object({ projectId: z.uuid(), userId: z.uuid() });

/** Whatever they answered, they get work. @throws HeedError not_found */
export async function overrideQualification(actor: Actor, input: z.input<typeof qualificationSchema>): Promise<void> {
  mustBeAble(actor, 'quality.manage');
  const person = parse(qualificationSchema, input);
  const reviewer = userIdOf(actor);
  if (!reviewer) throw refusal('account-needed');
  await transaction(async (tx) => {
    await mustBeThere(tx, person);
    await overrideQuiz(tx, person, reviewer);
    await audit(tx, actor, 'qualification.override', person.userId, { projectId: person.projectId });
  });
}

/**
 * Another attempt, on pairs that they have not seen: of the others they have read what was expected.
 * @throws HeedError not_found; conflict when there are too few of them
 */
export async function resetQualification(actor: Actor, input: z.input<typeof qualificationSchema>): Promise<void> {
  mustBeAble(actor, 'quality.manage');
  const person = parse(qualificationSchema, input);
  await transaction(async (tx) => {
    const { quizItems } = await mustBeThere(tx, person);
    const fresh = await countChecks(tx, { ...person, kind: 'compare' }, 'quiz');
    if (fresh < Math.max(1, quizItems)) throw refusal('too-few-quiz-pairs', { fresh, needed: Math.max(1, quizItems) });
    await resetQuiz(tx, person);
    await audit(tx, actor, 'qualification.reset', person.userId, { projectId: person.projectId });
  });
}

/** Locks the person's row. @throws HeedError not_found */
export async function mustBeThere(tx: Parameters<typeof lockPerson>[0], { projectId, userId }: z.output<typeof qualificationSchema>) {
  const project = await findProject(tx, { id: projectId });
  if (!project) throw refusal('no-such-project');
  if (!(await lockPerson(tx, userId))) throw refusal('person-gone');
  return checkSettingsOf(project.settings);
}
