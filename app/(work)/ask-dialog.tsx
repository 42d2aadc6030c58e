'use client';
/**
 * Asks reviewers about the task on the screen, and finds what they have answered before. What is typed is kept on this device until it is sent,
 * also where the dialog is closed; sent, it goes out as answers do (outbox.ts), and the task stays as it is.
 */
import Link from 'next/link';
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { toast } from 'sonner';
import { longestQuestion } from '@/lib/questions/question';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { randomKey } from '../http';
import { useWords } from '../words/language';
import { questionWords } from '../words/questions';
import { useOutbox, useUserId } from './outbox-provider';
import { PrecedentSearch } from './precedent-search';
import type { WorkItem } from './use-task-feed';
import { useKept } from './use-kept';

/** What is asked about: where the question goes, and the prompt whose precedents come first. */
export type Asked = { id: string; url: string; promptId?: string };

export const askedOf = (item: WorkItem | null): Asked | null =>
  item && { id: item.lease.id, url: `/api/v1/leases/${item.lease.id}/question`, promptId: item.task.prompt.id };

type Props = { open: boolean; onOpenChange: (open: boolean) => void; slug: string; asked: Asked | null };

export function AskDialog({ open, onOpenChange, slug, asked }: Props) {
  const t = useWords(questionWords);
  return (
    <Dialog title={t.askTitle} about={asked ? t.askAbout : t.nothingOpen} isWide open={open} onOpenChange={onOpenChange}>
      {asked && <Question key={asked.id} asked={asked} onSent={() => onOpenChange(false)} />}
      <section aria-label={t.precedents} className={asked ? 'mt-6 border-t border-line pt-5' : undefined}>
        <h3 className="mb-3 font-semibold">{t.searchFirst}</h3>
        <PrecedentSearch slug={slug} promptId={asked?.promptId} />
        <p className="mt-4 flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
          <Link href={`/guidelines/precedents?project=${encodeURIComponent(slug)}`} className="underline underline-offset-4">
            {t.precedents}
          </Link>
          <Link href={`/my-work/questions?project=${encodeURIComponent(slug)}`} className="underline underline-offset-4">
            {t.all}
          </Link>
        </p>
      </section>
    </Dialog>
  );
}

function Question({ asked, onSent }: { asked: Asked; onSent: () => void }) {
  const t = useWords(questionWords);
  const outbox = useOutbox();
  const draft = useKept(`heed:question:${useUserId()}:${asked.id}`, '');
  const [problem, setProblem] = useState('');
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  /** Where one left off. */
  useEffect(() => field.current?.setSelectionRange(longestQuestion, longestQuestion), []);

  function send(event?: FormEvent) {
    event?.preventDefault();
    const text = draft.value.trim();
    if (!text) return setProblem(t.writeFirst);
    const key = randomKey();
    const body = { idempotencyKey: key, text };
    const outcome = outbox().add({ key, url: asked.url, body, label: t.label, holdUntil: 0, writing: text, isAside: true });
    draft.write('');
    onSent();
    void outcome.then(({ type }) => {
      if (type === 'sent') toast.success(t.isSent);
      if (type === 'waiting') toast.info(t.isKept);
    });
  }

  function sendByKey(event: KeyboardEvent) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    // What is behind the dialog has the same key.
    event.stopPropagation();
    event.preventDefault();
    if (!event.repeat) send();
  }

  return (
    <form onSubmit={send} className="flex flex-col gap-3">
      <label htmlFor={id} className="text-sm font-medium">
        {t.yourQuestion}
      </label>
      <textarea
        id={id}
        ref={field}
        autoFocus
        dir="auto"
        rows={3}
        maxLength={longestQuestion}
        placeholder={t.hint}
        value={draft.value}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-problem`}
        onChange={(event) => {
          draft.write(event.target.value);
          setProblem('');
        }}
        onKeyDown={sendByKey}
        className="field-sizing-content max-h-48 w-full rounded-md border border-edge bg-surface px-3 py-2 placeholder:text-muted aria-invalid:border-danger"
      />
      <p id={`${id}-problem`} role="alert" className="text-sm font-medium text-danger empty:hidden">
        {problem}
      </p>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" aria-keyshortcuts="Control+Enter">
          {t.send}
          <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
            Ctrl ↵
          </span>
        </Button>
      </div>
    </form>
  );
}
