'use client';
/** Precedents: the question, a reviewer's answer, and on demand the beginning of the task that it was about. */
import type { Precedent } from '@/lib/questions/question';
import { Badge } from '../components/badge';
import { visibleText } from '../components/visible-text';
import { useWords } from '../words/language';
import { questionWords } from '../words/questions';

export function PrecedentList({ precedents }: { precedents: Precedent[] }) {
  const t = useWords(questionWords);
  return (
    <ul className="divide-y divide-line border-y border-line">
      {precedents.map(({ id, title, question, answer, kind, excerpt, isOfPrompt }) => (
        <li key={id} className="py-4">
          <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
            {t.kinds[kind]} {isOfPrompt && <Badge tone="accent">{t.ofThisPrompt}</Badge>}
          </p>
          {title && <Text text={title} className="mt-1 font-semibold" />}
          <Text text={question || t.removed} className={question ? 'mt-1' : 'mt-1 text-muted italic'} />
          <div className="mt-2 border-l-2 border-accent pl-3">
            <p className="sr-only">{t.answer}</p>
            <Text text={answer} />
          </div>
          {excerpt && (
            <details className="mt-2 text-sm">
              <summary className="w-fit text-muted hover:text-ink">{t.item}</summary>
              <div className="mt-2 flex flex-col gap-3 rounded-md bg-sunken p-3">
                <Excerpt name={t.prompt} text={excerpt.prompt} />
                {excerpt.responses.map((text, place) => (
                  <Excerpt
                    key={place}
                    name={excerpt.responses.length === 1 ? t.theResponse : t.response(String.fromCharCode(65 + place))}
                    text={text}
                  />
                ))}
              </div>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function Excerpt({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <p className="font-medium text-muted">{name}</p>
      <Text text={text || '–'} />
    </div>
  );
}

const Text = ({ text, className = '' }: { text: string; className?: string }) => (
  <p dir="auto" className={`max-w-[75ch] wrap-anywhere whitespace-pre-wrap ${className}`}>
    {visibleText(text)}
  </p>
);
