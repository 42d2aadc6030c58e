/**
 * The built Heed (web app and trainer) for a test, started as a person would start it: the launcher, on a free port, with a
 * temporary data folder. `npm test` has built it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type App = {
  url: string;
  /** Makes the first account; undefined when there is one. */
  setupUrl?: string;
  dataFolder: string;
  /** What the launcher has said so far, on both streams. */
  output(): string;
  process: ChildProcess;
  /** Ends it as SIGTERM does; resolves to the exit code. */
  stop(): Promise<number | null>;
};

export type AppOptions = {
  /** Without it the app makes a built-in database in its data folder. */
  databaseUrl?: string;
  /** Kept afterwards; default: a temporary one, removed by `stop`. */
  dataFolder?: string;
  env?: Record<string, string>;
};

const readySeconds = 180;

/** @throws with the launcher's output when it ends instead of coming up. */
export async function startApp({ databaseUrl, dataFolder, env }: AppOptions = {}): Promise<App> {
  const folder = dataFolder ?? mkdtempSync(path.join(tmpdir(), 'heed-app-'));
  const { child, output } = launch(['start'], { PORT: '0', HEED_DATA: folder, DATABASE_URL: databaseUrl ?? '', ...env });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
    if (!dataFolder) rmSync(folder, { recursive: true, force: true });
    return child.exitCode;
  };
  const deadline = Date.now() + readySeconds * 1000;
  while (!output().includes('Stop with Ctrl+C')) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`Heed did not come up:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const link = new URL(/https?:\/\/\S+/.exec(output())![0]);
  return { url: link.origin, setupUrl: link.search ? link.href : undefined, dataFolder: folder, output, process: child, stop };
}

/** Runs `bin/heed` to its end. */
export async function heed(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { child, stdout, stderr } = launch(args, env);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

function launch(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ['bin/heed', ...args], {
    // What vitest sets for itself must not reach a Heed that runs as in production. Below npm, Heed ends with its parent.
    env: {
      ...process.env,
      NODE_ENV: '',
      VITEST: '',
      npm_lifecycle_event: 'test',
      HEED_THREADS: '1',
      ...env,
    } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let both = '';
  child.stdout.on('data', (chunk) => ((out += chunk), (both += chunk)));
  child.stderr.on('data', (chunk) => ((err += chunk), (both += chunk)));
  return { child, output: () => both, stdout: () => out, stderr: () => err };
}
