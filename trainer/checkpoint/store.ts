/**
 * Checkpoint folders on disk. Invariant: a folder under its final name is complete and on stable storage, since it is written
 * under a temporary name, synced, hashed and only then renamed.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asDiskError } from './disk';

export type Published = { sha256: string; bytes: number };

/** Temporary folders are called so, and lie beside the folder that they become. */
const temporaryName = /^\..+\.tmp$/;

/**
 * Makes `temporary`, completely written, the checkpoint `final`. Removes it when that fails, so that a full disk gets its
 * space back. Throws HeedError(unavailable) where the disk refuses.
 */
export async function publishFolder(temporary: string, final: string): Promise<Published> {
  try {
    for (const name of await filesIn(temporary)) await sync(join(temporary, name));
    await sync(temporary);
    const published = await hashFolder(temporary);
    await rename(temporary, final);
    await sync(dirname(final));
    return published;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    throw asDiskError(cause, final);
  }
}

/** `write` fills a temporary folder, which then becomes `final`. Nothing stays behind when either fails. */
export async function writeFolder(final: string, write: (temporary: string) => Promise<void>): Promise<Published> {
  const temporary = join(dirname(final), `.${final.slice(dirname(final).length + 1)}.tmp`);
  try {
    await mkdir(temporary, { recursive: true });
    await write(temporary);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    throw asDiskError(cause, final);
  }
  return publishFolder(temporary, final);
}

/** SHA-256 over the sorted lines "<name> <sha256 of the file>\n". */
export async function hashFolder(folder: string): Promise<Published> {
  const lines: string[] = [];
  let bytes = 0;
  for (const name of await filesIn(folder)) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    lines.push(`${name} ${hash.digest('hex')}\n`);
    bytes += (await stat(join(folder, name))).size;
  }
  return { sha256: createHash('sha256').update(lines.sort().join('')).digest('hex'), bytes };
}

/**
 * Removes what killed writers left: temporary folders directly in `root` or one level below, unchanged for a while, since
 * another trainer may be writing its own. Returns their paths.
 */
export async function sweepTemporary(root: string, olderThanSeconds = 3600): Promise<string[]> {
  const removed: string[] = [];
  for (const parent of [root, ...(await foldersIn(root)).map((name) => join(root, name))]) {
    for (const name of await foldersIn(parent)) {
      const path = join(parent, name);
      if (!temporaryName.test(name) || Date.now() - (await stat(path)).mtimeMs < olderThanSeconds * 1000) continue;
      await rm(path, { recursive: true, force: true });
      removed.push(path);
    }
  }
  return removed;
}

/** Names relative to the folder, with /, sorted. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) =>
      entry.isDirectory() ? (await filesIn(join(folder, entry.name))).map((name) => `${entry.name}/${name}`) : [entry.name],
    ),
  );
  return nested.flat().sort();
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
