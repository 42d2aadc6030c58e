/** People who can act at once: accounts in bulk, each with the cookie that a browser would have after signing in. */
import { encode } from 'next-auth/jwt';
import { pool } from '@/db/client';

export type Annotator = { id: string; headers: Record<string, string> };

export async function makeAnnotators(count: number, secret: string): Promise<Annotator[]> {
  const { rows } = await pool().query<{ id: string }>(
    `insert into users (email, name, role) select 'annotator' || i || '-' || gen_random_uuid() || '@example.org', 'Annotator ' || i, 'annotator' from generate_series(1, $1) i returning id`,
    [count],
  );
  return Promise.all(
    rows.map(async ({ id }) => ({
      id,
      headers: { cookie: `next-auth.session-token=${await encode({ secret, token: { sub: id } })}`, 'sec-fetch-site': 'same-origin' },
    })),
  );
}
