/**
 * `npm run bench:queue`: how fast the queue hands out tasks and takes answers, with a million tasks in the table and 200 annotators.
 *
 *     over HTTP     the built web app, one process; every annotator thinks two to five seconds a task
 *     SQL alone     the statements in a closed loop, ours and a naive read-then-write beside it
 *     --only http   or sql: one of the two
 *     --race        instead: is every task answered exactly as often as it asked for, while web processes are killed at random?
 *
 * On a built-in database of its own, in a temporary folder, with the settings that Heed gives it. Prints figures; asserts nothing.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closeDatabase } from '@/db/client';
import { ensureDatabase } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import { createRng } from '@/lib/rng';
import { closedLoop, examineNaive, examineOurs, naive, ours, prepareNaive } from '../load/closed-loop';
import { fillWithPairs, type FilledProject } from '../load/fill';
import { makeAnnotators, type Annotator } from '../load/people';
import { race } from '../load/race';
import { workOverHttp } from '../load/thinking';
import { WebProcess } from '../load/web-process';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    race: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    tasks: { type: 'string' },
    annotators: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});
const annotators = Number(flags.annotators);
const seconds = Number(flags.seconds);
const seed = Number(flags.seed);
const say = (text: string) => void (flags.json ? process.stderr : process.stdout).write(`${text}\n`);

const load = () => `load average ${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores`;

const folder = await mkdtemp(join(tmpdir(), 'heed-bench-queue-'));
process.env.HEED_POOL_SIZE = '16';
const database = await ensureDatabase({ folder });
process.env.DATABASE_URL = database.url;
try {
  await migrate(database.url);
  const result = flags.race ? await raceAll() : await measure();
  if (flags.json) console.log(JSON.stringify(result));
} finally {
  await closeDatabase();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}

async function raceAll(): Promise<object> {
  const tasks = Number(flags.tasks ?? 5000);
  say(`${annotators} claimers race through ${tasks} tasks in 4 web processes that are killed at random …`);
  const result = await race({ databaseUrl: database.url, claimers: annotators, tasks, processes: 4, poolSize: 12, seed });
  for (const [name, value] of Object.entries(result)) say(`${name.padEnd(14)}${Math.round(10 * value) / 10}`);
  return result;
}

async function measure(): Promise<object> {
  const tasks = Number(flags.tasks ?? 1_000_000);
  say(`Making ${tasks.toLocaleString('en')} tasks …`);
  const secret = randomUUID();
  const project = await fillWithPairs(tasks, 'case when i % 5 = 0 then 3 else 1 end');
  const people = await makeAnnotators(annotators, secret);

  const http = flags.only === 'sql' ? null : await overHttp(project, people, secret);
  if (flags.only === 'http') return { ...http, tasks, annotators };

  const userIds = people.map((person) => person.id);
  const loop = await closedLoop(ours(project), userIds, seconds);
  const sql = { ...loop, ...(await examineOurs(project, loop.answers + (http?.answers ?? 0))) };
  say(`\nThe SQL alone, ${annotators} loops over ${process.env.HEED_POOL_SIZE} connections (${load()}):`);
  report(sql);

  await prepareNaive(project);
  const naiveLoop = await closedLoop(naive, userIds, seconds);
  const readThenWrite = { ...naiveLoop, ...(await examineNaive()) };
  say(`\nRead, then write, the same loops (${load()}):`);
  report(readThenWrite);
  return { ...http, sql, naive: readThenWrite, tasks, annotators };
}

async function overHttp(project: FilledProject, people: Annotator[], secret: string) {
  const web = await WebProcess.start(database.url, secret, 16);
  const before = load();
  try {
    // A process that has just started compiles what it runs; people who come to one that has run for a minute do not see that.
    const warmUpSeconds = 40;
    const http = await workOverHttp({ port: web.port, project, annotators: people, seconds, warmUpSeconds, rng: createRng(seed) });
    say(`\nOver HTTP, ${annotators} annotators who think 2–5 s (${before}, then ${load()}):`);
    report(http);
    return http;
  } finally {
    await web.kill();
  }
}

type Figures = Awaited<ReturnType<typeof closedLoop>> & { overAssigned: number; lost: number; doubled: number };

function report({ claim, submit, throughput, answers, overAssigned, lost, doubled }: Figures): void {
  for (const [name, { p50, p95, p99 }] of Object.entries({ claim, submit }))
    say(`  ${name.padEnd(8)}p50 ${p50} ms   p95 ${p95} ms   p99 ${p99} ms`);
  say(`  ${throughput}/s; ${answers} answers; over-assigned ${overAssigned}, lost ${lost}, doubled ${doubled}`);
}
