/** An estimate with its interval in windows of time, and a level to hold it against. The table below it says the same in numbers. */
export type TimeWindow = { at: number; value: number; low: number; high: number };
type Props = {
  label: string;
  windows: TimeWindow[];
  from: number;
  to: number;
  /** Heights that are marked at the side. */
  marks: number[];
  level?: number;
  format: (value: number) => string;
};

export function TimePlot({ label, windows, from, to, marks, level, format }: Props) {
  const first = windows[0]!.at;
  const span = windows.at(-1)!.at - first;
  // A margin, so that no mark stands on the edge. Times that are all the same go side by side.
  const x = (at: number, index: number) => `${3 + 94 * (span > 0 ? (at - first) / span : index / Math.max(1, windows.length - 1))}%`;
  const y = (value: number) => `${(100 * (to - Math.min(to, Math.max(from, value)))) / (to - from)}%`;
  return (
    <div role="img" aria-label={label} className="flex gap-3">
      <div aria-hidden className="relative w-9 shrink-0 text-right text-xs text-muted tabular-nums">
        {marks.map((mark) => (
          <span key={mark} className="absolute right-0 -translate-y-1/2" style={{ top: y(mark) }}>
            {format(mark)}
          </span>
        ))}
      </div>
      <svg className="h-44 min-w-0 flex-1 overflow-visible">
        {marks.map((mark) => (
          <line key={mark} x1="0" x2="100%" y1={y(mark)} y2={y(mark)} className="stroke-line" />
        ))}
        {level !== undefined && (
          <line x1="0" x2="100%" y1={y(level)} y2={y(level)} className="stroke-series-3" strokeWidth="1.5" strokeDasharray="5 4" />
        )}
        {windows.slice(1).map(({ at, value }, index) => (
          <line
            key={index}
            x1={x(windows[index]!.at, index)}
            y1={y(windows[index]!.value)}
            x2={x(at, index + 1)}
            y2={y(value)}
            className="stroke-accent"
            strokeWidth="1.5"
          />
        ))}
        {windows.map(({ at, value, low, high }, index) => (
          <g key={index}>
            <line x1={x(at, index)} x2={x(at, index)} y1={y(low)} y2={y(high)} className="stroke-accent" strokeWidth="2" opacity="0.55" />
            <circle cx={x(at, index)} cy={y(value)} r="4" className="fill-accent" />
          </g>
        ))}
      </svg>
    </div>
  );
}
