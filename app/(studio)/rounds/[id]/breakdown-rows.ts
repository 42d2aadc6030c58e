/** Numbers that were measured in groups, by key: `eval_accuracy/strength/2`, with `eval_pairs/strength/2` pairs in the group. Pure. */
import type { Stage } from '@/db/enums';
import type { MetricPoint } from '@/lib/rounds/round';
import type { roundWords } from '../../../words/round';
import type { Language } from '../../../words/words';

export type BreakdownRow = { name: string; accuracy: number; pairs: number; confidence?: number };
export type Breakdown = { dimension: Dimension; title: string; rows: BreakdownRow[] };

/** In the order in which they are shown. */
const dimensions = ['strength', 'round', 'policy', 'annotator', 'confidence'] as const;
type Dimension = (typeof dimensions)[number];
type Names = (typeof roundWords)[Language];

const pattern = new RegExp(`^eval_(accuracy|agreement|pairs|confidence)/(${dimensions.join('|')})/(.+)$`);

export const isOfBreakdown = (key: string): boolean => pattern.test(key);

/** @param annotators names by id */
export function breakdownsOf(points: MetricPoint[], stage: Stage, annotators: Record<string, string>, t: Names): Breakdown[] {
  const groups = new Map<string, Partial<Record<string, number>>>();
  for (const { key, value } of points.filter((point) => point.stage === stage)) {
    const [, what, dimension, name] = pattern.exec(key) ?? [];
    if (!what) continue;
    const id = `${dimension}/${name}`;
    groups.set(id, { ...groups.get(id), [what === 'agreement' ? 'accuracy' : what]: value });
  }
  return dimensions.flatMap((dimension) => {
    const rows = [...groups].flatMap(([id, { accuracy, pairs, confidence }]) => {
      if (!id.startsWith(`${dimension}/`) || accuracy === undefined || pairs === undefined) return [];
      return [{ name: nameOf(dimension, id.slice(dimension.length + 1), annotators, t), accuracy, pairs, confidence }];
    });
    return rows.length === 0 ? [] : [{ dimension, title: t.breakdowns[dimension], rows: rows.sort(byName) }];
  });
}

const byName = (a: BreakdownRow, b: BreakdownRow) => a.name.localeCompare(b.name, 'en', { numeric: true });

function nameOf(dimension: Dimension, name: string, annotators: Record<string, string>, t: Names): string {
  if (dimension === 'annotator') return annotators[name] ?? name;
  if (dimension === 'round') return name === '0' ? t.beforeRound1 : t.round(Number(name));
  if (dimension === 'strength') return t.grade(name);
  if (dimension === 'confidence') return t.upTo(Math.round(100 * Number(name)));
  return name.charAt(0).toUpperCase() + name.slice(1);
}
