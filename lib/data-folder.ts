/** The folder that holds everything a Heed installation owns; private to the account that runs it. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HeedError } from './errors';

/** @throws HeedError unavailable when it cannot be made or written. */
export function prepareDataFolder(folder: string): void {
  try {
    makeFolder(path.join(folder, 'logs'));
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new HeedError(
      'unavailable',
      `The data folder ${folder} cannot be written: ${(cause as Error).message}. Mend its permissions, or choose another folder with --data or HEED_DATA.`,
      { cause },
    );
  }
}

/** With the folders above it. Node's own `recursive` never returns on some file systems that refuse (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Signs sessions; made once. Linked into place, so that two starters use the same. */
export function readOrMakeSecret(folder: string): string {
  const file = path.join(folder, 'secret');
  if (!existsSync(file)) {
    const mine = `${file}-${process.pid}`;
    writeFileSync(mine, randomBytes(32).toString('base64url'), { mode: 0o600 });
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
