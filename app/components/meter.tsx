/** How much of what is needed is there: "12 of 8". */
import clsx from 'clsx';
import { ProgressBar } from './progress-bar';

export function Meter({ label, have, need }: { label: string; have: number; need: number }) {
  const isEnough = have >= need;
  return (
    <div>
      <div className="flex items-baseline justify-between gap-4">
        <span className="font-medium">{label}</span>
        <span className="text-muted tabular-nums">
          <span className={clsx('font-medium', isEnough ? 'text-accent' : 'text-ink')}>{have.toLocaleString('en')}</span> of{' '}
          {need.toLocaleString('en')}
          {isEnough ? ' · enough' : ' needed'}
        </span>
      </div>
      <div className="mt-2">
        <ProgressBar label={label} fraction={have / Math.max(1, need)} />
      </div>
    </div>
  );
}
