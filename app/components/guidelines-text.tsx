'use client';
/** Guidelines: Markdown in which a fence named `example` is a worked example, shown apart. What follows the name is its title. */
import { guidelinesWords } from '../words/guidelines';
import { useWords } from '../words/language';
import { Prose } from './prose';

export type Passage = { text: string; example?: { title: string } };

/** Cuts the text at its examples. A fence that is not closed stays what it is. */
export function passagesOf(text: string): Passage[] {
  const passages: Passage[] = [];
  let end = 0;
  for (const fence of text.matchAll(/^(`{3,})example\b[ \t]*(.*)\n([\s\S]*?)\n?^\1`*[ \t]*$/gm)) {
    passages.push({ text: text.slice(end, fence.index) }, { text: fence[3] ?? '', example: { title: (fence[2] ?? '').trim() } });
    end = fence.index + fence[0].length;
  }
  return [...passages, { text: text.slice(end) }].filter((passage) => passage.example || passage.text.trim() !== '');
}

export function GuidelinesText({ text }: { text: string }) {
  const t = useWords(guidelinesWords);
  return (
    <div className="flex max-w-[70ch] flex-col gap-4">
      {passagesOf(text).map((passage, index) =>
        passage.example ? (
          <section key={index} className="rounded-lg border border-line bg-sunken px-4 pt-3 pb-4">
            <h3 className="mb-1.5 text-sm font-semibold text-muted" dir="auto">
              {passage.example.title || t.example}
            </h3>
            <Prose text={passage.text} />
          </section>
        ) : (
          <Prose key={index} text={passage.text} />
        ),
      )}
    </div>
  );
}
