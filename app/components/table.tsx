/** Lists a page at a time, by key: the link to the next page carries the cursor, the browser's Back button goes back. */
import clsx from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { ButtonLink } from './button';

export function Table({ head, children, label }: { head: ReactNode[]; children: ReactNode; label: string }) {
  return (
    // Focusable, so that a keyboard can scroll what is wider than the screen.
    <div className="relative overflow-x-auto rounded-lg border border-line bg-surface" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line text-muted">
            {head.map((cell, index) => (
              <th key={index} scope="col" className="px-4 py-2.5 font-medium whitespace-nowrap">
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
  return <td className={clsx('px-4 py-3 align-baseline', isNumber && 'whitespace-nowrap tabular-nums', className)} {...rest} />;
}

/** `path` with its query, without the cursor. */
export function Pages({ path, cursor, nextCursor }: { path: string; cursor?: string; nextCursor: string | null }) {
  if (!cursor && !nextCursor) return null;
  const separator = path.includes('?') ? '&' : '?';
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-end gap-2">
      {cursor && (
        <ButtonLink size="sm" href={path}>
          First page
        </ButtonLink>
      )}
      {nextCursor && (
        <ButtonLink size="sm" href={`${path}${separator}cursor=${encodeURIComponent(nextCursor)}`}>
          Next page
        </ButtonLink>
      )}
    </nav>
  );
}
