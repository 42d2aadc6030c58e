/**
 * Gives the data back as JSON lines, in TRL's field names, with where each text came from. Read by key a page at a time, so an
 * export of any size takes little memory and no long transaction.
 *
 * `comparisons` are the decided ones, ready to train on. `judgements` are all of them as they were given, ties too.
 */
import { z } from 'zod';
import { db } from '@/db/client';
import {
  pageOfDemonstrations,
  pageOfPreferences,
  pageOfPrompts,
  type DemonstrationExport,
  type PreferenceExport,
  type PromptExport,
} from '@/db/queries/exports';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';

const pageRows = 1000;

export const exportKinds = ['prompts', 'demonstrations', 'comparisons', 'judgements'] as const;
export type ExportKind = (typeof exportKinds)[number];
export const exportParams = z.object({ kind: z.enum(exportKinds) });
const exportSchema = exportParams.extend({ projectId: z.uuid() });

/** Chunks of whole lines. */
export async function* exportRows(actor: Actor, input: z.input<typeof exportSchema>): AsyncGenerator<string> {
  mustBeAble(actor, 'data.export');
  const { projectId, kind } = parse(exportSchema, input);
  await audit(db(), actor, 'data.export', projectId, { kind });
  const pages = { prompts, demonstrations, comparisons, judgements }[kind](projectId);
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function* byKey<T extends { id: string }>(read: (cursor: string | undefined) => Promise<T[]>): AsyncGenerator<T[]> {
  for (let cursor: string | undefined; ;) {
    const rows = await read(cursor);
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    cursor = rows.at(-1)!.id;
  }
}

async function* prompts(projectId: string): AsyncGenerator<object[]> {
  for await (const rows of byKey<PromptExport>((cursor) => pageOfPrompts(db(), projectId, cursor, pageRows)))
    yield rows.map(({ id: _, ...row }) => row);
}

async function* demonstrations(projectId: string): AsyncGenerator<object[]> {
  for await (const rows of byKey<DemonstrationExport>((cursor) => pageOfDemonstrations(db(), projectId, cursor, pageRows)))
    yield rows.map(({ prompt, completion, split, ...lineage }) => ({ prompt, completion, split, lineage }));
}

async function* comparisons(projectId: string): AsyncGenerator<object[]> {
  for await (const rows of byKey<PreferenceExport>((cursor) => pageOfPreferences(db(), projectId, cursor, pageRows, true)))
    yield rows.map((row) => {
      const [a, b] = [
        { text: row.text_a, source: row.source_a },
        { text: row.text_b, source: row.source_b },
      ];
      const [chosen, rejected] = row.grade > 0 ? [a, b] : [b, a];
      const { id, annotator, created_at } = row;
      return {
        prompt: row.prompt,
        chosen: chosen.text,
        rejected: rejected.text,
        // A scale of two points tells no strength.
        ...(row.scale_points > 2 && { margin: Math.abs(row.grade) }),
        split: row.split,
        lineage: { id, annotator, created_at, chosen: chosen.source, rejected: rejected.source },
      };
    });
}

async function* judgements(projectId: string): AsyncGenerator<object[]> {
  for await (const rows of byKey<PreferenceExport>((cursor) => pageOfPreferences(db(), projectId, cursor, pageRows, false)))
    yield rows.map(({ id, prompt, split, text_a, text_b, source_a, source_b, annotator, created_at, ...answer }) => ({
      prompt,
      response_a: text_a,
      response_b: text_b,
      ...answer,
      split,
      lineage: { id, annotator, created_at, a: source_a, b: source_b },
    }));
}
