/**
 * Which model people prefer: all checkpoints whose answers were compared, people where theirs were, and models that an import named. Pairs of
 * rankings count as comparisons.
 */
import { z } from 'zod';
import { db } from '@/db/client';
import { modelComparisons, textsOf, type ModelComparison } from '@/db/queries/judgements';
import { findProject } from '@/db/queries/projects';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import { bradleyTerry, tieModels, type Leaderboard } from '@/lib/ranking/bradley-terry';
import { countPairs, betweenModels, type Comparison, type Outcome } from '@/lib/ranking/comparisons';
import { components } from '@/lib/ranking/connectedness';
import { elo } from '@/lib/ranking/elo';
import { styleDifference, styleFeatures } from '@/lib/ranking/style';
import { styleControlled, type StyledComparison, type StyleEffect } from '@/lib/ranking/style-control';
import { winMatrix, type WinMatrix } from '@/lib/ranking/win-matrix';
import type { Computed } from '@/lib/statistics/computed';
import { cached } from './cached';
import { aspectOf, subjectsOf } from './filter';
import { mostJudgements } from './judgements';

export const leaderboardQuery = z.object({
  /** `overall` or `aspect:NAME`. */
  subject: z.string().max(60).default('overall'),
  /** Where the prompts came from; absent or empty: from everywhere. */
  category: z.string().max(200).optional(),
  ties: z.enum(tieModels).default('half'),
  /** Strengths at equal length and formatting; ties are halves then, and intervals Fisher's. */
  style: z.enum(['as-is', 'controlled']).default('as-is'),
  late: z.enum(['with', 'without']).default('without'),
});
export const leaderboardSchema = leaderboardQuery.extend({ projectId: z.uuid() });
export type LeaderboardInput = z.input<typeof leaderboardSchema>;
type Of = z.output<typeof leaderboardSchema>;

type Figures = {
  board: Computed<Leaderboard>;
  /** Of style, where it is controlled for. */
  effects: StyleEffect[];
  /** Models within which strengths could be computed, where they cannot be for all. */
  groups: string[][];
  matrix: WinMatrix;
  elo: { model: string; rating: number }[];
  /** Of different models, after the filter. */
  comparisons: number;
  /** Imported without the names of their models: left out. */
  unnamed: number;
  /** How many were read, where there are more. */
  cappedAt: number | null;
  /** Most comparisons first. */
  categories: { name: string; comparisons: number }[];
};
export type LeaderboardReport = Figures & { subjects: string[] };

/** With controlled style every comparison is a row of its own with covariates. */
const mostStyled = 20_000;

/** @throws HeedError not_found, invalid for an aspect that the project does not have */
export async function leaderboardReport(actor: Actor, input: LeaderboardInput): Promise<LeaderboardReport> {
  mustBeAble(actor, 'lineage.view');
  const of = parse(leaderboardSchema, input);
  const project = await findProject(db(), { id: of.projectId });
  if (!project) throw refusal('no-such-project');
  const subjects = subjectsOf('compare', settingsOf(project.settings));
  if (!subjects.includes(of.subject)) throw refusal('no-such-subject', { subjects });
  return { ...(await cached('leaderboard', of, figuresOf)), subjects };
}

async function figuresOf({ projectId, subject, category, ties, style, late }: Of): Promise<Figures> {
  const limit = style === 'controlled' ? mostStyled : mostJudgements;
  const newest = await modelComparisons(db(), { projectId, withLate: late === 'with', limit: limit + 1 });
  const rows = newest.slice(0, limit).reverse();
  const named = rows.flatMap((row) => compared(row, aspectOf(subject)) ?? []);
  const wanted = category ? named.filter((one) => one.category === category) : named;
  const between = betweenModels(wanted);
  const styled = style === 'controlled' ? await styledBoard(between) : null;
  const board = styled ?? bradleyTerry(between, { ties, bootstrap: replicatesFor(between.length) });
  const matrix = winMatrix(between, board.ok ? board.value.standings.map(({ model }) => model) : undefined);
  return {
    board,
    effects: styled?.ok ? styled.value.style : [],
    groups: board.ok || between.length === 0 ? [] : components(countPairs(between)),
    matrix,
    elo: elo(between),
    comparisons: between.length,
    unnamed: rows.filter(({ modelA, modelB }) => modelA === null || modelB === null).length,
    cappedAt: newest.length > limit ? limit : null,
    categories: categoriesOf(betweenModels(named)),
  };
}

type Named = Comparison & { category: string; responses: [string, string] };

function compared({ modelA, modelB, responseA, responseB, ...row }: ModelComparison, aspect: string | null): Named | null {
  const grade = aspect === null ? row.grade : row.aspects[aspect];
  if (modelA === null || modelB === null || grade === undefined) return null;
  const outcome: Outcome = grade > 0 ? 1 : grade < 0 ? 0 : 0.5;
  return { left: modelA, right: modelB, outcome, category: row.category, responses: [responseA, responseB] };
}

async function styledBoard(comparisons: Named[]) {
  const styled: StyledComparison[] = [];
  for (let start = 0; start < comparisons.length; start += 500) {
    const some = comparisons.slice(start, start + 500);
    const texts = await textsOf(db(), some.flatMap(({ responses }) => responses)); // prettier-ignore
    for (const one of some) {
      const [left, right] = one.responses.map((id) => texts.get(id) ?? '') as [string, string];
      styled.push({ ...one, style: styleDifference(left, right) });
    }
  }
  // What no two answers differ in says nothing, and must not keep the rest from being computed.
  const used = styleFeatures.flatMap((feature, i) => (styled.some(({ style }) => style[i] !== 0) ? [{ feature, i }] : []));
  const features = used.map(({ feature }) => feature);
  return styleControlled(styled.map((one) => ({ ...one, style: used.map(({ i }) => one.style[i]!) })), { features }); // prettier-ignore
}

function categoriesOf(comparisons: Named[]): Figures['categories'] {
  const counts = new Map<string, number>();
  for (const { category } of comparisons) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts]
    .map(([name, n]) => ({ name, comparisons: n }))
    .sort((a, b) => b.comparisons - a.comparisons || (a.name < b.name ? -1 : 1));
}

/** 1,000, fewer where there are so many comparisons that a bootstrap would take seconds. */
const replicatesFor = (comparisons: number): number => Math.round(Math.min(1000, Math.max(200, 2e7 / Math.max(1, comparisons))));
