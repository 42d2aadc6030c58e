/**
 * Gives the data back as JSON lines, in TRL's field names, with where each text came from. Read by key a page at a time, so an
 * export of any size takes little memory and no long transaction.
 *
 * `comparisons` are the decided ones, ready to train on, with the pairs that rankings say. `judgements`, `rankings` and `ratings` are all
 * of them as they were given, ties too, whatever their standing. An answer that was amended stands there in its newest version. Superseded
 * and late ones come along where they are asked for. `verdicts` are what reviewers decided about pairs, apart from what people said; `comparisons` may
 * have them in its place. `questions` are those that people asked reviewers, with the answers. `conversations` are those in which people tried to make a model fail, once they ended.
 */
import { z } from 'zod';
import { db } from '@/db/client';
import {
  pageOfConversations,
  pageOfDemonstrations,
  pageOfPreferences,
  pageOfPrompts,
  pageOfQuestions,
  pageOfRankings,
  pageOfRatings,
  pageOfVerdicts,
  type ConversationExport,
  type DemonstrationExport,
  type LabelPage,
  type PreferenceExport,
  type PromptExport,
  type VerdictExport,
} from '@/db/queries/exports';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { strengthOf } from '@/lib/tasks/scale';
import { isTranscript, toContent } from './transcript';

const pageRows = 1000;

export const exportKinds = [
  'prompts',
  'demonstrations',
  'comparisons',
  'judgements',
  'rankings',
  'ratings',
  'verdicts',
  'questions',
  'conversations',
] as const;
export type ExportKind = (typeof exportKinds)[number];
export const exportParams = z.object({ kind: z.enum(exportKinds) });
const extra = z.enum(['with', 'without']).default('without');
export const exportQuery = z.object({
  superseded: extra,
  late: extra,
  /** Of `comparisons`. preferred: what reviewers decided, marked, in the place of what people said of the same pair. */
  verdicts: z.enum(['apart', 'preferred']).default('apart'),
});
const exportSchema = exportParams.extend({ projectId: z.uuid(), ...exportQuery.shape });

/** Chunks of whole lines. */
export async function* exportRows(actor: Actor, input: z.input<typeof exportSchema>): AsyncGenerator<string> {
  mustBeAble(actor, 'data.export');
  const { projectId, kind, superseded, late, verdicts: verdictsIn } = parse(exportSchema, input);
  await audit(db(), actor, 'data.export', projectId, { kind, superseded, late, verdicts: verdictsIn });
  const wanted = { projectId, withSuperseded: superseded === 'with', withLate: late === 'with', withVerdicts: verdictsIn === 'preferred' };
  const pages = { prompts, demonstrations, comparisons, judgements, rankings, ratings, verdicts, questions, conversations }[kind](wanted);
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

type Wanted = Omit<LabelPage, 'cursor' | 'limit'> & { withVerdicts: boolean };

async function* byKey<T extends { id: string }>(read: (cursor: string | undefined) => Promise<T[]>): AsyncGenerator<T[]> {
  for (let cursor: string | undefined; ;) {
    const rows = await read(cursor);
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    cursor = rows.at(-1)!.id;
  }
}

async function* prompts({ projectId }: Wanted): AsyncGenerator<object[]> {
  for await (const rows of byKey<PromptExport>((cursor) => pageOfPrompts(db(), projectId, cursor, pageRows)))
    yield rows.map(({ id: _, ...row }) => row);
}

async function* demonstrations(wanted: Wanted): AsyncGenerator<object[]> {
  for await (const rows of byKey<DemonstrationExport>((cursor) => pageOfDemonstrations(db(), { ...wanted, cursor, limit: pageRows })))
    yield rows.map(({ prompt, completion, split, ...lineage }) => ({ prompt, completion, split, lineage }));
}

const preferences = ({ withVerdicts, ...wanted }: Wanted, isDecided: boolean) =>
  byKey<PreferenceExport>((cursor) =>
    pageOfPreferences(db(), { ...wanted, isDecided, withoutVerdicts: isDecided && withVerdicts, cursor, limit: pageRows }),
  );

const verdictPages = (projectId: string, of: { isDecided: boolean; withSuperseded: boolean }) =>
  byKey<VerdictExport>((cursor) => pageOfVerdicts(db(), { ...of, projectId, cursor, limit: pageRows }));

async function* comparisons(wanted: Wanted): AsyncGenerator<object[]> {
  for await (const rows of preferences(wanted, true))
    yield rows.map((row) => {
      const { id, annotator, standing, created_at, supersedes, ranking } = row;
      return decided(row, { id, annotator, standing, created_at, supersedes, ranking });
    });
  if (!wanted.withVerdicts) return;
  for await (const rows of verdictPages(wanted.projectId, { isDecided: true, withSuperseded: false }))
    yield rows.map((row) => {
      const { id, reviewer, created_at, supersedes, reason } = row;
      return decided(row, { id, is_verdict: true, reviewer, created_at, supersedes, reason });
    });
}

/** Who is chosen, and by how much. */
function decided(row: PreferenceExport | VerdictExport, lineage: object) {
  const [a, b] = [
    { text: row.text_a, source: row.source_a },
    { text: row.text_b, source: row.source_b },
  ];
  const [chosen, rejected] = row.grade > 0 ? [a, b] : [b, a];
  return {
    prompt: row.prompt,
    chosen: chosen.text,
    rejected: rejected.text,
    // A scale of two points tells no strength.
    ...(row.scale_points > 2 && { margin: strengthOf(row.grade, row.scale_points) }),
    split: row.split,
    lineage: { ...lineage, chosen: chosen.source, rejected: rejected.source },
  };
}

async function* verdicts({ projectId, withSuperseded }: Wanted): AsyncGenerator<object[]> {
  for await (const rows of verdictPages(projectId, { isDecided: false, withSuperseded }))
    yield rows.map(({ id, prompt, split, text_a, text_b, source_a, source_b, reviewer, created_at, supersedes, ...verdict }) => ({
      prompt,
      response_a: text_a,
      response_b: text_b,
      ...verdict,
      split,
      lineage: { id, reviewer, created_at, supersedes, a: source_a, b: source_b },
    }));
}

async function* judgements(wanted: Wanted): AsyncGenerator<object[]> {
  for await (const rows of preferences(wanted, false))
    yield rows.map(
      ({ id, prompt, split, text_a, text_b, source_a, source_b, annotator, created_at, supersedes, ranking: _, ...answer }) => ({
        prompt,
        response_a: text_a,
        response_b: text_b,
        ...answer,
        split,
        lineage: { id, annotator, created_at, supersedes, a: source_a, b: source_b },
      }),
    );
}

async function* rankings(wanted: Wanted): AsyncGenerator<object[]> {
  for await (const rows of byKey((cursor) => pageOfRankings(db(), { ...wanted, cursor, limit: pageRows })))
    yield rows.map(({ id, prompt, split, responses, annotator, created_at, supersedes, ...answer }) => ({
      prompt,
      responses: responses.map(({ text, rank }) => ({ text, rank })),
      ...answer,
      split,
      lineage: { id, annotator, created_at, supersedes, responses: responses.map(({ source }) => source) },
    }));
}

async function* ratings(wanted: Wanted): AsyncGenerator<object[]> {
  for await (const rows of byKey((cursor) => pageOfRatings(db(), { ...wanted, cursor, limit: pageRows })))
    yield rows.map(({ id, prompt, response, split, source, annotator, created_at, supersedes, ...answer }) => ({
      prompt,
      response,
      ...answer,
      split,
      lineage: { id, annotator, created_at, supersedes, response: source },
    }));
}

async function* questions({ projectId }: Wanted): AsyncGenerator<object[]> {
  for await (const rows of byKey((cursor) => pageOfQuestions(db(), { projectId, cursor, limit: pageRows })))
    yield rows.map(({ id, annotator, reviewer, created_at, ...row }) => ({ ...row, lineage: { id, annotator, reviewer, created_at } }));
}

async function* conversations({ projectId }: Wanted): AsyncGenerator<object[]> {
  for await (const rows of byKey<ConversationExport>((cursor) => pageOfConversations(db(), { projectId, cursor, limit: pageRows })))
    yield rows.map(
      ({ id, annotator, checkpoint, checkpoint_kind, round, decoding, demonstration, created_at, prompt, correction, ...row }) => ({
        ...row,
        correction: correction === null || prompt === null ? null : toContent(correction, isTranscript(prompt)),
        lineage: { id, annotator, created_at, checkpoint, checkpoint_kind, round, decoding, demonstration },
      }),
    );
}
