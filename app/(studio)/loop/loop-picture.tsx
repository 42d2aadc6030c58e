'use client';
/** The loop at a glance: who does what, how much of it there is, and where it is just now. */
import clsx from 'clsx';
import { useWords } from '../../words/language';
import { loopWords } from '../../words/loop';

export type Station = { title: string; detail: string; isActive: boolean };

/** Four stations; from the last, the way leads back to the second. */
export function LoopPicture({ stations }: { stations: [Station, Station, Station, Station] }) {
  const t = useWords(loopWords);
  return (
    <div className="relative">
      <div className="absolute inset-x-[12.5%] top-[5px] hidden border-t border-edge/60 sm:block" aria-hidden />
      <ol className="relative grid gap-4 sm:grid-cols-4 sm:gap-3">
        {stations.map(({ title, detail, isActive }) => (
          <li key={title} className="flex gap-3 sm:flex-col sm:items-center sm:gap-2 sm:text-center">
            <span
              className={clsx(
                'mt-1.5 size-[11px] shrink-0 rounded-full border-2 sm:mt-0',
                isActive ? 'border-accent bg-accent' : 'border-edge bg-paper',
              )}
              aria-hidden
            />
            <span>
              <span className={clsx('block text-sm font-medium', isActive && 'text-accent')}>
                {title}
                {isActive && <span className="sr-only"> {t.now}</span>}
              </span>
              <span className="block text-sm text-muted">{detail}</span>
            </span>
          </li>
        ))}
      </ol>
      <div className="relative mt-2 mr-[12.5%] ml-[37.5%] hidden h-4 rounded-b-md border border-t-0 border-edge/60 sm:block">
        <span className="absolute -top-1 -left-[4.5px] size-2 rotate-45 border-t border-l border-edge" aria-hidden />
        <span className="absolute inset-x-0 -bottom-2.5 text-center text-xs leading-5 text-muted">
          <span className="bg-paper px-3">{t.judgedNext}</span>
        </span>
      </div>
    </div>
  );
}
