'use client';
/** The whole order at a glance, in letters. */
import { Kbd } from '../../components/kbd';
import { useWords } from '../../words/language';
import { rankWords } from '../../words/rank';
import type { Order } from './order';
import { nameOf } from './names';

export function OrderLine({ order }: { order: Order }) {
  const t = useWords(rankWords);
  return (
    <p className="mb-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <span className="text-muted">{t.best}</span>
      {order.map((place, index) => (
        <span key={index} className="flex items-center gap-x-2">
          {index > 0 && (
            <span aria-hidden className="text-muted">
              ›
            </span>
          )}
          <span className="rounded border border-line bg-surface px-2 py-0.5 font-semibold">{place.map(nameOf).join(' = ')}</span>
        </span>
      ))}
      <span className="text-muted">{t.worst}</span>
      <span aria-hidden className="ml-auto flex items-center gap-1 text-muted pointer-coarse:hidden">
        <Kbd>j</Kbd>
        <Kbd>k</Kbd> {t.hint.choose}
        <Kbd className="ml-2">1</Kbd>…<Kbd>{String(order.flat().length)}</Kbd> {t.hint.place}
      </span>
    </p>
  );
}
