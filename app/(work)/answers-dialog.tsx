'use client';
/** What reviewers have answered to one's own questions, as far as it is new. */
import Link from 'next/link';
import { Dialog } from '../components/dialog';
import { Prose } from '../components/prose';
import { useWords } from '../words/language';
import { questionWords } from '../words/questions';
import type { UnseenAnswer } from './use-my-questions';

type Props = { open: boolean; onOpenChange: (open: boolean) => void; slug: string; answers: UnseenAnswer[] };

export function AnswersDialog({ open, onOpenChange, slug, answers }: Props) {
  const t = useWords(questionWords);
  return (
    <Dialog title={t.answers} isWide open={open} onOpenChange={onOpenChange}>
      {answers.length === 0 && <p className="text-muted">{t.noNews}</p>}
      <ul className="flex flex-col gap-6">
        {answers.map(({ id, text, answer }) => (
          <li key={id}>
            <Prose text={text} className="text-muted" />
            <div className="mt-2 border-l-2 border-accent pl-3">
              <Prose text={answer ?? ''} />
            </div>
          </li>
        ))}
      </ul>
      <p className="mt-6 text-sm text-muted">
        <Link href={`/my-work/questions?project=${encodeURIComponent(slug)}`} className="underline underline-offset-4">
          {t.all}
        </Link>
      </p>
    </Dialog>
  );
}
