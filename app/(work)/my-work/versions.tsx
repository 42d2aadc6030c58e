'use client';
/** Every version of an answer, the newest first; that one counts. */
import type { ReactNode } from 'react';
import { Badge } from '../../components/badge';
import { Moment } from '../../components/moment';
import { Prose } from '../../components/prose';
import { useWords } from '../../words/language';
import { myWorkWords } from '../../words/my-work';
import { useGradeWords } from './grade-words';
import type { Amended } from './shown';

export function Versions({ answer }: { answer: Amended }) {
  const t = useWords(myWorkWords);
  const contents = useContents(answer);
  const last = contents.length - 1;
  return (
    <section aria-labelledby="versions" className="mt-8">
      <h2 id="versions" className="font-semibold">
        {t.versions}
      </h2>
      <ol reversed className="mt-2 divide-y divide-line border-y border-line">
        {contents
          .map((content, place) => (
            <li key={answer.versions[place]!.id} className="py-3">
              <p className="mb-1 flex flex-wrap items-center gap-x-3 text-sm text-muted">
                {t.version(place + 1)} <Moment at={answer.versions[place]!.createdAt} />
                {place === last && last > 0 && <Badge tone="accent">{t.current}</Badge>}
              </p>
              {content}
            </li>
          ))
          .toReversed()}
      </ol>
    </section>
  );
}

/** Of each version, oldest first. */
function useContents(answer: Amended): ReactNode[] {
  const t = useWords(myWorkWords);
  const inWords = useGradeWords();
  const withReason = (said: ReactNode, reason: string) => (
    <>
      {said}
      {reason && (
        <p dir="auto" className="mt-1 wrap-anywhere whitespace-pre-wrap">
          <span className="text-muted">{t.reason}:</span> {reason}
        </p>
      )}
    </>
  );
  const list = (items: string[]) => (
    <ul className="flex flex-wrap gap-x-5 gap-y-1">
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
  switch (answer.kind) {
    case 'preference':
      return answer.versions.map(({ aspects, reason, ...judged }) => {
        const parts = Object.entries(aspects).map(
          ([name, grade]) => `${name}: ${inWords({ grade, scalePoints: judged.scalePoints, isBothBad: false })}`,
        );
        return withReason(
          <>
            <p className="font-medium">{inWords(judged)}</p>
            {parts.length > 0 && list(parts)}
          </>,
          reason,
        );
      });
    case 'demonstration':
      return answer.versions.map(({ id, text }) => <Prose key={id} text={text} />);
    case 'ranking':
      return answer.versions.map(({ ranks, reason }) =>
        withReason(list(ranks.map((rank, place) => `${t.response(String(place + 1))}: ${t.rank(rank)}`)), reason),
      );
    case 'rating':
      return answer.versions.map(({ aspects, scalePoints, isSafe, safetyCategories, reason }) =>
        withReason(
          list([
            ...Object.entries(aspects).map(([name, grade]) => `${name}: ${t.ofPoints(grade, scalePoints)}`),
            ...(isSafe === null ? [] : [[isSafe ? t.safe : t.unsafe, ...safetyCategories].join(', ')]),
          ]),
          reason,
        ),
      );
  }
}
