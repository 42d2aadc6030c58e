/** `heed import` and `heed export`. */
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { systemActor } from '@/lib/auth/actor';
import { exportRows, type ExportKind } from '@/lib/dataset/export';
import { importRows } from '@/lib/dataset/import';
import type { ImportKind } from '@/lib/dataset/row';
import { HeedError } from '@/lib/errors';
import { projectIdOf } from '@/lib/projects/get-project';
import { print } from '../output';
import { textOfFile } from '../read-file';

export type Import = { project: string; skipBad?: boolean; json?: boolean };

export async function importCommand(kind: ImportKind, file: string, { project, skipBad, json }: Import): Promise<void> {
  const projectId = await projectIdOf(systemActor, project);
  const mode = skipBad ? 'skip-bad' : 'all-or-nothing';
  const result = await importRows(systemActor, { projectId, kind, mode, text: textOfFile(file) });
  const { imported, duplicates, rejectedCount, rejected } = result;
  for (const { line, reason } of json ? [] : rejected) console.error(`Line ${line}: ${reason}`);
  const notes = [
    duplicates > 0 && `${duplicates} there already`,
    rejectedCount > 0 && `${rejectedCount} bad ${rejectedCount === 1 ? 'line' : 'lines'} left out`,
  ];
  print(json, result, [[`${kind}: ${imported} imported`, ...notes.filter(Boolean)].join(', ')]);
}

export type Export = { project: string; superseded?: boolean; late?: boolean; preferVerdicts?: boolean; output?: string };

export async function exportCommand(kind: ExportKind, { project, superseded, late, preferVerdicts, output }: Export): Promise<void> {
  if (preferVerdicts && kind !== 'comparisons')
    throw new HeedError('invalid', `--prefer-verdicts is for comparisons; ${kind} have no verdicts in their place.`);
  const projectId = await projectIdOf(systemActor, project);
  const extras = {
    superseded: superseded ? 'with' : 'without',
    late: late ? 'with' : 'without',
    verdicts: preferVerdicts ? 'preferred' : 'apart',
  } as const;
  const rows = exportRows(systemActor, { projectId, kind, ...extras });
  try {
    await pipeline(rows, output ? createWriteStream(output) : process.stdout);
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    // The reader had enough: `heed export … | head`.
    if (code === 'EPIPE') return;
    if (syscall === 'open' || syscall === 'write')
      throw new HeedError('unavailable', `The output cannot be written: ${message}.`, { cause: error });
    throw error;
  }
}
