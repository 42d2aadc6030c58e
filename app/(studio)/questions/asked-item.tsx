/** What a question is about, as the person saw it: texts without a word of which model wrote them. */
import type { ReactNode } from 'react';
import type { AskedQuestion } from '@/lib/questions/question';
import { ConversationTurns } from '../../components/conversation-turns';
import { Prose } from '../../components/prose';
import { questionWords } from '../../words/questions';
import { wordsOf } from '../../words/server';
import { taskTextWords } from '../../words/task-text';

export async function AskedItem({ question: { prompt, responses, turns } }: { question: AskedQuestion }) {
  const [t, { empty }] = [await wordsOf(questionWords), await wordsOf(taskTextWords)];
  if (prompt === null)
    return turns.length === 0 ? (
      <p className="text-sm text-muted">{t.noItem}</p>
    ) : (
      <Part name={t.conversation}>
        <ConversationTurns
          turns={turns.map((turn, position) => ({ ...turn, position, isTruncated: false }))}
          person={t.person}
          model={t.model}
        />
      </Part>
    );
  return (
    <>
      <Part name={t.prompt}>
        <Prose text={prompt} />
      </Part>
      {responses.length > 1 && <p className="mt-4 text-sm text-muted">{t.order}</p>}
      <div className="mt-4 grid grid-cols-1 items-start gap-4 md:grid-cols-2">
        {responses.map((text, place) => (
          <Part key={place} name={responses.length === 1 ? t.theResponse : t.response(String.fromCharCode(65 + place))}>
            {text.trim() ? <Prose text={text} /> : <p className="text-muted italic">{empty}</p>}
          </Part>
        ))}
      </div>
    </>
  );
}

/** Focusable, so that a keyboard can scroll what is long. */
function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 text-sm font-medium text-muted">{name}</h3>
      <div tabIndex={0} role="region" aria-label={name} className="max-h-80 overflow-y-auto rounded-md border border-line px-4 py-3">
        {children}
      </div>
    </section>
  );
}
