/** How far something is, 0 … 1. */
export function ProgressBar({ label, fraction }: { label: string; fraction: number }) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(fraction * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      className="block h-1 w-full overflow-hidden rounded-full bg-sunken"
    >
      <span
        className="block h-full origin-left rounded-full bg-accent transition-transform duration-300"
        style={{ transform: `scaleX(${Math.min(1, fraction)})` }}
      />
    </span>
  );
}
