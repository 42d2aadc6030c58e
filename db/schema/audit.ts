import { bigserial, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from './people';

/** Who did what to what; written in the transaction that does it. `actorId` is null for the system itself. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    actorId: uuid().references(() => users.id),
    /** `subject.verb`, e.g. `round.start`. */
    action: text().notNull(),
    subjectId: text(),
    data: jsonb().notNull().default({}),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('audit_log_subject').on(t.subjectId, t.id)],
);
