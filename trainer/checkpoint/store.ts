/**
 * Checkpoint folders on disk. Invariant: a folder under its final name is complete and on stable storage, since it is written
 * under a temporary name, synced, hashed and only then renamed.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { failure } from '@/lib/training/failures';
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
    const hashes = await hashFiles(temporary);
    await writeFile(join(temporary, sumsName), sumsText(hashes));
    for (const name of await filesIn(temporary)) await sync(join(temporary, name));
    await sync(temporary);
    const published = folderHash(hashes);
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

/** SHA-256 over the sorted lines "<name> <sha256 of the file>\n" of all files but SHA256SUMS. */
export async function hashFolder(folder: string): Promise<Published> {
  return folderHash(await hashFiles(folder));
}

/**
 * Checks a published folder against the hash that was recorded of it. SHA256SUMS beside the files (as `sha256sum -c` reads it) tells
 * which of them differs; files that somebody added do no harm. Throws HeedError(invalid) naming what was changed, (not_found) where
 * the folder is gone.
 */
export async function verifyFolder(folder: string, sha256: string): Promise<void> {
  const now = await hashFiles(folder).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw failure('folder-gone', { folder }, { cause });
  });
  if (folderHash(now).sha256 === sha256) return;
  const then = await readSums(folder);
  // The list must itself be the one whose hash was recorded.
  const isList = then !== null && folderHash(then).sha256 === sha256;
  const changed = isList
    ? [...then].flatMap(([name, { hash }]) => (now.get(name)?.hash === hash ? [] : [now.has(name) ? name : `${name} (missing)`]))
    : [];
  if (isList && changed.length === 0) return;
  throw failure('folder-changed', { folder, changed });
}

const sumsName = 'SHA256SUMS';
type Hashes = Map<string, { hash: string; bytes: number }>;

/** Of all files but SHA256SUMS, as a stream: a file is never in memory as a whole. */
async function hashFiles(folder: string): Promise<Hashes> {
  const hashes: Hashes = new Map();
  for (const name of await filesIn(folder)) {
    if (name === sumsName) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    hashes.set(name, { hash: hash.digest('hex'), bytes: (await stat(join(folder, name))).size });
  }
  return hashes;
}

function folderHash(hashes: Hashes): Published {
  const lines = [...hashes].map(([name, { hash }]) => `${name} ${hash}\n`).sort();
  const bytes = [...hashes.values()].reduce((sum, file) => sum + file.bytes, 0);
  return { sha256: createHash('sha256').update(lines.join('')).digest('hex'), bytes };
}

const sumsText = (hashes: Hashes): string => [...hashes].map(([name, { hash }]) => `${hash}  ${name}\n`).join('');

async function readSums(folder: string): Promise<Hashes | null> {
  const text = await readFile(join(folder, sumsName), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), { hash: line.slice(0, 64), bytes: 0 }]));
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
