/** Numbers that were measured in groups, by key: `eval_accuracy/strength/2`, with `eval_pairs/strength/2` pairs in the group. Pure. */
import type { Stage } from '@/db/enums';
import type { MetricPoint } from '@/lib/rounds/round';

export type BreakdownRow = { name: string; accuracy: number; pairs: number; confidence?: number };
export type Breakdown = { dimension: Dimension; title: string; rows: BreakdownRow[] };

/** In the order in which they are shown. */
const titles = {
  strength: 'Accuracy by strength of preference',
  round: 'Accuracy by the round that wrote the newer response',
  policy: 'Accuracy by who wrote a response',
  annotator: 'Agreement with each annotator',
  confidence: 'Calibration: accuracy by confidence',
} as const;
type Dimension = keyof typeof titles;

const pattern = new RegExp(`^eval_(accuracy|agreement|pairs|confidence)/(${Object.keys(titles).join('|')})/(.+)$`);

export const isOfBreakdown = (key: string): boolean => pattern.test(key);

/** @param annotators names by id */
export function breakdownsOf(points: MetricPoint[], stage: Stage, annotators: Record<string, string>): Breakdown[] {
  const groups = new Map<string, Partial<Record<string, number>>>();
  for (const { key, value } of points.filter((point) => point.stage === stage)) {
    const [, what, dimension, name] = pattern.exec(key) ?? [];
    if (!what) continue;
    const id = `${dimension}/${name}`;
    groups.set(id, { ...groups.get(id), [what === 'agreement' ? 'accuracy' : what]: value });
  }
  return (Object.keys(titles) as Dimension[]).flatMap((dimension) => {
    const rows = [...groups].flatMap(([id, { accuracy, pairs, confidence }]) => {
      if (!id.startsWith(`${dimension}/`) || accuracy === undefined || pairs === undefined) return [];
      return [{ name: nameOf(dimension, id.slice(dimension.length + 1), annotators), accuracy, pairs, confidence }];
    });
    return rows.length === 0 ? [] : [{ dimension, title: titles[dimension], rows: rows.sort(byName) }];
  });
}

const byName = (a: BreakdownRow, b: BreakdownRow) => a.name.localeCompare(b.name, 'en', { numeric: true });

function nameOf(dimension: Dimension, name: string, annotators: Record<string, string>): string {
  if (dimension === 'annotator') return annotators[name] ?? name;
  if (dimension === 'round') return name === '0' ? 'Before round 1' : `Round ${name}`;
  if (dimension === 'strength') return `Grade ${name}`;
  if (dimension === 'confidence') return `up to ${Math.round(100 * Number(name))} %`;
  return name.charAt(0).toUpperCase() + name.slice(1);
}
