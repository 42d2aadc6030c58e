'use client';
/** One line, always in the same place: what became of the last answer, and what to do if it has not arrived. Announced to screen readers. */
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Dialog, DialogClose } from '../components/dialog';
import { Button } from '../components/button';
import { Kbd } from '../components/kbd';
import { useKeyNames } from '../components/key-names';
import { useWords } from '../words/language';
import { questionWords } from '../words/questions';
import { workWords } from '../words/work';
import { useOutbox, useOutboxState } from './outbox-provider';

/** A button within the line. */
export const inline =
  'inline-flex items-center gap-1.5 font-medium text-ink underline decoration-line underline-offset-4 hover:decoration-current';

type Props = { onUndo?: () => void; /** What else can be done with it as long as it can be taken back. */ also?: ReactNode };

export function AnswerStatus({ onUndo, also }: Props) {
  const { held, delivered, waiting, waitingAsides, trouble, refused } = useOutboxState();
  const outbox = useOutbox();
  const pathname = usePathname();
  const t = useWords(workWords);
  const questions = useWords(questionWords);
  const keyOf = useKeyNames();
  const kept = waiting > 0 || waitingAsides === 0 ? t.kept(waiting) : questions.kept(waitingAsides);
  const lost = refused[0];

  return (
    <div role="status" className="flex min-h-7 flex-wrap items-center gap-x-3 text-sm text-muted">
      {trouble === 'unreachable' && (
        <span className="text-warn">
          {t.noConnection} {kept} {t.andWillBeSent}
        </span>
      )}
      {trouble === 'signed-out' && (
        <span className="text-warn">
          {t.signedOut} {kept}.{' '}
          <Link className={inline} href={`/sign-in?next=${encodeURIComponent(pathname)}`}>
            {t.signInToSend}
          </Link>
        </span>
      )}
      {held && (
        <span key={held.key} className="flex animate-appear items-center gap-3">
          {held.label}
          {onUndo && (
            <button type="button" className={inline} onClick={onUndo} aria-keyshortcuts={keyOf('z')}>
              {t.undo} <Kbd>z</Kbd>
            </button>
          )}
          {also}
        </span>
      )}
      {!held && delivered && trouble === 'none' && <span>{t.sent(delivered.label)}</span>}
      {lost && (
        <Dialog
          title={lost.isAside ? questions.notTaken : t.notTaken}
          about={lost.refusal}
          trigger={
            <button type="button" className={inline}>
              {lost.isAside ? questions.oneNotTaken : t.oneNotTaken}
            </button>
          }
        >
          <pre className="max-h-[40dvh] overflow-y-auto rounded-md bg-sunken p-3 font-sans text-sm whitespace-pre-wrap" tabIndex={0}>
            {lost.writing}
          </pre>
          <p className="mt-3 text-sm text-muted">{t.copyFirst}</p>
          <div className="mt-5 flex justify-end gap-3">
            <DialogClose>
              <Button>{t.keepHere}</Button>
            </DialogClose>
            <DialogClose>
              <Button variant="danger" onClick={() => outbox().dismiss(lost.key)}>
                {t.dismiss}
              </Button>
            </DialogClose>
          </div>
        </Dialog>
      )}
    </div>
  );
}
