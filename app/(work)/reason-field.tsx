'use client';
/** Why somebody judged as they did, in a line that grows. Enter and Escape lead back to what is judged. */
import type { KeyboardEvent, RefObject } from 'react';
import { judgingWords } from '../words/judging';
import { useWords } from '../words/language';

type Props = { text: string; field: RefObject<HTMLTextAreaElement | null>; write: (text: string) => void; leave: () => void };

export function ReasonField({ text, field, write, leave }: Props) {
  const t = useWords(judgingWords);
  function leaveByKey(event: KeyboardEvent) {
    if (event.key !== 'Escape' && !(event.key === 'Enter' && !event.shiftKey)) return;
    event.preventDefault();
    leave();
  }
  return (
    <textarea
      ref={field}
      aria-label={t.reasonLabel}
      placeholder={t.reasonHint}
      dir="auto"
      value={text}
      maxLength={2000}
      rows={1}
      onChange={(event) => write(event.target.value)}
      onKeyDown={leaveByKey}
      className="mt-1 mb-2 field-sizing-content max-h-32 w-full resize-none rounded-md border border-edge bg-surface px-3 py-2 text-sm placeholder:text-muted focus-visible:outline-offset-0"
    />
  );
}
