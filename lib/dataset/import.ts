/**
 * Takes in a file of prompts, demonstrations or comparisons, in one transaction: all of it, or all of it but the bad lines, or
 * nothing. Every bad line is reported with its number and reason. What is there already is counted, not doubled.
 */
import { z } from 'zod';
import { transaction, type Db } from '@/db/client';
import { lockProject } from '@/db/queries/projects';
import { countSampledPrompts } from '@/db/queries/prompts';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { fillProject } from '@/lib/projects/fill-project';
import { settingsOf } from '@/lib/projects/settings';
import { BadRow, type BadLine } from './bad-lines';
import { itemsOf } from './items';
import { importKinds, readRow, type ImportKind, type Row } from './row';
import { storeRows } from './store-rows';

const batchRows = 500;
const maxReported = 1000;

const importModes = ['all-or-nothing', 'skip-bad'] as const;
export const importParams = z.object({ kind: z.enum(importKinds) });
export const importQuery = z.object({ mode: z.enum(importModes).default('all-or-nothing') });
const importSchema = importParams.extend({ projectId: z.uuid(), mode: z.enum(importModes) });

export type Rejection = { line: number } & BadLine;
/** `rejected` lists the first thousand. */
export type ImportResult = { imported: number; duplicates: number; rejectedCount: number; rejected: Rejection[] };
/** `text`: the file, cut anywhere. It is read inside the transaction, so it must not come from a slow client: see spool.ts. */
export type ImportInput = { projectId: string; kind: ImportKind; mode: (typeof importModes)[number]; text: AsyncIterable<string> };

/** @throws HeedError invalid in mode all-or-nothing when there is a bad line: `details.rejected`; nothing was imported then */
export async function importRows(actor: Actor, { text, ...input }: ImportInput): Promise<ImportResult> {
  mustBeAble(actor, 'project.manage');
  const { projectId, kind, mode } = parse(importSchema, input);
  return transaction(async (tx) => {
    const project = await lockProject(tx, projectId);
    if (!project) throw refusal('no-such-project');
    const settings = settingsOf(project.settings);
    const before = await countSampledPrompts(tx, projectId);
    const result = await readAll(tx, { projectId, kind, heldOutFraction: settings.heldOutFraction }, text);
    if (result.imported + result.duplicates + result.rejectedCount === 0) throw refusal('nothing-to-import');
    if (mode === 'all-or-nothing' && result.rejectedCount > 0)
      throw refusal('bad-lines', { rejected: result.rejected, rejectedCount: result.rejectedCount });
    if ((await countSampledPrompts(tx, projectId)) > before) await fillProject(tx, projectId, settings);
    const { rejected: _, ...counts } = result;
    await audit(tx, actor, 'data.import', projectId, { kind, mode, ...counts });
    return result;
  });
}

async function readAll(tx: Db, of: Parameters<typeof storeRows>[1], text: AsyncIterable<string>): Promise<ImportResult> {
  const result: ImportResult = { imported: 0, duplicates: 0, rejectedCount: 0, rejected: [] };
  let batch: Row[] = [];
  const store = async () => {
    const imported = await storeRows(tx, of, batch);
    result.imported += imported;
    result.duplicates += batch.length - imported;
    batch = [];
  };
  for await (const item of itemsOf(text)) {
    const read = 'reason' in item ? item : tryRead(of.kind, item);
    if ('row' in read) batch.push(read.row);
    else if (result.rejectedCount++ < maxReported) result.rejected.push(read);
    if (batch.length === batchRows) await store();
  }
  await store();
  return result;
}

function tryRead(kind: ImportKind, { line, value }: { line: number; value: unknown }): { row: Row } | Rejection {
  try {
    return { row: readRow(kind, value) };
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    return { line, ...error.why };
  }
}
