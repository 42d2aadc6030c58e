'use client';
/**
 * The frame around every kind of task: how far one is, guidelines and keys on top; the task in the middle (WorkBody); its
 * controls at the bottom, always in the same place (WorkControls).
 */
import clsx from 'clsx';
import { useState, type ReactNode } from 'react';
import type { KindProgress } from '@/lib/tasks/claim';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { Kbd } from '../components/kbd';
import { Prose } from '../components/prose';
import { useNumber, useWords } from '../words/language';
import { workWords } from '../words/work';
import { useKeys, type KeyBinding } from './use-keys';

type Part = { isNarrow?: boolean; children: ReactNode };
const width = (isNarrow?: boolean) => clsx('mx-auto w-full px-4 sm:px-6', isNarrow ? 'max-w-[46rem]' : 'max-w-[84rem]');

export function WorkBody({ isNarrow, children }: Part) {
  return <div className={clsx(width(isNarrow), 'flex-1 pt-4 pb-10')}>{children}</div>;
}

export function WorkControls({ isNarrow, children }: Part) {
  return (
    <div className="sticky bottom-0 z-10 border-t border-line bg-paper">
      <div className={clsx(width(isNarrow), 'pt-2 pb-3')}>{children}</div>
    </div>
  );
}

export type WorkProject = { slug: string; name: string; guidelines: string };

type Props = {
  title: string;
  /** What is counted: "pairs". */
  things: string;
  project: WorkProject;
  progress: KindProgress;
  keys: KeyBinding[];
  /** Keys that work inside an input, listed only. */
  moreKeys?: Pick<KeyBinding, 'key' | 'does'>[];
  isNarrow?: boolean;
  children: ReactNode;
};

export function WorkFrame({ title, things, project, progress, keys, moreKeys = [], isNarrow, children }: Props) {
  const t = useWords(workWords);
  const number = useNumber();
  const [shown, setShown] = useState<'guidelines' | 'keys' | null>(null);
  const all: KeyBinding[] = [
    ...keys,
    ...(project.guidelines ? [{ key: 'g', does: t.guidelines, run: () => setShown('guidelines') }] : []),
    { key: '?', does: t.thisList, run: () => setShown('keys') },
  ];
  useKeys(all);
  const share = progress.total > 0 ? (progress.total - progress.open) / progress.total : 0;

  return (
    <main id="main" tabIndex={-1} className="flex min-h-[calc(100dvh-3.5rem-1px)] flex-col">
      <div
        className="h-0.5"
        role="progressbar"
        aria-label={t.allAnswered(things)}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div className="h-full origin-left bg-accent transition-transform duration-300" style={{ transform: `scaleX(${share})` }} />
      </div>
      <div className={clsx(width(isNarrow), 'flex items-center gap-4 pt-4 text-sm text-muted')}>
        <h1 className="sr-only">{title}</h1>
        <p className="tabular-nums">
          <span className="font-medium text-ink">{number(progress.answeredByMeToday)}</span> {t.today}
          <span className="mx-2 text-line" aria-hidden>
            |
          </span>
          {t.open(number(progress.open), things)}
        </p>
        <div className="-mr-3 ml-auto flex items-center gap-1">
          {project.guidelines && (
            <Button size="sm" variant="ghost" aria-keyshortcuts="g" onClick={() => setShown('guidelines')}>
              {t.guidelines} <Kbd>g</Kbd>
            </Button>
          )}
          <Button size="sm" variant="ghost" aria-keyshortcuts="?" className="pointer-coarse:hidden" onClick={() => setShown('keys')}>
            {t.keys} <Kbd>?</Kbd>
          </Button>
        </div>
      </div>
      {children}

      <Dialog title={t.guidelines} isWide open={shown === 'guidelines'} onOpenChange={(open) => !open && setShown(null)}>
        <Prose text={project.guidelines} />
      </Dialog>
      <Dialog title={t.keys} open={shown === 'keys'} onOpenChange={(open) => !open && setShown(null)}>
        <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2 text-sm">
          {[...all, ...moreKeys].map(({ key, does }) => (
            <div key={key + does} className="contents">
              <dt className="justify-self-end">
                <Kbd className="h-6 min-w-6 text-xs pointer-coarse:inline-flex">{key}</Kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </main>
  );
}
