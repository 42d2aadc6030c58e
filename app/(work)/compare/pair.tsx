'use client';
/** A prompt and two responses to it. Blind: nothing here can tell where a response came from, and both look the same. */
import { Prose } from '../../components/prose';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';
import type { WorkItem } from '../use-task-feed';

export function Pair({ item }: { item: WorkItem }) {
  const t = useWords(compareWords);
  const sides = [
    { name: 'A', text: item.compare?.left.text ?? '' },
    { name: 'B', text: item.compare?.right.text ?? '' },
  ];
  return (
    <div className="animate-appear">
      <section aria-label={t.prompt} className="sm:px-6">
        <h2 className="mb-1 text-sm text-muted">{t.prompt}</h2>
        <Prose text={item.task.prompt.text} className="text-reading font-[470]" />
      </section>
      <div className="mt-6 grid grid-cols-1 items-start gap-4 sm:mt-8 md:grid-cols-2 md:gap-6">
        {sides.map(({ name, text }) => (
          <section key={name} aria-label={t.response(name)} className="rounded-lg border border-line bg-surface px-5 pt-4 pb-6 sm:px-6">
            <h2 className="mb-2 text-sm font-semibold text-muted">{name}</h2>
            {text.trim() ? <Prose text={text} className="text-reading" /> : <p className="text-muted italic">{t.empty}</p>}
          </section>
        ))}
      </div>
    </div>
  );
}
