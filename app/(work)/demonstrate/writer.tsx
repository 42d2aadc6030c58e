'use client';
/** One prompt and the field for its response. Mounted anew for every task. */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { Prose } from '../../components/prose';
import { AnswerStatus } from '../answer-status';
import { randomKey } from '../../http';
import { useOutbox, useUserId } from '../outbox-provider';
import type { WorkItem } from '../use-task-feed';
import { WorkBody, WorkControls } from '../work-frame';
import { DraftConflict } from './draft-conflict';
import { useDraft, type DraftState } from './use-draft';

const stateWords: Record<DraftState, string> = { saved: 'Draft saved', unsaved: 'Saving …', 'on-device': 'Draft kept on this device' };

type Props = {
  item: WorkItem;
  secondsOnTask: () => number;
  onDone: () => void;
  onSkip: () => void;
  onFlag: () => void;
  onUndo: () => void;
};

export function Writer({ item, secondsOnTask, onDone, onSkip, onFlag, onUndo }: Props) {
  const outbox = useOutbox();
  const draft = useDraft(item, useUserId());
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const words = draft.text.trim() === '' ? 0 : draft.text.trim().split(/\s+/u).length;

  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);

  async function submit() {
    if (isSending || draft.newer) return;
    if (words === 0) {
      setProblem('Write a response first, or skip this prompt.');
      field.current?.focus();
      return;
    }
    setSending(true);
    setProblem('');
    const key = randomKey();
    const outcome = await outbox().add({
      key,
      url: `/api/v1/leases/${item.lease.id}/demonstration`,
      body: { idempotencyKey: key, text: draft.text, secondsOnTask: secondsOnTask() },
      leaseId: item.lease.id,
      label: 'Response',
      holdUntil: 0,
      writing: draft.text,
    });
    setSending(false);
    if (outcome.type === 'refused') return setProblem(outcome.message);
    draft.finish();
    onDone();
  }

  function keyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Escape') field.current?.blur();
  }

  return (
    <>
      <WorkBody isNarrow>
        <section aria-label="Prompt">
          <h2 className="mb-1 text-sm text-muted">Prompt</h2>
          <Prose text={item.task.prompt.text} className="text-reading font-[470]" />
        </section>
        <label htmlFor="response" className="mt-7 mb-2 block text-sm text-muted">
          Your response
        </label>
        <textarea
          ref={field}
          id="response"
          dir="auto"
          value={draft.text}
          readOnly={isSending}
          aria-describedby="response-problem"
          aria-invalid={problem ? true : undefined}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          onChange={(event) => {
            draft.write(event.target.value);
            setProblem('');
          }}
          onKeyDown={keyDown}
          className="field-sizing-content min-h-48 w-full rounded-lg border border-edge bg-surface px-5 py-4 text-reading focus-visible:outline-offset-0"
        />
        <p id="response-problem" role="alert" className="mt-2 text-sm font-medium text-danger empty:hidden">
          {problem}
        </p>
        {draft.newer && <DraftConflict mine={draft.text} theirs={draft.newer.text} onResolve={draft.resolve} />}
      </WorkBody>
      <WorkControls isNarrow>
        <AnswerStatus onUndo={onUndo} />
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button variant="primary" onClick={() => void submit()} aria-disabled={isSending || draft.newer !== null || undefined}>
            {isSending ? 'Sending …' : 'Submit'}
            <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
              Ctrl ↵
            </span>
          </Button>
          <Button size="sm" variant="ghost" aria-keyshortcuts="s" onClick={onSkip}>
            Skip <Kbd>s</Kbd>
          </Button>
          <Button size="sm" variant="ghost" aria-keyshortcuts="f" onClick={onFlag}>
            Flag <Kbd>f</Kbd>
          </Button>
          <p className="ml-auto text-sm text-muted tabular-nums max-sm:basis-full">
            {words} {words === 1 ? 'word' : 'words'}
            {draft.text && <span> · {draft.newer ? 'Not saved: choose a version' : stateWords[draft.state]}</span>}
          </p>
        </div>
      </WorkControls>
    </>
  );
}
