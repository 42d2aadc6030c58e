'use client';
/** A small live line chart over optimizer steps. New points go straight to the canvas; React draws only the heading. */
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { onThemeChange } from '../shell/theme';
import { useLanguage, useWords } from '../words/language';
import { roundWords } from '../words/round';
import type { Language } from '../words/words';

export type Series = { key: string; label: string; points: { step: number; value: number }[] };
type Props = { title: string; help?: string; series: Series[] };

const height = 150;
const colors = ['text-series-1', 'text-series-2', 'text-series-3', 'text-series-4'];

/** One row of steps, and a row of values per series, with gaps where a series has none. */
function toColumns(series: Series[]): uPlot.AlignedData {
  const steps = [...new Set(series.flatMap(({ points }) => points.map(({ step }) => step)))].sort((a, b) => a - b);
  return [
    steps,
    ...series.map(({ points }) => {
      const byStep = new Map(points.map(({ step, value }) => [step, value]));
      return steps.map((step) => byStep.get(step) ?? null);
    }),
  ];
}

export function Chart({ title, help, series }: Props) {
  const t = useWords(roundWords);
  const language = useLanguage();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const columns = toColumns(series);
  const latest = useRef(columns);
  const labels = series.map(({ label }) => label).join('\n');

  useEffect(() => {
    latest.current = columns;
    plot.current?.setData(columns);
  }, [columns]);

  useEffect(() => {
    const element = holder.current!;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(element, labels.split('\n'), language, setHovered), latest.current, element);
    };
    draw();
    const resizing = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resizing.observe(element);
    const forgetTheme = onThemeChange(draw);
    return () => {
      resizing.disconnect();
      forgetTheme();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [labels, language]);

  const at = hovered ?? columns[0].length - 1;
  const shown = series.map((_, index) => columns[index + 1]?.[at] ?? null);
  return (
    <figure className="rounded-lg border border-line bg-surface p-4">
      <figcaption className="mb-2">
        <span className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-mono text-xs text-muted">{title}</span>
          <span className="text-sm font-medium tabular-nums">
            {shown.map((value, index) => (
              <span key={index} className={series.length > 1 ? `ml-3 ${colors[index]}` : undefined}>
                {series.length > 1 && <span className="mr-1 text-xs font-normal">{series[index]!.label}</span>}
                {value === null ? '–' : short(value, language)}
              </span>
            ))}
          </span>
        </span>
        <span className="mt-0.5 block text-xs text-muted">{hovered === null ? help : t.step(columns[0][at] ?? 0)}&nbsp;</span>
      </figcaption>
      <div
        ref={holder}
        role="img"
        aria-label={t.chart(
          title,
          columns[0].length,
          shown.map((value) => (value === null ? t.none : short(value, language))).join(` ${t.and} `),
        )}
      >
        {colors.slice(0, series.length).map((color) => (
          <span key={color} hidden data-series className={color} />
        ))}
        <span hidden data-axis className="text-muted" />
        <span hidden data-grid className="text-line" />
      </div>
    </figure>
  );
}

/** Four significant digits; powers of ten where there are too many zeros to read. */
export function short(value: number, language: Language): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return Number(value.toPrecision(4)).toLocaleString(language);
}

/** Too few points for a line. */
const isSparse = (values: ArrayLike<number | null | undefined>): boolean => Array.from(values).filter((value) => value != null).length < 3;

/** A canvas knows no CSS variables: colours are read off hidden elements that carry the classes. */
function options(element: HTMLElement, labels: string[], language: Language, onHover: (index: number | null) => void): uPlot.Options {
  const colorOf = (selector: string) => [...element.querySelectorAll(selector)].map((probe) => getComputedStyle(probe).color);
  const strokes = colorOf('[data-series]');
  const [ink = ''] = colorOf('[data-axis]');
  const [grid = ''] = colorOf('[data-grid]');
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: ink, font, ticks: { show: false }, grid: { stroke: grid, width: 1 } };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: false } },
    axes: [
      { ...axis, size: 26, grid: { show: false }, space: 60 },
      { ...axis, size: 52, space: 34, values: (_, ticks) => ticks.map((tick) => short(tick, language)) },
    ],
    series: [
      {},
      ...labels.map((label, index) => ({
        label,
        stroke: strokes[index],
        width: 1.75,
        spanGaps: true,
        points: { show: (self: uPlot, index: number) => isSparse(self.data[index]!), size: 5 },
      })),
    ],
    hooks: { setCursor: [(self) => onHover(self.cursor.idx ?? null)] },
  };
}
