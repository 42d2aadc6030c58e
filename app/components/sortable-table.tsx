'use client';
/**
 * A table whose columns can be sorted by their headings. It begins in the order given; what has no value stands last either way. What a column
 * means is told to who points at its heading, and below the table to everybody.
 */
import clsx from 'clsx';
import { Fragment, useState, type ReactNode } from 'react';
import { reportWords } from '../words/reports';
import { useWords } from '../words/language';
import { Cell, stacked } from './table';

export type SortableColumn = {
  label: string;
  isNumber?: boolean;
  /** Its cells name their rows, where that is not plain from what they say. */
  isRowHeading?: boolean;
  /** Of buttons: nothing to sort by, and its heading is for those who listen. */
  isOfActions?: boolean;
  help?: string;
  /** Of its cells. */
  className?: string;
};
/** `values` are what is sorted by, `cells` what is shown; each an entry a column. */
export type SortableRow = { id: string; values: (string | number | null)[]; cells: ReactNode[] };
type Props = { label: string; columns: SortableColumn[]; rows: SortableRow[]; isStacked?: boolean };
type Order = { column: number; isDescending: boolean };

/** @param props.isStacked on a phone a row is a card, as in table.tsx; the first column needs no label there */
export function SortableTable({ label, columns, rows, isStacked }: Props) {
  const t = useWords(reportWords);
  const explained = columns.filter(({ help }) => help);
  const [order, setOrder] = useState<Order | null>(null);
  // Numbers are most wanted from the top.
  const sortBy = (column: number) =>
    setOrder({ column, isDescending: order?.column === column ? !order.isDescending : columns[column]!.isNumber === true });
  return (
    <>
      <div className="relative overflow-x-auto rounded-lg border border-line bg-surface" tabIndex={0} role="region" aria-label={label}>
        <table className={clsx('w-full text-left text-sm', isStacked && stacked)}>
          <thead className={clsx(isStacked && 'max-sm:sr-only')}>
            <tr className="border-b border-line text-muted">
              {columns.map((column, index) => {
                if (column.isOfActions)
                  return (
                    <th key={column.label} scope="col">
                      <span className="sr-only">{column.label}</span>
                    </th>
                  );
                const isSorted = order?.column === index;
                return (
                  <th
                    key={column.label}
                    scope="col"
                    aria-sort={isSorted ? (order.isDescending ? 'descending' : 'ascending') : undefined}
                    className={clsx('px-1 py-1 align-bottom font-medium sm:px-2', column.isNumber && 'text-right')}
                  >
                    <button
                      type="button"
                      title={column.help}
                      onClick={() => sortBy(index)}
                      className={clsx(
                        'rounded px-2 py-1.5 hover:text-ink',
                        column.isNumber ? 'text-right' : 'whitespace-nowrap',
                        isSorted && 'text-ink',
                      )}
                    >
                      {!column.isNumber && column.label}
                      {/* On the side where its numbers do not end. */}
                      <span aria-hidden className={clsx('mx-1 inline-block w-2', !isSorted && 'opacity-0')}>
                        {isSorted && !order.isDescending ? '↑' : '↓'}
                      </span>
                      {column.isNumber && column.label}
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {inOrder(rows, order).map(({ id, cells }) => (
              <tr key={id}>
                {cells.map((cell, index) => {
                  const { label: heading, isNumber, isRowHeading, isOfActions, className } = columns[index]!;
                  return isRowHeading ? (
                    <th key={heading} scope="row" className="px-3 py-3 align-baseline font-medium whitespace-nowrap sm:px-4">
                      {cell}
                    </th>
                  ) : (
                    <Cell
                      key={heading}
                      isNumber={isNumber}
                      label={isStacked && index > 0 && !isOfActions ? heading : undefined}
                      className={clsx(isNumber && (isStacked ? 'sm:text-right' : 'text-right'), className)}
                    >
                      {cell}
                    </Cell>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {explained.length > 0 && (
        <details className="mt-3 text-sm">
          <summary className="w-fit py-1 text-muted hover:text-ink">{t.columns}</summary>
          <dl className="mt-2 grid max-w-[75ch] gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr]">
            {explained.map((column) => (
              <Fragment key={column.label}>
                <dt className="font-medium">{column.label}</dt>
                <dd className="text-muted max-sm:mb-1">{column.help}</dd>
              </Fragment>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

function inOrder(rows: SortableRow[], order: Order | null): SortableRow[] {
  if (!order) return rows;
  const { column, isDescending } = order;
  return rows.toSorted((one, other) => {
    const [a, b] = [one.values[column] ?? null, other.values[column] ?? null];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const ascending = typeof a === 'string' || typeof b === 'string' ? String(a).localeCompare(String(b)) : a - b;
    return isDescending ? -ascending : ascending;
  });
}
