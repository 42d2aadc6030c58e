/** One process at a time receives a model: a file that holds its number. That of a process that is gone does not count. */
import { open, readFile, rm } from 'node:fs/promises';
import { HeedError } from '@/lib/errors';

/** @returns what releases it. Throws HeedError(conflict) while another process holds it. */
export async function lockDownload(path: string, name: string): Promise<() => Promise<void>> {
  const file = `${path}.lock`;
  for (let isSecondTry = false; ; isSecondTry = true) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      const holder = Number(await readFile(file, 'utf8').catch(() => ''));
      if (isSecondTry || isRunning(holder))
        throw new HeedError('conflict', `Process ${holder} is fetching ${name} already. Wait for it, then start again.`, { cause });
      await rm(file, { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
