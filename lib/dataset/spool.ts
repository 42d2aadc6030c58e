/** Takes an upload in whole before anything is done with it, so that no transaction waits for a slow client. */
import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { env } from '@/lib/env';
import { refusal } from '@/lib/refusals';

/**
 * Calls `use` with the same bytes, from a temporary file in the data folder. Its name is gone before the first byte comes, so
 * that nothing is left behind even by a process that is killed. The caller bounds `bytes`.
 * @throws HeedError unavailable when the disk is full
 */
export async function spool<T>(bytes: AsyncIterable<Uint8Array>, use: (bytes: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
  const name = path.join(/* turbopackIgnore: true */ env().dataFolder, `upload-${randomUUID()}`);
  const file = await open(name, 'wx+', 0o600);
  try {
    await rm(name);
    for await (const chunk of bytes) await file.writeFile(chunk);
    return await use(file.createReadStream({ start: 0, autoClose: false }));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
    throw refusal('disk-full', {}, { cause });
  } finally {
    await file.close();
  }
}
