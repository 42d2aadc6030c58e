'use client';
/** What was measured in groups, as tables; calibration also as a curve, which is the diagonal where confidence is earned. */
import { Cell, Table } from '../../../components/table';
import { useNumber, useWords } from '../../../words/language';
import { roundWords } from '../../../words/round';
import type { Breakdown, BreakdownRow } from './breakdown-rows';

export function Breakdowns({ of }: { of: Breakdown[] }) {
  const t = useWords(roundWords);
  const number = useNumber();
  const percent = (share: number) => number(share, { style: 'percent' });
  if (of.length === 0) return null;
  return (
    <section aria-label={t.inGroups} className="mb-8">
      <h2 className="mb-3 text-sm font-medium text-muted">{t.inGroups}</h2>
      <div className="grid items-start gap-4 md:grid-cols-2">
        {of.map(({ dimension, title, rows }) => (
          <div key={dimension}>
            <h3 className="mb-2 text-sm">{title}</h3>
            {dimension === 'confidence' && <ReliabilityCurve rows={rows} />}
            <Table label={title} head={['', ...(dimension === 'confidence' ? [t.confidence] : []), t.accuracy, t.pairs]}>
              {rows.map(({ name, accuracy, pairs, confidence }) => (
                <tr key={name}>
                  <Cell>{name}</Cell>
                  {confidence !== undefined && <Cell isNumber>{percent(confidence)}</Cell>}
                  <Cell isNumber>{percent(accuracy)}</Cell>
                  <Cell isNumber>{pairs}</Cell>
                </tr>
              ))}
            </Table>
          </div>
        ))}
      </div>
    </section>
  );
}

/** Confidence from left to right (50 … 100 %), accuracy from bottom to top (0 … 100 %). */
function ReliabilityCurve({ rows }: { rows: BreakdownRow[] }) {
  const t = useWords(roundWords);
  const points = rows.map(({ confidence, accuracy }) => [200 * ((confidence ?? 0.5) - 0.5), 100 - 100 * accuracy] as const);
  return (
    <svg
      viewBox="-4 -4 108 108"
      role="img"
      aria-label={t.accuracyOverConfidence}
      className="mb-2 h-32 rounded-lg border border-line bg-surface"
    >
      <line x1="0" y1="50" x2="100" y2="0" className="stroke-edge" strokeDasharray="3 3" />
      <polyline points={points.map((point) => point.join()).join(' ')} fill="none" className="stroke-accent" strokeWidth="2" />
      {points.map(([x, y]) => (
        <circle key={x} cx={x} cy={y} r="2.5" className="fill-accent" />
      ))}
    </svg>
  );
}
