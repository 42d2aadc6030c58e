/**
 * Deletes a person, for good. Their name, e-mail, password, tokens, keys and drafts go; their answers stay as nobody's (`anonymise`) or go, too
 * (`remove`), and then their tasks are open again. Rounds and checkpoints that were made with their labels stay as they are: which ones that
 * were is shown before and written down with the deletion.
 */
import { z } from 'zod';
import { db, transaction, type Db } from '@/db/client';
import {
  affectedRounds,
  checkpointsOfRounds,
  countAllOf,
  forgetPerson,
  lockAllOf,
  releaseAllOf,
  removeAnswersOf,
  type AffectedCheckpoint,
  type AffectedRound,
  type DeletionCounts,
} from '@/db/queries/deletions';
import { findPerson, lockAdmins } from '@/db/queries/people';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { refusal } from '@/lib/refusals';
import { personSchema } from './disable-person';
import type { Person } from './person';

const deletionChoices = ['anonymise', 'remove'] as const;
export type DeletionChoice = (typeof deletionChoices)[number];
export const deletePersonSchema = personSchema.extend({ answers: z.enum(deletionChoices) });

/** Names nobody. */
export type DeletionReport = { counts: DeletionCounts; rounds: AffectedRound[]; checkpoints: AffectedCheckpoint[] };

/** @throws HeedError not_found; conflict: oneself, the only admin; where answers shall go, a running round that trains on them */
export async function deletePerson(actor: Actor, input: z.input<typeof deletePersonSchema>): Promise<DeletionReport> {
  mustBeAble(actor, 'people.manage');
  const { personId, answers } = parse(deletePersonSchema, input);
  if (personId === actor.id) throw refusal('delete-oneself');
  return transaction(async (tx) => {
    const admins = await lockAdmins(tx);
    if (admins.length === 1 && admins[0] === personId) throw refusal('only-admin');
    await lockAllOf(tx, personId);
    if (!(await findPerson(tx, personId))) throw refusal('no-such-person');
    const report = await reportOn(tx, personId);
    if (answers === 'remove') {
      const running = report.rounds.find(({ state }) => state === 'running');
      if (running) throw refusal('round-trains-on-them', { number: running.number, project: running.project });
      await removeAnswersOf(tx, personId);
    } else await releaseAllOf(tx, personId);
    await forgetPerson(tx, personId);
    await audit(tx, actor, 'person.delete', personId, { answers, ...report });
    return report;
  });
}

/** What deleting them would do. @throws HeedError not_found, also once they are deleted */
export async function previewDeletion(actor: Actor, input: z.input<typeof personSchema>): Promise<DeletionReport & { person: Person }> {
  mustBeAble(actor, 'people.manage');
  const { personId } = parse(personSchema, input);
  const person = await findPerson(db(), personId);
  if (!person) throw refusal('no-such-person');
  return { person, ...(await reportOn(db(), personId)) };
}

async function reportOn(tx: Db, personId: string): Promise<DeletionReport> {
  const counts = await countAllOf(tx, personId);
  const rounds = await affectedRounds(tx, personId);
  return {
    counts,
    rounds,
    checkpoints: await checkpointsOfRounds(
      tx,
      rounds.map(({ id }) => id),
    ),
  };
}
