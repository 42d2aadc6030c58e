/** A key's name, as printed on the control that it operates. Decoration only: the control itself carries `aria-keyshortcuts`. */
import clsx from 'clsx';

export function Kbd({ children, className }: { children: string; className?: string }) {
  return (
    <kbd
      aria-hidden
      className={clsx(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-[4px] border border-line bg-paper px-1 font-sans text-[0.7rem] leading-none font-medium text-muted pointer-coarse:hidden',
        className,
      )}
    >
      {children}
    </kbd>
  );
}
