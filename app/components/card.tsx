/** A surface that holds one thing. */
import clsx from 'clsx';
import type { ComponentProps } from 'react';

const tones = { plain: 'border-line bg-surface', danger: 'border-danger/40 bg-danger-wash' };

export function Card({ tone = 'plain', className, ...rest }: ComponentProps<'section'> & { tone?: keyof typeof tones }) {
  return <section className={clsx('rounded-lg border p-5 sm:p-6', tones[tone], className)} {...rest} />;
}
