import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pool } from '@/db/client';
import { admitOidc } from '@/lib/auth/admit-oidc';
import { hashPassword } from '@/lib/auth/password';
import { signIn } from '@/lib/auth/sign-in';
import type { Actor } from '@/lib/auth/actor';
import { acceptInvitation } from '@/lib/people/accept-invitation';
import { createSetupLink } from '@/lib/people/create-setup-link';
import { disablePerson, enablePerson } from '@/lib/people/disable-person';
import { findInvitation } from '@/lib/people/find-invitation';
import { invite } from '@/lib/people/invite';
import { listInvitations, listPeople } from '@/lib/people/list-people';
import { revokeInvitation } from '@/lib/people/revoke-invitation';
import { setRole } from '@/lib/people/set-role';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson } from '../support/factory';

vi.mock('@/lib/auth/password', async (original) => {
  const real = await original<typeof import('@/lib/auth/password')>();
  return { ...real, hashPassword: vi.fn(real.hashPassword) };
});

let database: TestDatabase;
let admin: Actor;
const password = 'correct horse battery';
const place = '127.0.0.1';

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const join = (token: string, email: string) => acceptInvitation({ token, name: 'Somebody', email, password });

describe('the first account', () => {
  it('is made through the newest set-up link, once, however many race', async () => {
    const old = (await createSetupLink())!;
    const { token } = (await createSetupLink())!;
    await expect(findInvitation(old.token)).rejects.toMatchObject({ code: 'conflict', details: { state: 'revoked' } });
    expect(await findInvitation(token)).toEqual({ role: 'admin', email: null, isSetup: true });
    const results = await Promise.allSettled(['a@example.org', 'b@example.org', 'c@example.org'].map((email) => join(token, email)));
    const made = results.filter((result) => result.status === 'fulfilled');
    expect(made).toHaveLength(1);
    admin = made[0]!.value;
    expect(admin.role).toBe('admin');
    expect(await createSetupLink()).toBeNull();
    await expect(findInvitation(token)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('used already') });
  });
});

describe('invitations', () => {
  it('work once, for their role', async () => {
    const { token, path } = await invite(admin, { role: 'reviewer' });
    expect(path).toBe(`/invite/${token}`);
    expect(await join(token, 'Rev@Example.org')).toMatchObject({ role: 'reviewer', email: 'Rev@Example.org' });
    await expect(join(token, 'second@example.org')).rejects.toMatchObject({ code: 'conflict', details: { state: 'used' } });
  });

  it('expire, can be withdrawn, and unknown ones are not found', async () => {
    vi.mocked(hashPassword).mockClear();
    const { token, id } = await invite(admin, { role: 'annotator' });
    await pool().query(`update invitations set expires_at = now() - interval '1 second' where id = $1`, [id]);
    await expect(join(token, 'late@example.org')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('expired') });
    const other = await invite(admin, { role: 'annotator' });
    await revokeInvitation(admin, { invitationId: other.id });
    await expect(join(other.token, 'late@example.org')).rejects.toMatchObject({ details: { state: 'revoked' } });
    await expect(revokeInvitation(admin, { invitationId: other.id })).rejects.toMatchObject({ code: 'conflict' });
    for (const open of [findInvitation, (token: string) => join(token, 'no@example.org')])
      await expect(open('no such token')).rejects.toMatchObject({ code: 'not_found' });
    expect(hashPassword).not.toHaveBeenCalled();
  });

  it('bound to an address are for that address; one address has one account, whatever the case', async () => {
    const { token } = await invite(admin, { role: 'annotator', email: 'ann@example.org' });
    await expect(join(token, 'eve@example.org')).rejects.toMatchObject({ code: 'forbidden' });
    await join(token, 'Ann@example.org');
    await expect(invite(admin, { role: 'annotator', email: 'ANN@example.org' })).rejects.toMatchObject({ code: 'conflict' });
    const open = await invite(admin, { role: 'annotator' });
    await expect(join(open.token, 'ANN@example.org')).rejects.toMatchObject({ code: 'conflict' });
    expect(await findInvitation(open.token)).toMatchObject({ role: 'annotator' });
  });

  it('keep only a hash of the token, and passwords as scrypt', async () => {
    const { token } = await invite(admin, { role: 'annotator' });
    const { rows } = await pool().query('select token_hash from invitations');
    expect(rows.every((row) => /^[0-9a-f]{64}$/.test(row.token_hash) && row.token_hash !== token)).toBe(true);
    const users = await pool().query('select password_hash from users where password_hash is not null');
    expect(users.rows.every((row) => row.password_hash.startsWith('scrypt$32768$8$1$'))).toBe(true);
  });

  it('name the fields that do not fit', async () => {
    const { token } = await invite(admin, { role: 'annotator' });
    await expect(acceptInvitation({ token, name: ' ', email: 'nonsense', password: 'short' })).rejects.toMatchObject({
      code: 'invalid',
      details: { fields: { name: 'Enter a name.', email: 'Enter an e-mail address.', password: 'At least 10 characters.' } },
    });
  });
});

describe('roles', () => {
  it('there is always an admin left, even when two demote each other at once', async () => {
    await expect(setRole(admin, { personId: admin.id, role: 'annotator' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(disablePerson(admin, { personId: admin.id })).rejects.toMatchObject({ code: 'conflict' });
    const second = await makePerson('admin');
    const results = await Promise.allSettled([
      setRole(admin, { personId: second.id, role: 'annotator' }),
      setRole(second, { personId: admin.id, role: 'annotator' }),
    ]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    await pool().query(`update users set role = 'admin' where id = $1`, [admin.id]);
    await pool().query(`update users set role = 'annotator' where id = $1`, [second.id]);
  });

  it('only admins manage people, and every change is in the audit log', async () => {
    const annotator = await makePerson();
    for (const attempt of [
      () => invite(annotator, { role: 'admin' }),
      () => listPeople(annotator),
      () => setRole(annotator, { personId: annotator.id, role: 'admin' }),
      () => disablePerson(annotator, { personId: admin.id }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
    await setRole(admin, { personId: annotator.id, role: 'reviewer' });
    const { rows } = await pool().query('select action, data from audit_log where subject_id = $1', [annotator.id]);
    expect(rows).toEqual([{ action: 'person.set-role', data: { role: 'reviewer' } }]);
  });

  it('lists go by key: every person once, whatever the page size', async () => {
    const all = (await listPeople(admin, { limit: 200 })).items.map((person) => person.id);
    const paged: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await listPeople(admin, { limit: 2, cursor });
      paged.push(...page.items.map((person) => person.id));
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    expect((await listInvitations(admin)).items.map((one) => one.state)).toContain('revoked');
    await expect(listPeople(admin, { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('signing in', () => {
  it('takes the right password only, and not of a closed account', async () => {
    const { token } = await invite(admin, { role: 'annotator' });
    const person = await join(token, 'sign@example.org');
    expect(await signIn({ email: ' SIGN@example.org ', password, place })).toMatchObject({ id: person.id, role: 'annotator' });
    await expect(signIn({ email: 'sign@example.org', password: 'wrong', place })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(signIn({ email: 'nobody@example.org', password, place })).rejects.toMatchObject({ code: 'unauthenticated' });
    await disablePerson(admin, { personId: person.id });
    await expect(signIn({ email: 'sign@example.org', password, place })).rejects.toMatchObject({ code: 'unauthenticated' });
    await enablePerson(admin, { personId: person.id });
    expect(await signIn({ email: 'sign@example.org', password, place })).toMatchObject({ id: person.id });
  });

  it('pauses an account after ten failures from one place, even for the right password, and there only', async () => {
    const { token } = await invite(admin, { role: 'annotator' });
    await join(token, 'pair@example.org');
    const email = 'pair@example.org';
    await pool().query(`insert into sign_in_failures (key) select 'pair:203.0.113.9 ' || $1 from generate_series(1, 10)`, [email]);
    await expect(signIn({ email, password, place: '203.0.113.9' })).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await signIn({ email, password, place })).toMatchObject({ email });
    expect(await signIn({ email, password, place: null })).toMatchObject({ email });
  });

  it('pauses an account after a hundred failures from anywhere', async () => {
    const { token } = await invite(admin, { role: 'annotator' });
    await join(token, 'slow@example.org');
    await pool().query(`insert into sign_in_failures (key) select 'email:slow@example.org' from generate_series(1, 100)`);
    await expect(signIn({ email: 'slow@example.org', password, place })).rejects.toMatchObject({ code: 'rate_limited', status: 429 });
    const { rows } = await pool().query(`select count(*)::int as n from sign_in_failures where key = 'email:slow@example.org'`);
    expect(rows).toEqual([{ n: 100 }]);
    await pool().query(`update sign_in_failures set at = now() - interval '16 minutes'`);
    expect(await signIn({ email: 'slow@example.org', password, place })).toMatchObject({ email: 'slow@example.org' });
  });

  it('counts guesses that come all at once', async () => {
    const guesses = await Promise.allSettled(
      Array.from({ length: 30 }, () => signIn({ email: 'rush@example.org', password: 'guess', place })),
    );
    const codes = guesses.map((guess) => (guess as PromiseRejectedResult).reason.code as string);
    expect(codes.filter((code) => code === 'unauthenticated').length).toBeLessThanOrEqual(10);
    expect(codes).toContain('rate_limited');
  });

  it('through OIDC is for accounts and open invitations only, and for addresses that the provider has verified', async () => {
    expect(await admitOidc({ email: 'stranger@example.org' })).toBeNull();
    const known = await makePerson('reviewer');
    expect(await admitOidc({ email: known.email.toUpperCase() })).toMatchObject({ id: known.id, role: 'reviewer' });
    await invite(admin, { role: 'annotator', email: 'new@example.org' });
    expect(await admitOidc({ email: 'new@example.org', email_verified: false })).toBeNull();
    const twice = await Promise.all([1, 2].map(() => admitOidc({ email: 'new@example.org', name: 'New' })));
    expect(twice[0]).toMatchObject({ role: 'annotator', name: 'New' });
    expect(twice[1]).toEqual(twice[0]);
    await disablePerson(admin, { personId: known.id });
    expect(await admitOidc({ email: known.email })).toBeNull();
  });
});
