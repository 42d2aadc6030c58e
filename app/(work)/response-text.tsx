'use client';
/** A response, or that there is none. */
import { Prose } from '../components/prose';
import { useWords } from '../words/language';
import { taskTextWords } from '../words/task-text';

export function ResponseText({ text }: { text: string }) {
  const t = useWords(taskTextWords);
  return text.trim() ? <Prose text={text} className="text-reading" /> : <p className="text-muted italic">{t.empty}</p>;
}
