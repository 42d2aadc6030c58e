'use client';
/** A state in one word. The word carries the meaning; the colour only helps to find it. */
import clsx from 'clsx';
import type { ReactNode } from 'react';
import type { JobState } from '@/db/enums';
import { useWords } from '../words/language';
import { nameWords } from '../words/names';

export type Tone = 'neutral' | 'accent' | 'warn' | 'danger';

const tones = {
  neutral: 'bg-sunken text-muted',
  accent: 'bg-accent-wash text-accent-strong',
  warn: 'bg-warn-wash text-warn',
  danger: 'bg-danger-wash text-danger',
};

export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={clsx('inline-flex h-6 items-center rounded-full px-2.5 text-xs font-medium whitespace-nowrap', tones[tone])}>
      {children}
    </span>
  );
}

const stateTones: Record<JobState, Tone> = {
  running: 'accent',
  succeeded: 'neutral',
  failed: 'danger',
  cancelled: 'warn',
  queued: 'neutral',
};

/** The state of a round or of one of its stages. */
export function StateBadge({ state }: { state: JobState }) {
  return <Badge tone={stateTones[state]}>{useWords(nameWords).states[state]}</Badge>;
}
