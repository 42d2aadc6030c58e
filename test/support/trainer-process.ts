/** The trainer's main thread as a process of its own, with the fake worker, for tests that kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type Trainer = { process: ChildProcess; output(): string; stop(signal?: NodeJS.Signals): Promise<number | null> };

export function startTrainer(databaseUrl: string, dataFolder: string, settings: Record<string, string> = {}): Trainer {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'trainer/main.ts')], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      HEED_DATA: dataFolder,
      HEED_WORKER: new URL('./fake-worker.mjs', import.meta.url).href,
      HEED_POOL_SIZE: '4',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk));
  child.stderr!.on('data', (chunk: Buffer) => (output += chunk));
  return {
    process: child,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
      return child.exitCode;
    },
  };
}

/** Asks until the answer is truthy. */
export async function until<T>(ask: () => Promise<T>, seconds = 90): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(50)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`waited ${seconds} s in vain for: ${ask.toString()}`);
}
