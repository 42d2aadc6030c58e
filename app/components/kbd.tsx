'use client';
/**
 * A key's name, as printed on the control that it operates: give the default key, the person's own is shown. Decoration only: the
 * control itself carries `aria-keyshortcuts` (a Button looks up the person's key there, too).
 */
import clsx from 'clsx';
import { useKeyNames } from './key-names';

export function Kbd({ children, className }: { children: string; className?: string }) {
  const keyOf = useKeyNames();
  return (
    <kbd
      aria-hidden
      className={clsx(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-[4px] border border-line bg-paper px-1 font-sans text-[0.7rem] leading-none font-medium text-muted pointer-coarse:hidden',
        className,
      )}
    >
      {keyOf(children)}
    </kbd>
  );
}
