'use client';
/** One row of choices: of one kind one is chosen, with arrow keys too; of the other (`isMultiple`) any number. */
import clsx from 'clsx';
import { useId, useRef, type KeyboardEvent } from 'react';
import { Kbd } from '../../components/kbd';
import { useKeyNames } from '../../components/key-names';

type Props = {
  row: number;
  label: string;
  options: { label: string; spoken?: string; shortcut?: string }[];
  /** Their places. */
  chosen: number[];
  isMarked: boolean;
  isMultiple?: boolean;
  /** All as wide as each other. */
  isEven?: boolean;
  onChoose: (option: number) => void;
  onFocus: () => void;
};

export function Choices({ row, label, options, chosen, isMarked, isMultiple, isEven, onChoose, onFocus }: Props) {
  const id = useId();
  const keyOf = useKeyNames();
  const group = useRef<HTMLDivElement>(null);
  const stop = chosen[0] ?? 0;

  function keyDown(event: KeyboardEvent) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = (stop + (chosen.length > 0 ? by : 0) + options.length) % options.length;
    onChoose(next);
    group.current!.querySelectorAll<HTMLElement>('[role="radio"]')[next]!.focus();
  }

  return (
    <div
      data-row={row}
      className={clsx('rounded-md border-l-2 py-2.5 pr-2 pl-3', isMarked ? 'border-accent bg-accent-wash' : 'border-transparent')}
    >
      <p id={id} className="mb-1.5 text-sm font-medium wrap-anywhere">
        {label}
      </p>
      <div
        ref={group}
        role={isMultiple ? 'group' : 'radiogroup'}
        aria-labelledby={id}
        className={clsx('gap-1.5', isEven ? 'grid auto-cols-fr grid-flow-col' : 'flex flex-wrap')}
      >
        {options.map((option, index) => {
          const isChosen = chosen.includes(index);
          return (
            <button
              key={option.label}
              type="button"
              role={isMultiple ? 'checkbox' : 'radio'}
              aria-checked={isChosen}
              aria-label={option.spoken}
              aria-keyshortcuts={option.shortcut && keyOf(option.shortcut)}
              tabIndex={isMultiple || index === stop ? 0 : -1}
              onClick={() => onChoose(index)}
              onFocus={onFocus}
              onKeyDown={isMultiple ? undefined : keyDown}
              className={clsx(
                'flex h-9 min-w-0 items-center justify-center gap-2 rounded-md border px-2 text-sm font-medium transition-colors focus-visible:outline-2! pointer-coarse:h-11',
                isChosen ? 'border-accent bg-accent text-on-accent' : 'border-line bg-surface hover:border-edge',
              )}
            >
              <span className="truncate">{option.label}</span>
              {option.shortcut && <Kbd>{option.shortcut}</Kbd>}
            </button>
          );
        })}
      </div>
    </div>
  );
}
