'use client';
/** The field for the next message. Enter sends; it keeps the focus, so that one can go on typing while the model writes. */
import type { KeyboardEvent, Ref } from 'react';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { useWords } from '../../words/language';
import { redTeamWords } from '../../words/red-team';

type Props = {
  field: Ref<HTMLTextAreaElement>;
  text: string;
  onWrite: (text: string) => void;
  onSend: () => void;
  onStop: () => void;
  /** Out of the field, so that the other keys work. */
  onLeave: () => void;
  isWriting: boolean;
};

export function Composer({ field, text, onWrite, onSend, onStop, onLeave, isWriting }: Props) {
  const t = useWords(redTeamWords);
  function keyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key === 'Escape') return onLeave();
    // An Enter that ends the composing of a character is no Enter.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!event.repeat) onSend();
  }
  return (
    <div className="flex items-end gap-2">
      <textarea
        ref={field}
        aria-label={t.message}
        aria-keyshortcuts="Enter"
        aria-describedby="message-hint"
        placeholder={t.message}
        dir="auto"
        rows={1}
        maxLength={20_000}
        value={text}
        onChange={(event) => onWrite(event.target.value)}
        onKeyDown={keyDown}
        className="field-sizing-content max-h-[40dvh] min-h-10 w-full resize-none rounded-md border border-edge bg-surface px-3 py-2 placeholder:text-muted focus-visible:outline-offset-0 pointer-coarse:min-h-11"
      />
      <span id="message-hint" className="sr-only">
        {t.messageHint}
      </span>
      {isWriting ? (
        <Button onClick={onStop} aria-keyshortcuts="s">
          {t.stop} <Kbd>s</Kbd>
        </Button>
      ) : (
        <Button variant="primary" onClick={onSend}>
          {t.send}
          <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
            ↵
          </span>
        </Button>
      )}
    </div>
  );
}
