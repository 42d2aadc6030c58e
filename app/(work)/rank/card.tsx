'use client';
/** One response in the list: its place, its letter, what moves it, and its text, of which a long one shows the beginning first. */
import clsx from 'clsx';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode, type Ref } from 'react';
import { Kbd } from '../../components/kbd';
import { useKeyNames } from '../../components/key-names';
import { useWords } from '../../words/language';
import { rankWords } from '../../words/rank';
import { ResponseText } from '../response-text';
import { nameOf } from './names';

type Props = {
  ref: Ref<HTMLLIElement>;
  response: number;
  text: string;
  place: number;
  places: number;
  /** Who shares the place, this one among them. */
  tied: readonly number[];
  /** Id of the words that say how to move it. */
  help: string;
  isFocused: boolean;
  isShort: boolean;
  isDragged: boolean;
  isExpanded: boolean;
  onFocus: (control: HTMLElement) => void;
  onKey: (event: KeyboardEvent) => void;
  onGrip: (event: PointerEvent) => void;
  onStep: (by: -1 | 1) => void;
  onTie: () => void;
  onToggle: () => void;
};

export function Card({ ref, response, text, place, places, tied, help, isFocused, isShort, isDragged, isExpanded, ...on }: Props) {
  const t = useWords(rankWords);
  const keyOf = useKeyNames();
  const body = useRef<HTMLDivElement>(null);
  const [isLong, setLong] = useState(false);
  const name = nameOf(response);
  const isTied = tied.length > 1;
  const [isFirstOfTie, isLastOfTie] = [tied[0] === response, tied.at(-1) === response];
  const others = tied.filter((one) => one !== response).map(nameOf);
  const label = [t.response(name), t.place(place, places), ...(isTied ? [t.tiedWith(others.join(', '))] : [])];

  useEffect(() => {
    const element = body.current!;
    const measure = () => setLong(element.firstElementChild!.scrollHeight > longPixels);
    const observer = new ResizeObserver(measure);
    observer.observe(element.firstElementChild!);
    return () => observer.disconnect();
  }, []);

  return (
    <li
      ref={ref}
      className={clsx(
        'scroll-mt-4 scroll-mb-56 border bg-surface',
        isFirstOfTie ? 'mt-3 rounded-t-lg' : 'border-t-dashed -mt-px',
        isLastOfTie && 'rounded-b-lg',
        isFocused ? 'relative z-1 border-accent ring-1 ring-accent' : 'border-line',
        isDragged && 'z-2 bg-accent-wash shadow-lg',
      )}
    >
      <div className="flex items-center gap-2 px-2 pt-2 sm:px-3">
        <button
          type="button"
          data-passes-enter
          aria-describedby={help}
          tabIndex={isFocused ? 0 : -1}
          onFocus={(event) => on.onFocus(event.currentTarget)}
          onKeyDown={on.onKey}
          onPointerDown={on.onGrip}
          className={clsx(
            'flex h-9 touch-none items-center gap-2 rounded-md pr-2 hover:bg-sunken pointer-coarse:h-11',
            isDragged ? 'cursor-grabbing!' : 'cursor-grab!',
          )}
        >
          <Dots />
          <span className="sr-only">{label.join(', ')}</span>
          <span aria-hidden className="min-w-5 text-center text-lg font-semibold tabular-nums">
            {place}
          </span>
          <span aria-hidden className="text-sm font-semibold text-muted">
            {name}
            {isTied && ` = ${others.join(' = ')}`}
          </span>
        </button>
        <span className="ml-auto flex gap-1">
          <Tool
            onFocus={on.onFocus}
            label={t.up(name)}
            shortcut="u"
            isShown={isFocused}
            isOff={place === 1 && !isTied}
            onClick={() => on.onStep(-1)}
          >
            ↑
          </Tool>
          <Tool
            onFocus={on.onFocus}
            label={t.down(name)}
            shortcut="d"
            isShown={isFocused}
            isOff={place === places && !isTied}
            onClick={() => on.onStep(1)}
          >
            ↓
          </Tool>
          <Tool
            onFocus={on.onFocus}
            label={isTied ? t.untie(name) : t.tie(name)}
            shortcut="t"
            isShown={isFocused}
            isOff={place === 1 && !isTied}
            onClick={on.onTie}
          >
            {isTied ? '≠' : '='}
          </Tool>
        </span>
      </div>
      <div
        ref={body}
        className={clsx('relative overflow-hidden px-4 pt-1 pb-4 sm:px-6', isShort ? 'max-h-16' : !isExpanded && isLong && 'max-h-[26rem]')}
      >
        <ResponseText text={text} />
        {isLong && !isExpanded && (
          <span aria-hidden className="pointer-events-none absolute inset-x-0 bottom-0 h-16 bg-linear-to-t from-surface to-transparent" />
        )}
      </div>
      {isLong && !isShort && (
        <button
          type="button"
          aria-expanded={isExpanded}
          aria-keyshortcuts={keyOf('e')}
          onClick={on.onToggle}
          onFocus={(event) => on.onFocus(event.currentTarget)}
          className="flex h-9 w-full items-center justify-center gap-2 rounded-b-lg border-t border-line text-sm font-medium text-muted hover:text-ink pointer-coarse:h-11"
        >
          {isExpanded ? t.showLess : t.showAll} {isFocused && <Kbd>e</Kbd>}
        </button>
      )}
    </li>
  );
}

/** Taller texts show their beginning: 26rem of it. */
const longPixels = 448;

type ToolProps = {
  label: string;
  shortcut: string;
  isShown: boolean;
  isOff: boolean;
  onClick: () => void;
  onFocus: (control: HTMLElement) => void;
  children: ReactNode;
};

function Tool({ label, shortcut, isShown, isOff, onClick, onFocus, children }: ToolProps) {
  const keyOf = useKeyNames();
  return (
    <button
      type="button"
      aria-keyshortcuts={keyOf(shortcut)}
      aria-disabled={isOff || undefined}
      onClick={onClick}
      onFocus={(event) => onFocus(event.currentTarget)}
      className="flex h-8 min-w-8 items-center justify-center gap-1.5 rounded-md px-1.5 font-medium text-muted hover:bg-sunken hover:text-ink aria-disabled:opacity-40 pointer-coarse:size-11"
    >
      <span className="sr-only">{label}</span>
      <span aria-hidden>{children}</span>
      {isShown && <Kbd>{shortcut}</Kbd>}
    </button>
  );
}

const Dots = () => (
  <svg viewBox="0 0 10 16" aria-hidden className="ml-1 h-4 w-2.5 fill-current text-muted">
    {[3, 8, 13].flatMap((y) => [2.5, 7.5].map((x) => <circle key={`${x} ${y}`} cx={x} cy={y} r="1.3" />))}
  </svg>
);
