'use client';
/** A few answers to held-out prompts, as the stage's model wrote them when it was done. */
import type { StageSample } from '@/lib/training/contract';
import { useNumber, useWords } from '../../../words/language';
import { roundWords } from '../../../words/round';

export function StageSamples({ of }: { of: StageSample[] }) {
  const t = useWords(roundWords);
  const number = useNumber();
  if (of.length === 0) return null;
  return (
    <section aria-label={t.answers} className="mb-8">
      <h2 className="mb-3 text-sm font-medium text-muted">{t.answers}</h2>
      <div className="grid gap-4 md:grid-cols-2">
        {of.map(({ prompt, response, isTruncated, score }, i) => (
          <article key={i} className="rounded-lg border border-line bg-surface p-4">
            <p className="mb-2 text-sm whitespace-pre-line text-muted">{prompt}</p>
            <p className="whitespace-pre-line">
              {response || <span className="text-muted">{t.nothingWritten}</span>}
              {isTruncated && <span className="text-muted">{t.cutOff}</span>}
            </p>
            {score !== null && (
              <p className="mt-2 text-xs text-muted tabular-nums">
                {t.rewardOf(number(score, { minimumFractionDigits: 2, maximumFractionDigits: 2 }))}
              </p>
            )}
          </article>
        ))}
      </div>
    </section>
  );
}
