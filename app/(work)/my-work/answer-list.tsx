'use client';
/** A page of one's own answers. The keys move the focus through it, Enter opens. */
import Link from 'next/link';
import { useRef, useState } from 'react';
import type { MyAnswer } from '@/lib/tasks/my-work';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { Moment } from '../../components/moment';
import { useWords } from '../../words/language';
import { myWorkWords } from '../../words/my-work';
import { KeysDialog } from '../keys-dialog';
import { useKeys } from '../use-keys';
import { useGradeWords } from './grade-words';

export function AnswerList({ answers }: { answers: MyAnswer[] }) {
  const t = useWords(myWorkWords);
  const list = useRef<HTMLUListElement>(null);
  const [isShown, setShown] = useState(false);

  function move(by: 1 | -1) {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  }

  const keys = [
    { key: 'j', does: t.next, run: () => move(1) },
    { key: 'k', does: t.previous, run: () => move(-1) },
    { key: '/', does: t.toSearch, run: () => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus() },
    { key: '?', does: t.thisList, run: () => setShown(true) },
  ];
  useKeys(keys);

  return (
    <>
      <div className="mt-6 mb-2 flex items-center justify-between">
        <h2 className="text-sm font-semibold text-muted">{t.list}</h2>
        <Button size="sm" variant="ghost" aria-keyshortcuts="?" className="-mr-3 pointer-coarse:hidden" onClick={() => setShown(true)}>
          {t.keys} <Kbd>?</Kbd>
        </Button>
      </div>
      <ul ref={list} className="divide-y divide-line border-y border-line">
        {answers.map((answer) => (
          <li key={answer.id} className="group relative py-3.5">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
              <span>{t.kinds[answer.kind]}</span>
              <span aria-hidden className="text-line">
                |
              </span>
              <Moment at={answer.createdAt} />
              {answer.isAmended && <Badge>{t.changed}</Badge>}
              {answer.isLate && <Badge tone="warn">{t.late}</Badge>}
            </div>
            <Link
              href={`/my-work/${answer.kind}/${answer.id}`}
              dir="auto"
              className="mt-1 line-clamp-2 wrap-anywhere after:absolute after:inset-0 group-hover:text-accent"
            >
              {answer.prompt.trim() || '–'}
            </Link>
            <Said answer={answer} />
          </li>
        ))}
      </ul>
      <KeysDialog open={isShown} onOpenChange={setShown} keys={keys} fixed={[]} />
    </>
  );
}

function Said({ answer }: { answer: MyAnswer }) {
  const t = useWords(myWorkWords);
  const inWords = useGradeWords();
  const { kind, grade, scalePoints, isBothBad, count, outcome, text } = answer;
  const said =
    kind === 'preference'
      ? inWords({ grade: grade ?? 0, scalePoints: scalePoints ?? 7, isBothBad })
      : kind === 'ranking'
        ? t.ranked(count ?? 0)
        : kind === 'rating'
          ? t.rated(count ?? 0)
          : kind === 'conversation'
            ? t.outcomes[(outcome ?? 'open') as keyof typeof t.outcomes]
            : '';
  return (
    <p dir="auto" className="mt-1 line-clamp-2 text-sm wrap-anywhere text-muted">
      {said && <span className="font-medium text-ink">{said}</span>}
      {said && text && ' · '}
      {text}
    </p>
  );
}
