'use client';
/** The prompt above what is judged. */
import { Prose } from '../components/prose';
import { judgingWords } from '../words/judging';
import { useWords } from '../words/language';

export function PromptText({ text }: { text: string }) {
  const t = useWords(judgingWords);
  return (
    <section aria-label={t.prompt} className="sm:px-6">
      <h2 className="mb-1 text-sm text-muted">{t.prompt}</h2>
      <Prose text={text} className="text-reading font-[470]" />
    </section>
  );
}

/** A response, or a word that it is empty. */
export function ResponseText({ text }: { text: string }) {
  const t = useWords(judgingWords);
  return text.trim() ? <Prose text={text} className="text-reading" /> : <p className="text-muted italic">{t.empty}</p>;
}
