/**
 * The built-in PostgreSQL: started by whoever needs it first, shared by everybody who comes later, gone when the last of
 * them ends, however it ends.
 *
 * How: every user of the server keeps a named pipe in its folder open for writing. The shell around the server reads from
 * it, so it sees the end of file when the last user has closed it or died, SIGKILL included, and then stops the server.
 * Nothing is ever written to the pipe. PostgreSQL's own lock file decides between starters that race.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findPrograms, type Programs } from './embedded-binaries';
import { dataFolder, giveTo, initialize, logFile, pidFile, readOrMakePassword, readyPort } from './embedded-files';
import { DatabaseUnavailableError } from './unavailable';

export type Database = {
  url: string;
  isEmbedded: boolean;
  /** Whether the server process is there; always true for a server that is not ours to watch. */
  isAlive(): boolean;
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** The data folder, which exists; the server lives in its `postgres/`. */
  folder: string;
  /** Server settings, e.g. `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>;
};

const startSeconds = 60;

/** DATABASE_URL if it is set, else the built-in server. @throws DatabaseUnavailableError saying what to do. */
export async function ensureDatabase({ folder, settings = {} }: EmbeddedOptions): Promise<Database> {
  const given = process.env.DATABASE_URL;
  if (given) {
    const problem = await connectionProblem(given);
    if (!problem) return { url: given, isEmbedded: false, isAlive: () => true, stop: async () => {} };
    const { host, pathname } = new URL(given);
    throw new DatabaseUnavailableError(
      `DATABASE_URL points to ${host}${pathname}, which cannot be used: ${describe(problem)}. Start that server or correct the address; without DATABASE_URL Heed uses its built-in database.`,
      { cause: problem },
    );
  }
  const home = path.join(path.resolve(folder), 'postgres');
  try {
    if (!existsSync(home)) mkdirSync(home, { mode: 0o700 });
  } catch (cause) {
    throw new DatabaseUnavailableError(
      `The data folder ${folder} cannot be written (${describe(cause)}). Choose another with HEED_DATA or --data.`,
      { cause },
    );
  }
  const programs = await findPrograms(home);
  const password = readOrMakePassword(programs);
  initialize(programs);
  return attachOrStart(programs, password, settings);
}

async function attachOrStart(programs: Programs, password: string, settings: Record<string, string>): Promise<Database> {
  const deadline = Date.now() + startSeconds * 1000;
  for (;;) {
    const pipe = openPipe(programs);
    const port = readyPort(programs);
    if (port && !(await connectionProblem(urlOf(port, password))) && pipe.isCurrent()) {
      return { url: urlOf(port, password), isEmbedded: true, isAlive: aliveness(programs), stop: () => release(pipe, programs) };
    }
    const { child, url } = await start(programs, password, settings, pipe.path);
    if (await isUp(child, programs, url, deadline)) {
      return { url, isEmbedded: true, isAlive: aliveness(programs), stop: () => release(pipe, programs, child) };
    }
    // It lost the race against another starter, met one that is still stopping, or somebody took the port.
    pipe.close();
    if (Date.now() > deadline) {
      throw new DatabaseUnavailableError(
        `The built-in database did not start within ${startSeconds} seconds. Its log is ${logFile(programs)}; the last lines:\n${lastLines(logFile(programs))}`,
      );
    }
    await sleep(100);
  }
}

type Pipe = { path: string; isCurrent(): boolean; close(): void };

/** Open for reading and writing, because that never blocks. */
function openPipe(programs: Programs): Pipe {
  const file = path.join(programs.folder, 'users');
  if (!existsSync(file)) {
    try {
      execFileSync('mkfifo', ['-m', '600', file], { stdio: 'ignore' });
    } catch (error) {
      if (!existsSync(file)) throw error;
    }
  }
  giveTo(programs, file);
  const fd = openSync(file, constants.O_RDWR);
  return {
    path: file,
    /** False when the server is already on its way down: the shell then has removed the pipe that we opened. */
    isCurrent: () => statSync(file, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino,
    close: () => closeSync(fd),
  };
}

/** $1: the pipe; the rest: the server's command line. */
const shell = `
pipe=$1; shift
"$@" </dev/null & server=$!
( cat "$pipe" >/dev/null; rm -f "$pipe"; kill -INT $server ) & watch=$!
wait $server; code=$?
kill $watch
exit $code`;

async function start(programs: Programs, password: string, settings: Record<string, string>, pipe: string) {
  const port = await freePort();
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '100',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const log = openSync(logFile(programs), 'a', 0o600);
  const child = spawn('/bin/sh', ['-c', shell, 'sh', pipe, ...programs.prefix, programs.postgres, '-D', dataFolder(programs), ...flags], {
    ...programs.identity,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  return { child, url: urlOf(port, password) };
}

async function isUp(child: ChildProcess, programs: Programs, url: string, deadline: number): Promise<boolean> {
  let isRunning = true;
  child.once('exit', () => (isRunning = false)).once('error', () => (isRunning = false));
  while (isRunning && Date.now() < deadline) {
    if (readyPort(programs) === Number(new URL(url).port) && !(await connectionProblem(url))) return true;
    await sleep(30);
  }
  return false;
}

/** Asks the process that is the server now, not one that may take its place later. */
function aliveness(programs: Programs): () => boolean {
  const pid = Number(readFileSync(pidFile(programs), 'utf8').split('\n')[0]);
  return () => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  };
}

/** Lets go of the server, and waits for its end if nobody else uses it. */
async function release(pipe: Pipe, programs: Programs, child?: ChildProcess): Promise<void> {
  pipe.close();
  const isLast = async () => {
    for (let i = 0; i < 20; i++) {
      if (!existsSync(pipe.path)) return true;
      await sleep(10);
    }
    return false;
  };
  if (!(await isLast())) return;
  const isGone = () => (child ? child.exitCode !== null || child.signalCode !== null : !existsSync(pidFile(programs)));
  for (let waited = 0; !isGone() && waited < 10_000; waited += 20) await sleep(20);
}

async function connectionProblem(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => {});
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

const urlOf = (port: number, password: string) => `postgres://heed:${password}@127.0.0.1:${port}/postgres`;

function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}

const lastLines = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
