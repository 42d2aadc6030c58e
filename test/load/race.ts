/**
 * Many annotators race through a queue that several web processes serve, while these are killed with SIGKILL at random and started
 * again. Annotators behave as pages do, and worse: they send again, under the same idempotency key, until somebody answers, sometimes
 * to two processes at once; some go away with a task and come back after their time ran out. In the end every task must have exactly the
 * answers it asked for, and every answer that was acknowledged must be there once.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pool } from '@/db/client';
import { createRng, type Rng } from '@/lib/rng';
import { post, type Reply } from './client';
import { fillWithPairs, type FilledProject } from './fill';
import { makeAnnotators, type Annotator } from './people';
import { WebProcess } from './web-process';

export type RaceOptions = { databaseUrl: string; claimers: number; tasks: number; processes: number; poolSize: number; seed: number };

export type RaceResult = {
  tasks: number;
  /** Sum of the overlaps. */
  wanted: number;
  /** Answers that count. */
  collected: number;
  /** Tasks with another number of counted answers than they asked for. */
  wrong: number;
  overAssigned: number;
  /** Acknowledged, but not in the database. */
  lost: number;
  /** Stored more than once, or one person twice on a task. */
  doubled: number;
  late: number;
  kills: number;
  /** Requests that got no answer, or were told that the database is not there. */
  failures: number;
  requests: number;
  seconds: number;
};

/** In a project: the shortest time that a task may stay with a person. */
const leaseMinutes = 0.05;
const overlap = 'case when i % 10 < 6 then 1 when i % 10 < 8 then 2 when i % 10 = 8 then 3 else 5 end';

export async function race(options: RaceOptions): Promise<RaceResult> {
  const { databaseUrl, claimers, tasks, processes, poolSize, seed } = options;
  const secret = randomUUID();
  const rng = createRng(seed);
  const project = await fillWithPairs(tasks, overlap, { leaseMinutes });
  const annotators = await makeAnnotators(claimers, secret);
  const webs = await Promise.all(Array.from({ length: processes }, () => WebProcess.start(databaseUrl, secret, poolSize)));
  const began = performance.now();
  const course: Course = { project, webs, isOver: false, requests: 0, failures: 0, acknowledged: new Map() };
  const kills = killAtRandom(course, rng.fork('kills'));
  try {
    await Promise.all([untilDone(course), ...annotators.map((annotator, i) => work(course, annotator, rng.fork(`annotator ${i}`)))]);
    const seconds = (performance.now() - began) / 1000;
    return { ...(await examine(course)), kills: await kills, failures: course.failures, requests: course.requests, seconds };
  } finally {
    course.isOver = true;
    await kills.catch(() => {});
    await Promise.all(webs.map((web) => web.kill()));
  }
}

type Course = {
  project: FilledProject;
  webs: WebProcess[];
  isOver: boolean;
  requests: number;
  failures: number;
  /** What the server said of each answer, by idempotency key. */
  acknowledged: Map<string, string>;
};

/** How many were killed. At least one process is left alone at any time. */
async function killAtRandom(course: Course, rng: Rng): Promise<number> {
  for (let kills = 0; ; kills++) {
    await sleep(500 + 2000 * rng.next());
    if (course.isOver) return kills;
    const web = rng.pick(course.webs);
    await web.kill();
    await web.launch();
  }
}

async function untilDone(course: Course): Promise<void> {
  for (; !course.isOver; await sleep(300)) {
    const { rowCount } = await pool().query(`select 1 from tasks where project_id = $1 and state = 'open' limit 1`, [course.project.id]);
    course.isOver = rowCount === 0;
  }
}

type Claimed = { lease: { id: string } };

async function work(course: Course, annotator: Annotator, rng: Rng): Promise<void> {
  const away: { leaseId: string; back: number }[] = [];
  while (!course.isOver || away.length > 0) {
    const due = away.findIndex((one) => course.isOver || one.back <= Date.now());
    if (due >= 0) {
      await submit(course, annotator, rng, away.splice(due, 1)[0]!.leaseId);
      continue;
    }
    if (course.isOver) return;
    const except = away.map((one) => one.leaseId);
    const reply = await insist(course, annotator, rng, `projects/${course.project.slug}/claims`, { kind: 'compare', except });
    if (reply.status === 204) await sleep(100 + 200 * rng.next());
    else if (reply.status !== 200) throw new Error(`A claim was refused: ${reply.status} ${JSON.stringify(reply.data)}`);
    else if (rng.next() < 0.05) away.push({ leaseId: (reply.data as Claimed).lease.id, back: Date.now() + 2000 + 5000 * rng.next() });
    else await submit(course, annotator, rng, (reply.data as Claimed).lease.id);
  }
}

async function submit(course: Course, annotator: Annotator, rng: Rng, leaseId: string): Promise<void> {
  const idempotencyKey = randomUUID();
  const send = () => insist(course, annotator, rng, `leases/${leaseId}/preference`, { idempotencyKey, grade: rng.int(7) - 3 });
  const replies = rng.next() < 0.1 ? await Promise.all([send(), send()]) : [await send()];
  for (const { status, data } of replies) {
    // They opened it anew, and answer it there.
    if (status === 409 && JSON.stringify(data).includes('reopened')) continue;
    if (status !== 200) throw new Error(`An answer was refused: ${status} ${JSON.stringify(data)}`);
    course.acknowledged.set(idempotencyKey, (data as { status: string }).status);
  }
}

/** Asks one process after another until one answers. */
async function insist(course: Course, annotator: Annotator, rng: Rng, path: string, body: object): Promise<Reply> {
  for (;;) {
    course.requests++;
    const web = rng.pick(course.webs);
    const reply = await post(web.port, `/api/v1/${path}`, body, annotator.headers);
    if (reply.status === 500) throw new Error(`The server broke on ${path}: ${web.output}`);
    if (reply.status !== 0 && reply.status !== 503) return reply;
    course.failures++;
    await sleep(20 + 80 * rng.next());
  }
}

async function examine({ project, acknowledged }: Course): Promise<Omit<RaceResult, 'kills' | 'failures' | 'requests' | 'seconds'>> {
  const { rows } = await pool().query(
    `with per_task as (
      select t.overlap, t.answered, t.leased, t.state,
        (select count(*) from preferences p where p.task_id = t.id and p.standing = 'counted') as counted,
        (select count(*) - count(distinct p.user_id) from preferences p where p.task_id = t.id) as twice,
        (select count(*) from leases l where l.task_id = t.id and l.state in ('active', 'submitted')) as seats
      from tasks t where t.project_id = $1
    )
    select count(*)::int as tasks, sum(overlap)::int as wanted, sum(counted)::int as collected,
      (count(*) filter (where counted <> overlap or answered <> overlap or leased <> 0 or state <> 'done'))::int as wrong,
      (count(*) filter (where counted > overlap or seats > overlap))::int as "overAssigned",
      sum(twice)::int + (select count(*) - count(distinct idempotency_key) from preferences where project_id = $1)::int as doubled,
      (select count(*) from preferences where project_id = $1 and standing = 'late')::int as late
    from per_task`,
    [project.id],
  );
  const stored = await pool().query<{ key: string }>(
    `select idempotency_key as key from unnest($2::text[], $3::boolean[]) as said(key, is_late)
    join preferences on idempotency_key = key and (standing = 'late') = is_late where project_id = $1`,
    [project.id, [...acknowledged.keys()], [...acknowledged.values()].map((status) => status === 'late')],
  );
  return { ...rows[0], lost: acknowledged.size - stored.rows.length };
}
