/**
 * Which files hold a model's tensors: model.safetensors, or the shards of model.safetensors.index.json. Invariant: an index that is
 * used agrees with its files; every tensor stands in exactly the file that it names.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import { readSafetensorsHeader } from './safetensors';

const indexName = 'model.safetensors.index.json';
const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Names of files in the folder. Throws HeedError(invalid) where the index does not fit its files, naming what differs. */
export async function tensorFiles(folder: string): Promise<string[]> {
  const index = await readIndex(folder);
  if (!index) return ['model.safetensors'];
  const bad = (what: string) =>
    new HeedError('invalid', `${join(folder, indexName)} does not fit its files: ${what}. Download or export the model again.`);
  const files = [...new Set(Object.values(index))].sort();
  if (files.length === 0) throw bad('its weight_map is empty');
  const outside = files.find((file) => basename(file) !== file);
  if (outside !== undefined) throw bad(`it points outside the folder: ${outside}`);
  const missing: string[] = [];
  for (const file of files) if (!existsSync(join(folder, file))) missing.push(file);
  if (missing.length > 0) throw bad(`${missing.length} of ${files.length} shards are missing (${first(missing)})`);

  const problems: string[] = [];
  const found = new Map<string, string>();
  for (const file of files) {
    for (const { name } of (await readSafetensorsHeader(join(folder, file))).entries) {
      const other = found.get(name);
      if (other) problems.push(`${name} stands in ${other} and in ${file}`);
      else if (!Object.hasOwn(index, name)) problems.push(`${name} stands in ${file}, but not in the index`);
      else if (index[name] !== file) problems.push(`${name} stands in ${file}, the index says ${index[name]}`);
      found.set(name, file);
    }
  }
  for (const [name, file] of Object.entries(index)) if (!found.has(name)) problems.push(`${name} is not in ${file}`);
  if (problems.length > 0) throw bad(first(problems));
  return files;
}

const first = (all: string[]): string => `${all.slice(0, 3).join('; ')}${all.length > 3 ? ` and ${all.length - 3} more` : ''}`;

async function readIndex(folder: string): Promise<Record<string, string> | null> {
  const path = join(folder, indexName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new HeedError('unavailable', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return indexSchema.parse(JSON.parse(text)).weight_map;
  } catch (cause) {
    throw new HeedError('invalid', `${path} is not an index: it should be JSON with a weight_map from tensors to files.`, { cause });
  }
}
