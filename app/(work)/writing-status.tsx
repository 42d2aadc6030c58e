'use client';
/** How long the text is, and where its draft is. Announced only when the draft cannot be saved: each keystroke would be noise. */
import { useDeferredValue, useMemo } from 'react';
import { useNumber, useWords } from '../words/language';
import { writingWords } from '../words/writing';
import { countText } from './count-text';
import type { DraftState } from './use-draft';

/** `state`: null where nothing is written that is not saved. */
export function WritingStatus({ text, state, isUndecided }: { text: string; state: DraftState | null; isUndecided?: boolean }) {
  const t = useWords(writingWords);
  const number = useNumber();
  const deferred = useDeferredValue(text);
  const count = useMemo(() => countText(deferred), [deferred]);
  const isTrouble = state === 'on-device' || state === 'signed-out';
  return (
    <p className="ml-auto text-sm text-muted tabular-nums">
      {t.counted(count, number)}
      {text && state && (
        <span role={isTrouble ? 'status' : undefined} className={isTrouble ? 'text-warn' : undefined}>
          {' '}
          · {isUndecided ? t.undecided : t.draft[state]}
        </span>
      )}
    </p>
  );
}
