import type { Db } from '../client';
import { auditLog } from '../schema/audit';

export async function insertAudit(
  db: Db,
  row: { actorId: string | null; action: string; subjectId: string | null; data: object },
): Promise<void> {
  await db.insert(auditLog).values(row);
}
