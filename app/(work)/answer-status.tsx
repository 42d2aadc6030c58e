'use client';
/** One line, always in the same place: what became of the last answer, and what to do if it has not arrived. Announced to screen readers. */
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Dialog, DialogClose } from '../components/dialog';
import { Button } from '../components/button';
import { Kbd } from '../components/kbd';
import { useOutbox, useOutboxState } from './outbox-provider';

const inline =
  'inline-flex items-center gap-1.5 font-medium text-ink underline decoration-line underline-offset-4 hover:decoration-current';

export function AnswerStatus({ onUndo }: { onUndo?: () => void }) {
  const { held, delivered, waiting, trouble, refused } = useOutboxState();
  const outbox = useOutbox();
  const pathname = usePathname();
  const kept = waiting === 1 ? '1 answer is kept on this device' : `${waiting} answers are kept on this device`;
  const lost = refused[0];

  return (
    <div role="status" className="flex min-h-7 flex-wrap items-center gap-x-3 text-sm text-muted">
      {trouble === 'unreachable' && <span className="text-warn">No connection to the server. {kept} and will be sent.</span>}
      {trouble === 'signed-out' && (
        <span className="text-warn">
          You are signed out. {kept}.{' '}
          <Link className={inline} href={`/sign-in?next=${encodeURIComponent(pathname)}`}>
            Sign in to send
          </Link>
        </span>
      )}
      {held && (
        <span key={held.key} className="flex animate-appear items-center gap-3">
          {held.label}
          {onUndo && (
            <button type="button" className={inline} onClick={onUndo} aria-keyshortcuts="z">
              Undo <Kbd>z</Kbd>
            </button>
          )}
        </span>
      )}
      {!held && delivered && trouble === 'none' && <span>{delivered.label}: sent</span>}
      {lost && (
        <Dialog
          title="This answer was not taken"
          about={lost.refusal}
          trigger={
            <button type="button" className={inline}>
              An answer was not taken
            </button>
          }
        >
          <pre className="max-h-[40dvh] overflow-y-auto rounded-md bg-sunken p-3 font-sans text-sm whitespace-pre-wrap" tabIndex={0}>
            {lost.writing}
          </pre>
          <p className="mt-3 text-sm text-muted">Copy what you want to keep before you dismiss it.</p>
          <div className="mt-5 flex justify-end gap-3">
            <DialogClose>
              <Button>Keep it here</Button>
            </DialogClose>
            <DialogClose>
              <Button variant="danger" onClick={() => outbox().dismiss(lost.key)}>
                Dismiss
              </Button>
            </DialogClose>
          </div>
        </Dialog>
      )}
    </div>
  );
}
