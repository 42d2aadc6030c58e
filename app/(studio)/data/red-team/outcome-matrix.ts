/** Failures counted by category and severity, as a table shows them. Pure. */
import type { ConversationOutcome } from '@/db/enums';

type Count = { outcome: ConversationOutcome; category: string | null; severity: number | null; count: number };

export const severities = [1, 2, 3, 4, 5] as const;

export type OutcomeMatrix = {
  /** The project's categories in their order, then those that are no longer among them; null where none was named. */
  rows: { category: string | null; bySeverity: number[]; total: number }[];
  failed: number;
  held: number;
};

export function outcomeMatrix(counts: Count[], categories: string[]): OutcomeMatrix {
  const failures = counts.filter(({ outcome }) => outcome === 'failed');
  const sum = (of: Count[]) => of.reduce((all, { count }) => all + count, 0);
  const others = [...new Set(failures.map(({ category }) => category))].filter((one) => one === null || !categories.includes(one));
  const rows = [
    ...categories,
    ...others.toSorted((a, b) => Number(a === null) - Number(b === null) || String(a).localeCompare(String(b))),
  ].map((category) => {
    const own = failures.filter((one) => one.category === category);
    return { category, bySeverity: severities.map((severity) => sum(own.filter((one) => one.severity === severity))), total: sum(own) };
  });
  return { rows, failed: sum(failures), held: sum(counts.filter(({ outcome }) => outcome === 'held')) };
}
