'use client';
/**
 * The field for a response, and what can be seen in its place: the text as it will be read, and what was changed in the text it was
 * started from. The field stays mounted, so that the browser's own undo goes on.
 */
import clsx from 'clsx';
import { useMemo, type RefObject } from 'react';
import { visibleText } from '../components/visible-text';
import { useWords } from '../words/language';
import { writingWords } from '../words/writing';
import { differenceOf } from './compare/difference';
import { Marked } from './compare/marked';
import { ResponseText } from './response-text';

export type WritingView = 'text' | 'preview' | 'changes';

type Props = {
  label: string;
  text: string;
  /** The text that it was started from. */
  original: string | null;
  view: WritingView;
  field: RefObject<HTMLTextAreaElement | null>;
  problem: string;
  onWrite: (text: string) => void;
};

export function WritingField({ label, text, original, view, field, problem, onWrite }: Props) {
  const frame = 'min-h-48 w-full rounded-lg border bg-surface px-5 py-4';
  return (
    <>
      <textarea
        ref={field}
        aria-label={label}
        dir="auto"
        value={text}
        aria-describedby="writing-problem"
        aria-invalid={problem ? true : undefined}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        onChange={(event) => onWrite(event.target.value)}
        onKeyDown={(event) => void (event.key === 'Escape' && field.current?.blur())}
        className={clsx(
          frame,
          'block field-sizing-content border-edge text-reading focus-visible:outline-offset-0',
          view !== 'text' && 'hidden',
        )}
      />
      {view === 'preview' && (
        <div className={clsx(frame, 'border-dashed border-line')}>
          <Preview text={text} />
        </div>
      )}
      {view === 'changes' && original !== null && (
        <div className={clsx(frame, 'border-dashed border-line')}>
          <Changes text={text} original={original} />
        </div>
      )}
      <p id="writing-problem" role="alert" className="mt-2 text-sm font-medium text-danger empty:hidden">
        {problem}
      </p>
    </>
  );
}

function Preview({ text }: { text: string }) {
  const t = useWords(writingWords);
  return text.trim() ? <ResponseText text={text} /> : <p className="text-muted italic">{t.nothingYet}</p>;
}

function Changes({ text, original }: { text: string; original: string }) {
  const t = useWords(writingWords);
  const difference = useMemo(() => differenceOf(visibleText(original).trim(), visibleText(text).trim()), [original, text]);
  if (!difference) return <p className="text-muted italic">{t.tooDifferent}</p>;
  if (![...difference.left, ...difference.right].some(({ isOnlyHere }) => isOnlyHere))
    return <p className="text-muted italic">{t.unchanged}</p>;
  return (
    <>
      <p className="mb-2 text-sm text-muted">{t.marked}</p>
      <Marked side="A" pieces={difference.right} />
    </>
  );
}
