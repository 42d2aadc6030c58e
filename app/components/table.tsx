/** Rows and columns that scroll sideways where the screen is narrower. */
import clsx from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

export function Table({ head, children, label }: { head: ReactNode[]; children: ReactNode; label: string }) {
  return (
    // Focusable, so that a keyboard can scroll what is wider than the screen.
    <div className="relative overflow-x-auto rounded-lg border border-line bg-surface" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line text-muted">
            {head.map((cell, index) => (
              <th key={index} scope="col" className="px-3 py-2.5 sm:px-4 font-medium whitespace-nowrap">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

export function Cell({ className, isNumber, ...rest }: ComponentProps<'td'> & { isNumber?: boolean }) {
  return <td className={clsx('px-3 py-3 align-baseline sm:px-4', isNumber && 'whitespace-nowrap tabular-nums', className)} {...rest} />;
}
