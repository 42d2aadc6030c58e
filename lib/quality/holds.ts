/** People who are warned or paused: what they are told, and what reviewers do about it. */
import { z } from 'zod';
import { db, transaction, type Db } from '@/db/client';
import { endHolds, findOpenHold, listHolds as list, startHold, type Hold as StoredHold } from '@/db/queries/holds';
import { releaseLeases } from '@/db/queries/leases';
import { lockPerson } from '@/db/queries/people';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import type { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { namesIn, type Called } from '@/lib/people/names';
import type { Evidence } from './evidence';
import { evidenceOf } from './evidence-schema';
import { mustBeThere, qualificationSchema } from './qualifications';

export type Hold = Omit<StoredHold, 'userId' | 'evidence' | 'startedBy' | 'endedBy'> & {
  person: Called;
  evidence: Evidence;
  startedBy: Called | null;
  endedBy: Called | null;
};

const listHoldsSchema = z.object({ projectId: z.uuid() });

/** Open ones first, then the newest that ended. */
export async function listHolds(actor: Actor, input: z.input<typeof listHoldsSchema>): Promise<Hold[]> {
  mustBeAble(actor, 'data.view');
  const { projectId } = parse(listHoldsSchema, input);
  const holds = await list(db(), projectId);
  const names = await namesIn(projectId, holds.flatMap(({ userId, startedBy, endedBy }) => [userId, startedBy ?? [], endedBy ?? []].flat())); // prettier-ignore
  return holds.map(({ userId, startedBy, endedBy, ...hold }) => ({
    ...hold,
    person: names[userId]!,
    evidence: evidenceOf(hold.evidence),
    startedBy: startedBy === null ? null : names[startedBy]!,
    endedBy: endedBy === null ? null : names[endedBy]!,
  }));
}

export const pauseSchema = qualificationSchema.extend({
  reason: z.string().trim().min(1, 'Say why: they read it.').max(1000, 'At most 1,000 characters.'),
});

/** By hand. What they have open goes back. @throws HeedError not_found; conflict when they are paused already */
export async function pausePerson(actor: Actor, input: z.input<typeof pauseSchema>): Promise<void> {
  mustBeAble(actor, 'quality.manage');
  const { reason, ...person } = parse(pauseSchema, input);
  await transaction(async (tx) => {
    await mustBeThere(tx, person);
    const evidence: Evidence = { rule: 'reviewer', reason };
    if (!(await startHold(tx, { ...person, level: 'paused', rule: 'reviewer', evidence, startedBy: userIdOf(actor) })))
      throw refusal('paused-already');
    await releaseLeases(tx, person);
    await audit(tx, actor, 'hold.pause', person.userId, { ...person, evidence });
  });
}

/** Ends a pause or warning: whatever rule it was, it counts anew from now. @throws HeedError not_found; conflict when there is none */
export async function letGoOn(actor: Actor, input: z.input<typeof qualificationSchema>): Promise<void> {
  mustBeAble(actor, 'quality.manage');
  const person = parse(qualificationSchema, input);
  await transaction(async (tx) => {
    await mustBeThere(tx, person);
    if ((await endHolds(tx, person, userIdOf(actor))) === 0) throw refusal('not-held');
    await audit(tx, actor, 'hold.end', person.userId, { projectId: person.projectId });
  });
}

/**
 * After a rule has paused somebody, and apart from the answer that it followed from: that has locked a task of its own, and these are locked in
 * order. A claim that was under way is waited for.
 */
export async function giveBackLeases(person: { projectId: string; userId: string }): Promise<void> {
  await transaction(async (tx) => {
    await lockPerson(tx, person.userId);
    await releaseLeases(tx, person);
  });
}

/** @throws HeedError forbidden as pausedRefusal says */
export async function mustNotBePaused(tx: Db, person: { projectId: string; userId: string }): Promise<void> {
  const hold = await findOpenHold(tx, person);
  if (hold?.level === 'paused') throw pausedRefusal(hold.evidence);
}

/** Why there is no work, in numbers. */
export function pausedRefusal(stored: unknown): HeedError {
  const evidence = evidenceOf(stored);
  return refusal('paused', { evidence });
}
