'use client';
/**
 * A prompt and two responses to it. Blind: nothing here can tell where a response came from, and both look the same. The responses stand
 * beside each other and scroll together; the shorter one stays in view while the longer goes by. On a phone they stand below each other, or
 * one at a time.
 */
import clsx from 'clsx';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { visibleText } from '../../components/visible-text';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';
import { Prompt } from '../prompt';
import { ResponseText } from '../response-text';
import type { WorkItem } from '../use-task-feed';
import { differenceOf } from './difference';
import { Marked } from './marked';

export type Side = 'A' | 'B';
export type View = 'both' | Side;

type Texts = { prompt: string; a: string; b: string };

export const textsOf = ({ task, compare }: WorkItem): Texts => ({
  prompt: task.prompt.text,
  a: compare?.left.text ?? '',
  b: compare?.right.text ?? '',
});

type Props = Texts & {
  isPromptOpen: boolean;
  onPromptOpen: () => void;
  isDifferenceShown: boolean;
  /** On a phone. */
  view: View;
  onView: (view: View) => void;
};

export function Pair({ prompt, a, b, isPromptOpen, onPromptOpen, isDifferenceShown, view, onView }: Props) {
  const t = useWords(compareWords);
  const difference = useMemo(
    () => (isDifferenceShown ? differenceOf(visibleText(a).trim(), visibleText(b).trim()) : undefined),
    [isDifferenceShown, a, b],
  );
  return (
    <div className="animate-appear">
      <Prompt text={prompt} isOpen={isPromptOpen} onOpen={onPromptOpen} className="sm:px-6" />
      <ViewSwitch view={view} onView={onView} />
      {difference !== undefined && (
        <p role="status" className="mt-4 text-sm text-muted sm:px-6">
          {difference === null
            ? t.tooDifferent
            : difference.left.concat(difference.right).some((piece) => piece.isOnlyHere)
              ? t.marked
              : t.same}
        </p>
      )}
      <div className="mt-3 grid grid-cols-1 items-start gap-4 md:mt-6 md:grid-cols-2 md:gap-6">
        <Response side="A" isHidden={view === 'B'}>
          {difference ? <Marked side="A" pieces={difference.left} /> : <ResponseText text={a} />}
        </Response>
        <Response side="B" isHidden={view === 'A'}>
          {difference ? <Marked side="B" pieces={difference.right} /> : <ResponseText text={b} />}
        </Response>
      </div>
    </div>
  );
}

function Response({ side, isHidden, children }: { side: Side; isHidden: boolean; children: ReactNode }) {
  const t = useWords(compareWords);
  const pane = useRef<HTMLElement>(null);
  const isShort = useIsShort(pane);
  return (
    <section
      ref={pane}
      aria-label={t.response(side)}
      className={clsx(
        'rounded-lg border border-line bg-surface px-5 pb-6 sm:px-6',
        isHidden && 'max-md:hidden',
        isShort && 'md:sticky md:top-4',
      )}
    >
      <h2 className="sticky top-0 z-[1] -mx-1 mb-1 bg-surface px-1 pt-3 pb-1 text-sm font-semibold text-muted max-md:top-11">{side}</h2>
      {children}
    </section>
  );
}

/** What the header of the page and the controls at the bottom leave, roughly. */
const shareOfWindow = 0.6;

/** Does it fit into the window, so that it may stay there? */
function useIsShort(pane: React.RefObject<HTMLElement | null>): boolean {
  const [isShort, setShort] = useState(false);
  useEffect(() => {
    const measure = () => setShort((pane.current?.offsetHeight ?? Infinity) < shareOfWindow * window.innerHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(pane.current!);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [pane]);
  return isShort;
}

function ViewSwitch({ view, onView }: Pick<Props, 'view' | 'onView'>) {
  const t = useWords(compareWords);
  const views: [View, string][] = [
    ['both', t.both],
    ['A', 'A'],
    ['B', 'B'],
  ];
  return (
    <div
      role="group"
      aria-label={t.view}
      className="sticky top-0 z-[2] -mx-4 mt-5 flex gap-1 bg-paper px-4 py-1 sm:-mx-6 sm:px-6 md:hidden in-[[role=dialog]]:bg-surface"
    >
      {views.map(([value, label]) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          onClick={() => onView(value)}
          className={clsx(
            'h-9 flex-1 rounded-md border text-sm font-medium',
            view === value ? 'border-accent bg-accent-wash text-ink' : 'border-line bg-surface text-muted',
          )}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
