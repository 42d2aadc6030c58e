/** Writes a batch of rows that have been read and checked. */
import type { Db } from '@/db/client';
import { insertImportedDemonstrations, insertImportedPreferences, knownImports } from '@/db/queries/imports';
import { upsertPrompts, type StoredPrompt } from '@/db/queries/prompts';
import { toNewPrompt } from '@/lib/prompts/split';
import { sha256 } from '@/lib/prompts/text';
import type { ImportKind, Row } from './row';

/** @returns how many were new */
export async function storeRows(
  tx: Db,
  of: { projectId: string; kind: ImportKind; heldOutFraction: number },
  rows: Row[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const { projectId, kind, heldOutFraction } = of;
  // Only what comes as a prompt is answered by policies; a comparison's prompt may be of a wholly different sort.
  const newPrompts = rows.map((row) =>
    toNewPrompt(row.prompt, { heldOutFraction, source: `import: ${kind}`, isSampled: kind === 'prompts' }),
  );
  const prompts = new Map<string, StoredPrompt>();
  const unique = [...new Map(newPrompts.map((prompt) => [prompt.textHash, prompt])).values()];
  for (const prompt of await upsertPrompts(tx, projectId, unique)) prompts.set(prompt.textHash, prompt);
  if (kind === 'prompts') return [...prompts.values()].filter((prompt) => prompt.isNew).length;

  const table = kind === 'demonstrations' ? 'demonstrations' : 'preferences';
  const keyed = new Map(rows.map((row, i) => [sha256(JSON.stringify(row)), { row, promptId: prompts.get(newPrompts[i]!.textHash)!.id }]));
  const known = await knownImports(tx, table, projectId, [...keyed.keys()]);
  const fresh = [...keyed]
    .filter(([key]) => !known.has(key))
    .map(([idempotencyKey, { row, promptId }]) => ({ idempotencyKey, promptId, row }));
  if (kind === 'demonstrations') {
    await insertImportedDemonstrations(
      tx,
      projectId,
      fresh.map(({ row, ...rest }) => ({ ...rest, text: row.response! })),
    );
  } else {
    await insertImportedPreferences(
      tx,
      projectId,
      fresh.map(({ row, ...rest }) => ({ ...rest, ...toPreference(row) })),
    );
  }
  return fresh.length;
}

/** Without a strength it is a choice on a scale of two points. */
const toPreference = (row: Row) => ({
  chosen: row.chosen!,
  rejected: row.rejected!,
  chosenModel: row.chosenModel,
  rejectedModel: row.rejectedModel,
  ...(row.grade == null ? { grade: 1, scalePoints: 2 } : { grade: row.grade, scalePoints: 7 }),
});
