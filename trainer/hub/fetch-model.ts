/**
 * A model by its name on the hub, as a folder of ours: <data>/models/owner--name/commit. Files are received under
 * `<commit>.partial`, which is renamed when all are there; a download that broke off goes on where it stopped. Which commit a
 * branch or tag stood for when it was fetched is kept beside, in refs.json: what is there needs no network.
 */
import { mkdir, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import { env } from '@/lib/env';
import { hubModelFolder, isCommit, type HubName } from '@/lib/projects/model-folder';
import { asDiskError } from '../checkpoint/disk';
import { chooseFiles, chooseShards, indexName } from './choose-files';
import { hubClient, type HubClient, type HubFile } from './client';
import { lockDownload } from './lock';
import { receiveFile } from './receive-file';

export type Progress = { receivedBytes: number; totalBytes: number };
export type FetchedModel = {
  folder: string;
  commit: string;
  /** Whether the hub could not be asked if there is a newer one. */
  isUnchecked: boolean;
};
type Options = {
  onProgress?: (progress: Progress) => void;
  /** First pause before another try; it doubles. */
  retrySeconds?: number;
  /** Room on the disk of a folder, in bytes. */
  freeBytes?: (folder: string) => Promise<number>;
};

/** Left for others to write while a model is received. */
const spareBytes = 256e6;

/**
 * With a revision that was fetched before, no network is needed; without one the hub is asked which commit is the newest, and
 * the one that is there serves where it does not answer. Throws HeedError: what hubClient throws; unavailable when offline or the
 * disk is full; too_large; invalid where the repository holds no model for us; conflict while another process fetches it.
 */
export async function fetchModel({ name, revision }: HubName, options: Options = {}): Promise<FetchedModel> {
  const { isOffline, maxBytes, ...settings } = env().hub;
  const known = await knownCommit(name, revision ?? 'main');
  const done = (commit: string, isUnchecked = false) => ({ folder: hubModelFolder(name, commit), commit, isUnchecked });
  if (known && (revision !== null || isOffline)) return done(known, revision === null);
  const full = revision === null ? name : `${name}@${revision}`;
  if (isOffline)
    throw new HeedError(
      'unavailable',
      `${full} has not been fetched yet, and Heed is told to stay offline. Fetch it without HEED_OFFLINE and HF_HUB_OFFLINE, or give a folder.`,
    );
  const client = hubClient(name, settings);
  let commit: string;
  try {
    commit = await client.commitOf(revision ?? 'main');
  } catch (cause) {
    if (known && cause instanceof HeedError && cause.code === 'unavailable') return done(known, true);
    throw cause;
  }
  if (!(await exists(hubModelFolder(name, commit)))) await download(name, commit, client, maxBytes, options);
  if (!isCommit(revision ?? 'main')) await remember(name, revision ?? 'main', commit);
  return done(commit);
}

async function download(name: string, commit: string, client: HubClient, maxBytes: number, options: Options): Promise<void> {
  const final = hubModelFolder(name, commit);
  const partial = `${final}.partial`;
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const unlock = await lockDownload(partial, name);
    try {
      await receiveAll(name, commit, client, partial, maxBytes, options);
      await rename(partial, final);
      await syncFolder(dirname(final));
    } finally {
      await unlock();
    }
  } catch (cause) {
    throw asDiskError(cause, partial);
  }
}

async function receiveAll(
  name: string,
  commit: string,
  client: HubClient,
  folder: string,
  maxBytes: number,
  { onProgress = () => {}, retrySeconds = 1, freeBytes = roomIn }: Options,
): Promise<void> {
  const listed = await client.files(commit);
  const chosen = chooseFiles(name, listed);
  let receivedBytes = 0;
  const receive = async (file: HubFile) => {
    const totalBytes = chosen.reduce((sum, each) => sum + each.bytes, 0);
    mustFit(name, totalBytes, maxBytes);
    await mustHaveRoom(name, folder, file.bytes, freeBytes);
    const onBytes = (bytes: number) => {
      receivedBytes += bytes;
      onProgress({ receivedBytes, totalBytes });
    };
    await receiveFile(file, { client, commit, folder, retrySeconds, onBytes });
  };
  const index = chosen.find((file) => file.path === indexName);
  if (index) {
    await receive(index);
    chosen.push(...chooseShards(name, listed, await readJson(join(folder, indexName))));
  }
  for (const file of chosen) if (file !== index) await receive(file);
}

function mustFit(name: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new HeedError(
    'too_large',
    `${name} takes ${gigabytes(bytes)} GB, more than the ${gigabytes(maxBytes)} GB allowed. Set HEED_MODEL_LIMIT_GB to allow more.`,
  );
}

async function mustHaveRoom(name: string, folder: string, bytes: number, freeBytes: (folder: string) => Promise<number>): Promise<void> {
  const free = await freeBytes(folder);
  if (bytes + spareBytes <= free) return;
  throw new HeedError(
    'unavailable',
    `${name} needs ${gigabytes(bytes)} GB more, and the disk of ${folder} has ${gigabytes(free)} GB left. Free some space, then start again.`,
  );
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);

async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** The commit that a revision stands for, where that commit is complete here. */
async function knownCommit(name: string, revision: string): Promise<string | null> {
  const commit = isCommit(revision) ? revision : (await readRefs(name))[revision];
  return commit && (await exists(hubModelFolder(name, commit))) ? commit : null;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new HeedError('invalid', `${path} is not valid JSON.`, { cause });
    throw cause;
  }
}

const refsFile = (name: string) => join(dirname(hubModelFolder(name, 'x')), 'refs.json');
const refsSchema = z.record(z.string(), z.string().refine(isCommit)).catch({});

async function readRefs(name: string): Promise<Record<string, string>> {
  try {
    return refsSchema.parse(JSON.parse(await readFile(refsFile(name), 'utf8')));
  } catch (cause) {
    // Nothing is lost with it: the hub is asked again.
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw cause;
  }
}

async function remember(name: string, revision: string, commit: string): Promise<void> {
  const refs = { ...(await readRefs(name)), [revision]: commit };
  const temporary = `${refsFile(name)}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(refs, null, 2)}\n`, { mode: 0o600 });
    await rename(temporary, refsFile(name));
  } catch (cause) {
    await rm(temporary, { force: true });
    throw asDiskError(cause, refsFile(name));
  }
}

const exists = (path: string) =>
  open(path, 'r').then(
    (handle) => handle.close().then(() => true),
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return false;
      throw cause;
    },
  );

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
