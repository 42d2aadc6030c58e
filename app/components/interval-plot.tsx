/**
 * Estimates with their intervals, a row each: where a table says how much, this shows how far apart. The numbers stand beside their marks,
 * so that nobody needs to see the picture.
 */
export type IntervalRow = { id: string; label: string; value: number; low: number; high: number; text: string };
type Props = {
  label: string;
  rows: IntervalRow[];
  /** Ends of the axis. */
  from: number;
  to: number;
  /** A line to hold the estimates against. */
  reference?: { at: number; label: string };
  format: (value: number) => string;
};

export function IntervalPlot({ label, rows, from, to, reference, format }: Props) {
  const place = (value: number) => `${(100 * (Math.min(to, Math.max(from, value)) - from)) / (to - from)}%`;
  return (
    <figure aria-label={label} className="rounded-lg border border-line bg-surface p-4 sm:p-5">
      <ul className="flex flex-col gap-2.5 sm:gap-1">
        {rows.map((row) => (
          <li
            key={row.id}
            className="grid items-center gap-x-4 text-sm max-sm:grid-cols-[1fr_auto] sm:grid-cols-[minmax(7rem,12rem)_1fr_11rem]"
          >
            <span className="truncate" title={row.label}>
              {row.label}
            </span>
            <svg aria-hidden className="h-5 w-full overflow-visible max-sm:order-last max-sm:col-span-2">
              <line x1="0" x2="100%" y1="50%" y2="50%" className="stroke-line" />
              {reference && (
                <line x1={place(reference.at)} x2={place(reference.at)} y1="0" y2="100%" className="stroke-edge" strokeDasharray="3 3" />
              )}
              <line x1={place(row.low)} x2={place(row.high)} y1="50%" y2="50%" className="stroke-accent" strokeWidth="2" />
              <circle cx={place(row.value)} cy="50%" r="4" className="fill-accent" />
            </svg>
            <span className="text-right text-muted tabular-nums">{row.text}</span>
          </li>
        ))}
      </ul>
      <div aria-hidden className="mt-1 grid gap-x-4 text-xs text-muted sm:grid-cols-[minmax(7rem,12rem)_1fr_11rem]">
        <span className="flex justify-between tabular-nums sm:col-start-2">
          <span>{format(from)}</span>
          <span>{format(to)}</span>
        </span>
      </div>
      {reference && <p className="mt-2 text-xs text-muted">{reference.label}</p>}
    </figure>
  );
}
