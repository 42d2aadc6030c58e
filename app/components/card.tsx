/** A surface that holds one thing. */
import clsx from 'clsx';
import type { ComponentProps } from 'react';

export function Card({ className, ...rest }: ComponentProps<'section'>) {
  return <section className={clsx('rounded-lg border border-line bg-surface p-5 sm:p-6', className)} {...rest} />;
}
