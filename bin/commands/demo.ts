/**
 * `heed demo`: the whole loop without hands. A Heed of its own (temporary data folder, free port, built-in database) is
 * started as a person would start it; simulated annotators sign in and label over HTTP; an admin starts the rounds. Nothing
 * of the user's is touched, and nothing is left behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '@/lib/auth/actor';
import { env } from '@/lib/env';
import { HeedError } from '@/lib/errors';
import { checkpointFolder } from '@/lib/jobs/folders';
import { acceptInvitation } from '@/lib/people/accept-invitation';
import { invite } from '@/lib/people/invite';
import { demoSlug } from '@/lib/projects/ensure-demo-project';
import type { MetricPoint, RoundDetail } from '@/lib/rounds/round';
import type { WorkProgress } from '@/lib/tasks/claim';
import { createRng } from '@/lib/rng';
import { configureRuntime } from '@/trainer/runtime/jit';
import { labelTogether, type Annotator } from '../demo/annotators';
import { signIn, type Client } from '../demo/client';
import { evaluatePolicy } from '../demo/evaluate';
import { withDatabase } from '../open-database';
import { table } from '../output';

export type DemoOptions = { seed: number; rounds: number; json?: boolean };
export type DemoRound = {
  round: number;
  labels: number;
  rmAccuracy: number;
  kl: number;
  meanLength: number;
  distinct2: number;
  distinct2OfSft: number;
  winRate: number;
  low: number;
  high: number;
  seconds: number;
};

const password = 'simulated-annotators-only';
const annotatorNames = ['Ada', 'Ben', 'Chi', 'Dia'];
const demonstrationsFirst = 24;
const demonstrationsLater = 8;
const comparisonsPerRound = 240;
const rankingsPerRound = 20;
const startSeconds = 300;

export async function demo({ seed, rounds, json }: DemoOptions): Promise<void> {
  if (rounds < 1) throw new HeedError('invalid', '--rounds must be at least 1.');
  const folder = await mkdtemp(path.join(tmpdir(), 'heed-demo-'));
  // Nothing in the environment may lead to the user's own data or address.
  for (const name of ['DATABASE_URL', 'HEED_URL', 'HOST', 'PORT', 'NEXTAUTH_SECRET', 'NEXTAUTH_URL', 'HEED_METRICS_TOKEN'])
    delete process.env[name];
  process.env.HEED_DATA = folder;
  configureRuntime({ threads: availableParallelism() });
  say(`A Heed of its own is starting in ${folder} …`);
  const heed = await startHeed(folder);
  const removeAll = async () => {
    heed.kill('SIGTERM');
    if (heed.exitCode === null && heed.signalCode === null) await once(heed, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  const interrupted = () => void removeAll().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const { url, token } = await setupLink(heed);
    const results = await withDatabase(() => runRounds(url, token, seed, rounds));
    if (json) console.log(JSON.stringify({ seed, rounds: results }));
    else console.log(table(header, results.map(row)).join('\n'));
  } finally {
    await removeAll();
  }
}

async function runRounds(url: string, token: string, seed: number, rounds: number): Promise<DemoRound[]> {
  const adminEmail = 'admin@demo.invalid';
  const actor = await acceptInvitation({ token, name: 'Demo admin', email: adminEmail, password });
  const admin = await signIn(url, adminEmail, password);
  const annotators = await Promise.all(annotatorNames.map((name) => makeAnnotator(actor, url, name, createRng(seed).fork(name))));
  await untilThereIsWork(admin);

  const results: DemoRound[] = [];
  for (let round = 1; round <= rounds; round++) {
    const startedAt = performance.now();
    const demonstrations = await labelTogether(
      annotators,
      demoSlug,
      'demonstrate',
      round === 1 ? demonstrationsFirst : demonstrationsLater,
    );
    const comparisons = await labelTogether(annotators, demoSlug, 'compare', comparisonsPerRound);
    const rankings = await labelTogether(annotators, demoSlug, 'rank', rankingsPerRound);
    say(`Round ${round}: ${demonstrations} demonstrations, ${comparisons} comparisons and ${rankings} rankings given`);
    const started = await admin.post<{ roundId: string }>(`/api/v1/projects/${demoSlug}/rounds`, { seed: seed + round });
    const detail = await follow(admin, started!.roundId);
    results.push(await judgeRound(admin, detail, startedAt));
  }
  return results;
}

async function makeAnnotator(admin: Actor, url: string, name: string, rng: Annotator['rng']): Promise<Annotator> {
  const email = `${name.toLowerCase()}@demo.invalid`;
  const { token } = await invite(admin, { email, role: 'annotator' });
  await acceptInvitation({ token, name, email, password });
  return { client: await signIn(url, email, password), rng };
}

/** The built-in model writes the first pairs right after the start. */
async function untilThereIsWork(admin: Client): Promise<void> {
  for (const deadline = Date.now() + startSeconds * 1000; Date.now() < deadline; await sleep(500)) {
    const { compare } = await admin.get<WorkProgress>(`/api/v1/projects/${demoSlug}/progress`);
    if (compare.open > 0) return;
  }
  throw new HeedError('unavailable', `No responses to compare came within ${startSeconds} s. Look into ${env().dataFolder}/logs.`);
}

async function follow(admin: Client, roundId: string): Promise<RoundDetail> {
  let said = '';
  for (;;) {
    const round = await admin.get<RoundDetail>(`/api/v1/rounds/${roundId}`);
    const stage = round.stages.at(-1);
    const now = stage ? `${stage.stage} ${Math.round(stage.progress * 10) * 10} %` : 'queued';
    if (now !== said) say(`Round ${round.number}: ${(said = now)}`);
    if (round.state === 'failed' || round.state === 'cancelled')
      throw new HeedError('unavailable', `Round ${round.number} ${round.state}: ${round.error}`);
    if (round.state === 'succeeded') return round;
    await sleep(500);
  }
}

async function judgeRound(admin: Client, round: RoundDetail, startedAt: number): Promise<DemoRound> {
  const { metrics } = await admin.get<{ metrics: MetricPoint[] }>(`/api/v1/rounds/${round.id}/metrics`);
  const last = (key: string) => metrics.filter((m) => m.key === key).at(-1)?.value ?? NaN;
  const folderOf = (kind: 'sft' | 'policy') => checkpointFolder(round.checkpoints.find((c) => c.kind === kind)!);
  const { numPrompts: _, ...decoding } = round.config.sample;
  const verdict = await evaluatePolicy({ policy: folderOf('policy'), sft: folderOf('sft') }, { ...decoding, seed: round.seed });
  const result: DemoRound = {
    round: round.number,
    labels: round.demonstrations + round.comparisons,
    rmAccuracy: last('eval_accuracy'),
    kl: last('objective/kl'),
    meanLength: verdict.meanLength,
    distinct2: verdict.distinct2,
    distinct2OfSft: verdict.distinct2OfSft,
    winRate: verdict.winRate,
    low: verdict.low,
    high: verdict.high,
    seconds: (performance.now() - startedAt) / 1000,
  };
  say(
    `Round ${round.number}: the hidden judge prefers the new policy over SFT in ${percent(result.winRate)} (${percent(result.low)} … ${percent(result.high)})`,
  );
  return result;
}

const header = [
  'round',
  'labels',
  'RM accuracy',
  'KL (nats)',
  'length (tokens)',
  'distinct-2 (SFT)',
  'win rate over SFT',
  '95 % interval',
  'seconds',
];
const row = (r: DemoRound): string[] => [
  String(r.round),
  String(r.labels),
  percent(r.rmAccuracy),
  r.kl.toFixed(2),
  r.meanLength.toFixed(1),
  `${r.distinct2.toFixed(3)} (${r.distinct2OfSft.toFixed(3)})`,
  percent(r.winRate),
  `${percent(r.low)} … ${percent(r.high)}`,
  r.seconds.toFixed(0),
];
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const say = (line: string) => process.stderr.write(`${line}\n`);

async function startHeed(folder: string): Promise<ChildProcess> {
  const { root } = env();
  return spawn(process.execPath, [path.join(root, 'bin', 'heed'), '--data', folder, 'start', '--port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What a person would read from the terminal. */
async function setupLink(heed: ChildProcess): Promise<{ url: string; token: string }> {
  for await (const line of createInterface({ input: heed.stdout! })) {
    const [, url, token] = /(http:\/\/\S+?)\/set-up\?token=(\S+)/.exec(line) ?? [];
    if (url && token) {
      heed.stdout!.resume();
      return { url, token };
    }
  }
  throw new HeedError('unavailable', 'The demo’s own Heed did not start; the lines above say why.');
}
