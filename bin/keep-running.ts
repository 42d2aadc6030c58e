/**
 * Keeps one Node program running: starts it again, later and later, when it ends unasked. Its output goes to a log file, what
 * it says on stderr also to ours. It ends with us, however we end (parent-watch.mjs).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export type Program = { name: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv; logFolder: string };
export type Running = { logFile: string; failures: number; stop(): Promise<void> };

const longestDelaySeconds = 30;
const stableSeconds = 60;
const stopSeconds = 15;
const maxLogBytes = 20 * 1024 * 1024;

export function keepRunning({ name, args, cwd, env, logFolder }: Program): Running {
  const logFile = path.join(logFolder, `${name}.log`);
  let child: ChildProcess;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;
  const running: Running = { logFile, failures: 0, stop };

  function launch(): void {
    const startedAt = Date.now();
    if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(logFile, `${logFile}.1`);
    const log = openSync(logFile, 'a', 0o600);
    child = spawn(process.execPath, ['--enable-source-maps', '--import', './bin/parent-watch.mjs', ...args], {
      cwd,
      env: { ...env, HEED_LAUNCHER: String(process.pid) },
      // A group of its own: Ctrl+C reaches only the launcher, which then stops its children in order.
      detached: true,
      stdio: ['ignore', log, 'pipe'],
    });
    closeSync(log);
    createInterface({ input: child.stderr! }).on('line', (line) => {
      appendFileSync(logFile, `${line}\n`);
      console.error(`[${name}] ${line}`);
    });
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      running.failures = Date.now() - startedAt > stableSeconds * 1000 ? 1 : running.failures + 1;
      const delaySeconds = Math.min(2 ** (running.failures - 1), longestDelaySeconds);
      console.error(`The ${name} ended (${signal ?? `exit code ${code}`}); it starts again in ${delaySeconds} s. Its log: ${logFile}`);
      timer = setTimeout(launch, delaySeconds * 1000);
    });
  }

  async function stop(): Promise<void> {
    isStopping = true;
    clearTimeout(timer);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const impatience = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), stopSeconds * 1000);
    await exit;
    clearTimeout(impatience);
  }

  launch();
  return running;
}
