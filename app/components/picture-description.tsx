'use client';
/** What stands for a picture that is not loaded. */
import { commonWords } from '../words/common';
import { useWords } from '../words/language';

export function PictureDescription({ text }: { text: string }) {
  return <span className="text-muted">{useWords(commonWords).picture(text)}</span>;
}
