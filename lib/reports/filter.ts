/** Which judgements a report is about. The same fields stand in a page's address and in that of its CSV. */
import { z } from 'zod';
import type { ProjectSettings } from '@/lib/projects/settings';

export const judgedKinds = ['compare', 'rank', 'rate'] as const;
export type JudgedKind = (typeof judgedKinds)[number];

export const reportQuery = z.object({
  kind: z.enum(judgedKinds).default('compare'),
  /** `overall`, `safety` or `aspect:NAME`; absent: the first that the kind has. */
  subject: z.string().max(60).optional(),
  /** 0: before the first round. Absent or empty: all. */
  round: z.union([z.literal('').transform(() => undefined), z.coerce.number().int().min(0)]).optional(),
  late: z.enum(['with', 'without']).default('without'),
  names: z.enum(['shown', 'hidden']).default('shown'),
});
export type ReportQuery = z.output<typeof reportQuery>;

export const reportSchema = reportQuery.extend({ projectId: z.uuid() });
export type ReportInput = z.input<typeof reportSchema>;

/** What was judged, the kind's main one first. Safety is a yes or no; all others have an order. */
export function subjectsOf(kind: JudgedKind, { aspects }: Pick<ProjectSettings, 'aspects'>): string[] {
  const named = aspects.map((name) => `aspect:${name}`);
  return { compare: ['overall', ...named], rank: ['overall'], rate: [...named, 'safety'] }[kind];
}

/** The name of the aspect that a subject is, null for `overall` and `safety`. */
export const aspectOf = (subject: string): string | null => (subject.startsWith('aspect:') ? subject.slice('aspect:'.length) : null);
