/** How metrics are laid out: in groups, which come first (words/metrics.ts has them in order), which share a chart, and what each says. */
import type { Stage } from '@/db/enums';
import type { MetricPoint } from '@/lib/rounds/round';
import type { Series } from '../../../components/chart';
import type { metricWords } from '../../../words/metrics';
import type { Language } from '../../../words/words';
import { isOfBreakdown } from './breakdown-rows';

export type MetricChart = { key: string; help: string; series: Series[] };
export type MetricGroup = { title: string; charts: MetricChart[] };

type Names = (typeof metricWords)[Language];

/** `eval_loss` and `loss` go into one chart. */
const familyOf = (key: string): string => key.replace(/(^|\/)(eval|train)[_/]/, '$1');
const labelOf = (key: string, t: Names): string => (/(^|\/)eval[_/]/.test(key) ? t.heldOut : t.training);

const helpOfOther = (key: string, t: Names): string => {
  const earlier = /^reward\/round\/(\d+)$/.exec(key)?.[1];
  return earlier ? t.earlier(earlier) : '';
};

/** The charts of one stage; what no group knows comes last. */
export function groupsOf(points: MetricPoint[], stage: Stage, t: Names): MetricGroup[] {
  const families = seriesByFamily(
    points.filter((point) => point.stage === stage && !isOfBreakdown(point.key)),
    t,
  );
  const take = (key: string, help: string): MetricChart[] => {
    const series = families.get(key);
    families.delete(key);
    return series ? [{ key, help, series: [...series.values()] }] : [];
  };
  const known = Object.values(t.groups).map(({ title, keys }) => ({
    title,
    charts: Object.entries(keys).flatMap(([key, help]) => take(key, help)),
  }));
  const others = { title: t.more, charts: [...families.keys()].sort().flatMap((key) => take(key, helpOfOther(key, t))) };
  return [...known, others].filter(({ charts }) => charts.length > 0);
}

function seriesByFamily(points: MetricPoint[], t: Names): Map<string, Map<string, Series>> {
  const families = new Map<string, Map<string, Series>>();
  for (const { key, step, value } of points) {
    const family = families.get(familyOf(key)) ?? new Map<string, Series>();
    families.set(familyOf(key), family);
    const series = family.get(key) ?? { key, label: labelOf(key, t), points: [] };
    family.set(key, series);
    series.points.push({ step, value });
  }
  return families;
}
