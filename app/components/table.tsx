/** Rows and columns that scroll sideways where the screen is narrower; or, stacked, whose rows are cards there. */
import clsx from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

type TableProps = {
  head: ReactNode[];
  children: ReactNode;
  label: string;
  /** On a phone a row is a card, and nothing of it lies beside the screen. Its cells say their `label` then. */
  isStacked?: boolean;
};

export const stacked =
  'max-sm:block max-sm:[&_tbody]:block max-sm:[&_td]:block max-sm:[&_td]:py-1 max-sm:[&_tr]:block max-sm:[&_tr]:py-1.5';

export function Table({ head, children, label, isStacked }: TableProps) {
  return (
    // Focusable, so that a keyboard can scroll what is wider than the screen.
    <div className="relative overflow-x-auto rounded-lg border border-line bg-surface" tabIndex={0} role="region" aria-label={label}>
      <table className={clsx('w-full text-left text-sm', isStacked && stacked)}>
        <thead className={clsx(isStacked && 'max-sm:sr-only')}>
          <tr className="border-b border-line text-muted">
            {head.map((cell, index) => (
              <th key={index} scope="col" className="px-3 py-2.5 align-bottom font-medium sm:px-4 sm:whitespace-nowrap">
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

type CellProps = ComponentProps<'td'> & {
  isNumber?: boolean;
  /** The heading of its column, where the table is stacked. */
  label?: string;
};

export function Cell({ className, isNumber, label, children, ...rest }: CellProps) {
  const look = clsx('px-3 py-3 align-baseline sm:px-4', isNumber && 'whitespace-nowrap tabular-nums', className);
  if (label === undefined)
    return (
      <td className={look} {...rest}>
        {children}
      </td>
    );
  return (
    <td className={clsx(look, 'max-sm:flex! max-sm:items-baseline max-sm:gap-3')} {...rest}>
      <span className="w-21 shrink-0 font-sans text-xs tracking-normal whitespace-normal text-muted sm:hidden">{label}</span>
      <div className="min-w-0 flex-1">{children}</div>
    </td>
  );
}
