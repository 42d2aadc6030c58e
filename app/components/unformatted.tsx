'use client';
/** A text whose Markdown is not read, and why. Each line goes in its own script's direction. */
import { commonWords } from '../words/common';
import { useWords } from '../words/language';

export function Unformatted({ text, isLong }: { text: string; isLong: boolean }) {
  const t = useWords(commonWords);
  return (
    <>
      <p className="text-sm text-muted">{isLong ? t.unformatted : t.tangled}</p>
      <p>{text}</p>
    </>
  );
}
