'use client';
/** Buttons and links that look like buttons. */
import clsx from 'clsx';
import Link from 'next/link';
import type { ComponentProps } from 'react';
import { useKeyNames } from './key-names';

type Look = { variant?: 'primary' | 'secondary' | 'ghost' | 'danger'; size?: 'sm' | 'md' };

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-line bg-surface text-ink hover:border-edge',
  ghost: 'text-muted hover:bg-sunken hover:text-ink',
  danger: 'border border-danger/50 bg-surface text-danger hover:border-danger hover:bg-danger-wash',
};

const look = ({ variant = 'secondary', size = 'md' }: Look, className?: string) =>
  clsx(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap transition-colors',
    'disabled:opacity-50 aria-disabled:opacity-50 aria-pressed:bg-sunken aria-pressed:text-ink',
    size === 'md' ? 'h-10 px-4 text-[0.94rem] pointer-coarse:h-11' : 'h-8 px-3 text-sm pointer-coarse:h-10',
    variants[variant],
    className,
  );

/** `aria-keyshortcuts`: the default key; the person's own is told. */
export function Button({ variant, size, className, type = 'button', ...rest }: ComponentProps<'button'> & Look) {
  const keyOf = useKeyNames();
  const shortcut = rest['aria-keyshortcuts'];
  return (
    <button
      type={type}
      className={look({ variant, size }, className)}
      {...rest}
      aria-keyshortcuts={shortcut === undefined ? undefined : keyOf(shortcut)}
    />
  );
}

export function ButtonLink({ variant, size, className, ...rest }: ComponentProps<typeof Link> & Look) {
  return <Link className={look({ variant, size }, className)} {...rest} />;
}
