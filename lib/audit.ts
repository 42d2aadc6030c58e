/** Writes down who did what. Call it with the transaction that does the thing, so that neither exists without the other. */
import type { Db } from '@/db/client';
import { insertAudit } from '@/db/queries/audit';
import { userIdOf, type Actor } from './auth/actor';

/** `action` is `subject.verb`, e.g. `round.start`. */
export async function audit(tx: Db, actor: Actor, action: string, subjectId: string | null, data: object = {}): Promise<void> {
  await insertAudit(tx, { actorId: userIdOf(actor), action, subjectId, data });
}
