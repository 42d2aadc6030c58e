/** Frozen weights, one copy in memory for all models of this process that are made on them. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readModelFolder, type ModelFolder } from '../checkpoint/huggingface';

const loaded = new Map<string, WeakRef<ModelFolder>>();

/** As `readModelFolder`. Nobody may write into the arrays; they are let go when no model holds the result any more. */
export async function sharedModelFolder(folder: string): Promise<ModelFolder> {
  const { mtimeMs } = await stat(join(folder, 'config.json')).catch(() => ({ mtimeMs: 0 }));
  const key = `${resolve(folder)} ${mtimeMs}`;
  const known = loaded.get(key)?.deref();
  if (known) return known;
  const read = await readModelFolder(folder);
  loaded.set(key, new WeakRef(read));
  return read;
}
