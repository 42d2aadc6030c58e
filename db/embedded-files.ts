/**
 * The files of the built-in database: `data/` (PostgreSQL's own), `password`, `server.log`, and `users`, the named pipe that
 * embedded.ts tells about. All private to the account that Heed runs under.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Programs } from './embedded-binaries';
import { DatabaseUnavailableError } from './unavailable';

export const dataFolder = (programs: Programs) => path.join(programs.folder, 'data');
export const pidFile = (programs: Programs) => path.join(dataFolder(programs), 'postmaster.pid');
export const logFile = (programs: Programs) => path.join(programs.folder, 'server.log');
const passwordFile = (programs: Programs) => path.join(programs.folder, 'password');

/** Made once per data folder; linked into place, so that two starters use the same. */
export function readOrMakePassword(programs: Programs): string {
  const file = passwordFile(programs);
  if (!existsSync(file)) {
    const mine = `${file}-${process.pid}`;
    writeFileSync(mine, randomBytes(24).toString('base64url'), { mode: 0o600 });
    giveTo(programs, mine);
    try {
      linkSync(mine, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(mine);
    }
  }
  return readFileSync(file, 'utf8');
}

/** Makes the database files unless they exist; beside their place, then renamed, so that half a database is never used. */
export function initialize(programs: Programs): void {
  const data = dataFolder(programs);
  if (existsSync(data)) {
    const version = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
    if (version === programs.major) return;
    throw new DatabaseUnavailableError(
      `The database in ${data} was written by PostgreSQL ${version}, but this Heed brings PostgreSQL ${programs.major}. Go back to the Heed that made it and export your data, or start with another data folder (HEED_DATA).`,
    );
  }
  const fresh = path.join(programs.folder, `init-${process.pid}`);
  const flags = [
    '-U',
    'heed',
    `--pwfile=${passwordFile(programs)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C',
    '--builtin-locale=C.UTF-8',
  ];
  const [command, ...args] = [...programs.prefix, programs.initdb, '-D', fresh, ...flags];
  try {
    execFileSync(command!, args, { ...programs.identity, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(fresh, data);
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    // Another starter was faster.
    if (existsSync(data)) return;
    throw new DatabaseUnavailableError(`The built-in database could not be made in ${programs.folder}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** The port of a server that says it is ready. It may be a stale file: only a connection proves the server. */
export function readyPort(programs: Programs): number | undefined {
  if (!existsSync(pidFile(programs))) return undefined;
  const lines = readFileSync(pidFile(programs), 'utf8').split('\n');
  return lines[7]?.trim() === 'ready' ? Number(lines[3]) : undefined;
}

/** Where the server runs as somebody else, what it must open belongs to them. */
export function giveTo({ identity }: Programs, file: string): void {
  if (identity.uid !== undefined) chownSync(file, identity.uid, identity.gid!);
}
