/**
 * Changes an answer after it was given: the author, for a while, and only its newest version. The change is a row of its own that
 * supersedes the old one; both are kept. Sending it twice, even at once, makes one row.
 */
import { transaction, type Db } from '@/db/client';
import { findAmendability, type AnswerTable } from '@/db/queries/amendments';
import { isUniqueViolation } from '@/db/violations';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { refusal } from '@/lib/refusals';
import { settingsOf } from '@/lib/projects/settings';

type Amendment<Given extends { taskId: string | null }> = {
  id: string;
  idempotencyKey: string;
  table: AnswerTable;
  /** What it is called in the audit log. */
  subject: 'preference' | 'demonstration' | 'ranking' | 'rating';
  /** The person's own answer, locked. */
  lock(tx: Db, id: string, userId: string): Promise<{ given: Given; settings: unknown } | undefined>;
  find(db: Db, userId: string, idempotencyKey: string): Promise<{ id: string; supersedesId: string | null } | undefined>;
  /** Returns the new row's id. `settings`: the project's, as stored. */
  insert(tx: Db, given: Given, settings: unknown): Promise<string>;
};

/** @throws HeedError not_found; conflict with `details.reason` superseded, too-old or off; invalid for a key used elsewhere */
export async function amendAnswer<Given extends { taskId: string | null }>(
  actor: Actor,
  amendment: Amendment<Given>,
): Promise<{ id: string; status: 'accepted' | 'duplicate' }> {
  const { id, idempotencyKey, table, subject } = amendment;
  try {
    return await transaction(async (tx) => {
      const answer = await amendment.lock(tx, id, actor.id);
      if (!answer) throw refusal('no-such-answer');
      const sent = await amendment.find(tx, actor.id, idempotencyKey);
      if (sent?.supersedesId === id) return { id: sent.id, status: 'duplicate' };
      if (sent) throw refusal('key-of-another-answer');
      await mustBeAmendable(tx, table, id, settingsOf(answer.settings).amendMinutes);
      const newId = await amendment.insert(tx, answer.given, answer.settings);
      await audit(tx, actor, `${subject}.amend`, newId, { supersedes: id, taskId: answer.given.taskId });
      return { id: newId, status: 'accepted' };
    });
  } catch (cause) {
    if (!isUniqueViolation(cause, `${table}_supersedes_unique`)) throw cause;
    throw refusal('superseded', {}, { cause });
  }
}

async function mustBeAmendable(tx: Db, table: AnswerTable, id: string, minutes: number): Promise<void> {
  if (minutes === 0) throw refusal('off');
  const { isSuperseded, isInTime } = await findAmendability(tx, table, id, minutes);
  if (isSuperseded) throw refusal('superseded');
  if (!isInTime) throw refusal('too-old', { minutes });
}
