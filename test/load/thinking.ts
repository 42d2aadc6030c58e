/** Annotators at work over HTTP: each gets a task, thinks for two to five seconds, answers, and gets the next. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pool } from '@/db/client';
import type { Rng } from '@/lib/rng';
import { post } from './client';
import type { FilledProject } from './fill';
import type { Annotator } from './people';
import { quantiles, type Quantiles } from './quantiles';

export type HttpResult = {
  claim: Quantiles;
  submit: Quantiles;
  /** Requests a second. */
  throughput: number;
  answers: number;
  overAssigned: number;
  lost: number;
  doubled: number;
};

type Options = { port: number; project: FilledProject; annotators: Annotator[]; seconds: number; warmUpSeconds: number; rng: Rng };

/** Milliseconds, from sending a request to having the whole reply. What happens while it warms up is not timed. */
export async function workOverHttp({ port, project, annotators, seconds, warmUpSeconds, rng }: Options): Promise<HttpResult> {
  const began = performance.now() + warmUpSeconds * 1000;
  const end = began + seconds * 1000;
  const times = { claim: [] as number[], submit: [] as number[] };
  const acknowledged: string[] = [];

  async function call(what: 'claim' | 'submit', annotator: Annotator, path: string, body: object): Promise<unknown> {
    const isTimed = performance.now() >= began;
    const { status, data, milliseconds } = await post(port, `/api/v1/${path}`, body, annotator.headers);
    if (status !== 200) throw new Error(`${what}: ${status} ${JSON.stringify(data)}`);
    if (isTimed) times[what].push(milliseconds);
    return data;
  }

  await Promise.all(
    annotators.map(async (annotator, i) => {
      const own = rng.fork(`annotator ${i}`);
      // They did not all sit down at once.
      await sleep(3500 * own.next());
      while (performance.now() < end) {
        const { lease } = (await call('claim', annotator, `projects/${project.slug}/claims`, { kind: 'compare' })) as {
          lease: { id: string };
        };
        await sleep(2000 + 3000 * own.next());
        const idempotencyKey = randomUUID();
        await call('submit', annotator, `leases/${lease.id}/preference`, { idempotencyKey, grade: own.int(7) - 3 });
        acknowledged.push(idempotencyKey);
      }
    }),
  );
  const timed = times.claim.length + times.submit.length;
  return {
    claim: quantiles(times.claim),
    submit: quantiles(times.submit),
    throughput: Math.round((10 * timed) / ((performance.now() - began) / 1000)) / 10,
    answers: acknowledged.length,
    ...(await examine(project.id, acknowledged)),
  };
}

async function examine(projectId: string, acknowledged: string[]): Promise<{ overAssigned: number; lost: number; doubled: number }> {
  const { rows } = await pool().query(
    `with per_task as (
      select (select count(*) from leases l where l.task_id = t.id and l.state in ('active', 'submitted')) as seats, t.overlap
      from tasks t where t.project_id = $1 and (t.answered > 0 or t.leased > 0)
    )
    select (select count(*) filter (where seats > overlap) from per_task)::int as "overAssigned",
      (select count(*) - count(distinct (task_id, user_id)) from preferences where project_id = $1)::int as doubled,
      $2 - (select count(*) from preferences where project_id = $1 and idempotency_key = any($3))::int as lost`,
    [projectId, acknowledged.length, acknowledged],
  );
  return rows[0];
}
