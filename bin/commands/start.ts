/**
 * The launcher. Order matters: port → data folder and secret → database → schema → demo project → web build → web, trainer and inference →
 * tell the person where to go. On the way down: those first, the database last.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { db } from '@/db/client';
import { connectionLimit } from '@/db/queries/health';
import { prepareDataFolder, readOrMakeSecret } from '@/lib/data-folder';
import { env } from '@/lib/env';
import { HeedError } from '@/lib/errors';
import { createSetupLink } from '@/lib/people/create-setup-link';
import { ensureDemoProject } from '@/lib/projects/ensure-demo-project';
import { poolSizes, type PoolSizes } from '../connections';
import { keepRunning, type Running } from '../keep-running';
import { modelReader } from '../model-reader';
import { openDatabase } from '../open-database';
import { settlePort } from '../port';
import { pause, stopSignal } from '../stop-signal';

const readySeconds = 120;

/** What bin/heed.mjs hands over. */
export type Launch = {
  /** Makes sure that the web app is built. */
  buildWeb(): Promise<void>;
  /** The process that started us, as it was before anything took its time. */
  parent: number;
};

/** Runs until it is told to stop. */
export async function start({ buildWeb, parent }: Launch): Promise<void> {
  const stop = stopSignal(parent);
  process.env.PORT = String(await settlePort(env().host, env().port));
  const { dataFolder, baseUrl, authSecret } = env();
  prepareDataFolder(dataFolder);
  process.env.NEXTAUTH_SECRET = authSecret ?? readOrMakeSecret(dataFolder);
  process.env.NEXTAUTH_URL = baseUrl;

  for (let isFirst = true; !stop.aborted; isFirst = false) {
    const database = await openDatabase();
    const children: Running[] = [];
    try {
      await ensureDemoProject({ prompts: demoPrompts(), ...modelReader });
      await buildWeb();
      children.push(...startChildren(poolSizes(await connectionLimit(db()), env().poolSize)));
      const web = children[0]!;
      await untilAnswering(web, stop);
      if (isFirst && !stop.aborted) await greet();
      while (database.isAlive() && !stop.aborted) await pause(1000, stop);
      console.error(stop.aborted ? 'Stopping …' : 'The database server ended; starting everything again.');
    } finally {
      await Promise.all(children.map((child) => child.stop()));
      await database.stop();
    }
  }
}

function demoPrompts(): string[] {
  return JSON.parse(readFileSync(path.join(env().root, 'trainer/base-model/prompts.json'), 'utf8')) as string[];
}

/** The web app comes first. */
function startChildren(pools: PoolSizes): Running[] {
  const { root, dataFolder, host, port } = env();
  const base = {
    cwd: root,
    logFolder: path.join(dataFolder, 'logs'),
    env: { ...process.env, HEED_DATA: dataFolder, NODE_ENV: 'production' as const },
  };
  const web = ['node_modules/next/dist/bin/next', 'start', '--hostname', host, '--port', String(port)];
  return [
    keepRunning({ ...base, name: 'web', args: web, env: { ...base.env, HEED_POOL_SIZE: String(pools.web) } }),
    keepRunning({ ...base, name: 'trainer', args: ['.build/trainer.js'], env: { ...base.env, HEED_POOL_SIZE: String(pools.trainer) } }),
    keepRunning({ ...base, name: 'inference', args: ['.build/inference.js'] }),
  ];
}

async function untilAnswering(web: Running, stop: AbortSignal): Promise<void> {
  const { host, port } = env();
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  for (const deadline = Date.now() + readySeconds * 1000; Date.now() < deadline && web.failures < 3; await pause(100, stop)) {
    const reply = await fetch(`http://${address}:${port}/api/health`).catch(() => undefined);
    if (reply?.ok || stop.aborted) return;
  }
  throw new HeedError('unavailable', `The web app does not come up. Its log says why: ${web.logFile}`);
}

async function greet(): Promise<void> {
  const { baseUrl, dataFolder, host } = env();
  const setup = await createSetupLink();
  const lines = setup
    ? [`Heed is ready. Make your account first, with this link (good for one use, until tomorrow):`, `  ${baseUrl}${setup.path}`]
    : [`Heed is ready: ${baseUrl}`];
  const isOpen = !['127.0.0.1', '::1', 'localhost'].includes(host);
  if (isOpen && !process.env.HEED_URL) lines.push('', 'For other machines, set HEED_URL to the address under which they reach this one.');
  console.log(['', ...lines, '', `Stop with Ctrl+C. Data and logs are in ${dataFolder}`, ''].join('\n'));
}
