/**
 * One file of the hub onto the disk. Invariant: under its own name a file is complete and has the hash that the hub tells; until
 * then it is called `<name>.part`, and grows from where it broke off.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeedError } from '@/lib/errors';
import { asDiskError } from '../checkpoint/disk';
import type { HubClient, HubFile } from './client';

/** Tries in a row that bring nothing, before it is given up; what came stays for the next time. */
const fruitlessTries = 4;

export type Receive = { client: HubClient; commit: string; folder: string; retrySeconds: number; onBytes: (bytes: number) => void };

/** `onBytes` hears of every byte once, of those from earlier runs, too; a negative number takes back what was damaged. */
export async function receiveFile(file: HubFile, { client, commit, folder, retrySeconds, onBytes }: Receive): Promise<void> {
  const target = join(folder, file.path);
  if ((await sizeOf(target)) !== null) return onBytes(file.bytes);
  const part = `${target}.part`;
  let told = 0;
  const tell = (size: number) => {
    onBytes(size - told);
    told = size;
  };

  let isRestarted = false;
  for (let failures = 0; ;) {
    const before = (await sizeOf(part)) ?? 0;
    tell(before);
    let digest: string;
    try {
      digest = await append(part, file, before, client.read(commit, file, before), tell);
    } catch (cause) {
      if (!isPassing(cause)) throw asDiskError(cause, part);
      failures = ((await sizeOf(part)) ?? 0) > before ? 1 : failures + 1;
      if (failures >= fruitlessTries) throw cause;
      await sleep(1000 * retrySeconds * 2 ** (failures - 1));
      continue;
    }
    if (digest === (file.sha256 ?? file.gitSha1)) break;
    await rm(part, { force: true });
    tell(0);
    // What an earlier run left may have been damaged; what came in one piece was sent so.
    if (isRestarted || before === 0)
      throw new HeedError('unavailable', `${file.path} arrived damaged: its hash is not the one that the hub tells. Try again later.`);
    isRestarted = true;
  }
  await rename(part, target);
}

const isPassing = (error: unknown): boolean => error instanceof HeedError && ['unavailable', 'rate_limited'].includes(error.code);

/** Adds `rest` to what is there. @returns the digest of the whole */
async function append(
  part: string,
  file: HubFile,
  before: number,
  rest: AsyncIterable<Uint8Array>,
  tell: (size: number) => void,
): Promise<string> {
  const hash = hashOf(file);
  if (before > 0) for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer);
  let size = before;
  const handle = await open(part, 'a', 0o600);
  try {
    if (size < file.bytes) {
      for await (const chunk of rest) {
        await handle.appendFile(chunk);
        hash.update(chunk);
        size += chunk.byteLength;
        tell(size);
        if (size > file.bytes) break;
      }
      if (size < file.bytes) throw new HeedError('unavailable', `${file.path} broke off after ${size} of ${file.bytes} bytes.`);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** Git names a blob by the SHA-1 of "blob <bytes>\0" and its content. */
const hashOf = ({ sha256, bytes }: HubFile): Hash => (sha256 ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`));

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      throw cause;
    },
  );
}
