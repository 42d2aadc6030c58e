'use client';
/** How much of what is needed is there: "12 of 8". */
import clsx from 'clsx';
import { commonWords } from '../words/common';
import { useNumber, useWords } from '../words/language';
import { ProgressBar } from './progress-bar';

export function Meter({ label, have, need }: { label: string; have: number; need: number }) {
  const t = useWords(commonWords);
  const number = useNumber();
  const isEnough = have >= need;
  return (
    <div>
      <div className="flex items-baseline justify-between gap-4">
        <span className="font-medium">{label}</span>
        <span className="text-muted tabular-nums">
          <span className={clsx('font-medium', isEnough ? 'text-accent' : 'text-ink')}>{number(have)}</span> {t.of} {number(need)}
          {isEnough ? ` · ${t.enough}` : ` ${t.needed}`}
        </span>
      </div>
      <div className="mt-2">
        <ProgressBar label={label} fraction={have / Math.max(1, need)} />
      </div>
    </div>
  );
}
