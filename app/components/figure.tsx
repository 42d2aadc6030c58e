/** One figure with its name, its interval, and what it is of. */
import type { ReactNode } from 'react';
import type { CohenKappa } from '@/lib/agreement/cohen-kappa';
import type { Computed } from '@/lib/statistics/computed';
import type { Interval } from '@/lib/statistics/interval';
import { reportWords } from '../words/reports';
import { currentLanguage, numberOf, wordsOf } from '../words/server';
import { whyNotInWords } from '../words/why-not';

/** Figures as the reader's language writes them, and what is said in place of one that is not there. */
export async function reportFormat() {
  const [t, number, language] = [await wordsOf(reportWords), await numberOf(), await currentLanguage()];
  const two = (value: number) => number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'negative' });
  const percent = (share: number) => number(share, { style: 'percent', maximumFractionDigits: 0 });
  /** An interval without a width is none: nothing varies that it could be made of. */
  const within = (value: number, interval: Interval | null, format: (value: number) => string) => {
    if (!interval) return format(value);
    return interval.low < interval.high
      ? t.between(format(value), format(interval.low), format(interval.high))
      : t.noInterval(format(value));
  };
  /** The same in a table's cell, where the interval may stand below. */
  const withinCell = (value: number, interval: Interval, format: (value: number) => string): ReactNode =>
    interval.low < interval.high ? (
      <>
        {format(value)}{' '}
        <span className="inline-block text-xs whitespace-nowrap text-muted">
          ({t.interval(format(interval.low), format(interval.high))})
        </span>
      </>
    ) : (
      within(value, interval, format)
    );
  const because = (figure: Computed<unknown>) => (figure.ok ? '' : whyNotInWords(figure, language));
  /** Cohen's κ, and why it has no interval where it has none. */
  const kappa = ({ kappa: value, interval }: CohenKappa): { text: string; why?: string } =>
    interval.ok
      ? { text: within(value, interval.value, two) }
      : { text: t.noInterval(two(value)), why: t.noIntervalWhy(because(interval)) };
  return { number, two, percent, within, withinCell, because, kappa };
}

/** In a table's cell: a figure without an interval says why to those who point at it and to those who listen. */
export function Explained({ text, why }: { text: string; why?: string }) {
  if (!why) return text;
  return (
    <span title={why}>
      {text} <span className="sr-only">{why}</span>
    </span>
  );
}

/** In a table's cell, where a figure is not there: a dash that says why, to those who point at it and to those who listen. */
export function NoFigure({ because }: { because: string }) {
  return (
    <span title={because}>
      <span aria-hidden>–</span>
      <span className="sr-only">{because}</span>
    </span>
  );
}

/** A figure that is there, or why it is not. */
export function Figure({ label, value, help, missing }: { label: string; value?: string; help?: ReactNode; missing?: string }) {
  return (
    <div className="flex flex-col gap-1">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className={value === undefined ? 'text-sm' : 'text-lg font-semibold tabular-nums'}>{value ?? missing}</dd>
      {help && <dd className="text-sm text-muted">{help}</dd>}
    </div>
  );
}
