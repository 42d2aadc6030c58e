/** People and their roles. E-mail addresses compare without case. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { Role } from '../enums';
import { users } from '../schema/people';

const person = {
  id: users.id,
  name: users.name,
  email: users.email,
  role: users.role,
  createdAt: users.createdAt,
  disabledAt: users.disabledAt,
};
const isThere = (id: string) => and(eq(users.id, id), isNull(users.deletedAt));
const hasEmail = (email: string) => eq(sql`lower(${users.email})`, email.toLowerCase());

/** Only someone who may still act. */
export async function findActivePerson(db: Db, id: string) {
  const [row] = await db
    .select(person)
    .from(users)
    .where(and(eq(users.id, id), isNull(users.disabledAt)));
  return row;
}

/** Also one whose account is closed; not one who was deleted. */
export async function findPerson(db: Db, id: string) {
  const [row] = await db.select(person).from(users).where(isThere(id));
  return row;
}

export async function findPersonByEmail(db: Db, email: string) {
  const [row] = await db
    .select({ ...person, passwordHash: users.passwordHash })
    .from(users)
    .where(hasEmail(email));
  return row;
}

export async function hasPeople(db: Db): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1)).length > 0;
}

export async function insertPerson(db: Db, row: { email: string; name: string; role: Role; passwordHash: string | null }) {
  const [inserted] = await db.insert(users).values(row).returning(person);
  return inserted!;
}

export async function listPeople(db: Db, page: { cursor?: string; limit: number }) {
  const isAfter = page.cursor
    ? sql`(${users.createdAt}, ${users.id}) > (select created_at, id from users where id = ${page.cursor})`
    : undefined;
  return db
    .select(person)
    .from(users)
    .where(and(isNull(users.deletedAt), isAfter))
    .orderBy(asc(users.createdAt), asc(users.id))
    .limit(page.limit + 1);
}

/** What they are called; the number is their place in the order in which people came to Heed. */
export async function callPeople(db: Db, ids: string[]): Promise<{ id: string; name: string | null; number: number }[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.execute<{ id: string; name: string | null; number: number }>(sql`
    select id, name, number from (select id, case when deleted_at is null then name end as name, row_number() over (order by created_at, id)::int as number from users) people
    where id in ${ids}`);
  return rows;
}

export async function findKeys(db: Db, id: string): Promise<Record<string, Record<string, string>> | undefined> {
  const [row] = await db.select({ keys: users.keys }).from(users).where(eq(users.id, id));
  return row?.keys;
}

/** The chosen keys of one page, in place of those before; the other pages keep theirs. */
export async function updateKeys(db: Db, id: string, page: string, keys: Record<string, string>): Promise<void> {
  await db
    .update(users)
    .set({ keys: sql`${users.keys} || jsonb_build_object(${page}::text, ${JSON.stringify(keys)}::jsonb)` })
    .where(eq(users.id, id));
}

/** Locks every active admin, so that two of them cannot demote each other at the same moment. */
export async function lockAdmins(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), isNull(users.disabledAt)))
    .orderBy(asc(users.id))
    .for('no key update');
  return rows.map((row) => row.id);
}

/** Serializes what one person does; null when they may not act any more. */
export async function lockPerson(db: Db, id: string) {
  const [row] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, id), isNull(users.disabledAt)))
    .for('no key update');
  return row ?? null;
}

export async function updateRole(db: Db, id: string, role: Role) {
  const [row] = await db.update(users).set({ role }).where(isThere(id)).returning(person);
  return row;
}

export async function updateDisabled(db: Db, id: string, isDisabled: boolean) {
  const [row] = await db
    .update(users)
    .set({ disabledAt: isDisabled ? sql`coalesce(${users.disabledAt}, now())` : null })
    .where(isThere(id))
    .returning(person);
  return row;
}
