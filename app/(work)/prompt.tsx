'use client';
/**
 * What is answered: one message, or a conversation turn by turn, of which only the last turns are shown at first when it is long. The key
 * for the rest is the page's, so that it stands in its list: `key: promptKey`.
 */
import clsx from 'clsx';
import { toMessages, type Message } from '@/lib/dataset/transcript';
import { Button } from '../components/button';
import { Kbd } from '../components/kbd';
import { Prose } from '../components/prose';
import { useWords } from '../words/language';
import { taskTextWords } from '../words/task-text';

const mostTurns = 6;
const turnsOfLong = 4;

export const promptKey = 'o';
export const isLongConversation = (messages: Message[]): boolean => messages.length > mostTurns;

type Props = { text: string; /** Shows all of a conversation, however long. */ isOpen: boolean; onOpen: () => void; className?: string };

export function Prompt({ text, isOpen, onOpen, className }: Props) {
  const t = useWords(taskTextWords);
  const messages = toMessages(text);
  const isConversation = messages.length > 1;
  return (
    <section aria-label={t.prompt} className={className}>
      <h2 className="mb-1 text-sm text-muted">{isConversation ? t.conversation : t.prompt}</h2>
      {isConversation ? (
        <Turns messages={messages} isOpen={isOpen} onOpen={onOpen} />
      ) : (
        <Prose text={messages[0]?.content ?? text} className="text-reading font-[470]" />
      )}
    </section>
  );
}

function Turns({ messages, isOpen, onOpen }: { messages: Message[] } & Pick<Props, 'isOpen' | 'onOpen'>) {
  const t = useWords(taskTextWords);
  const hidden = isOpen || !isLongConversation(messages) ? 0 : messages.length - turnsOfLong;
  return (
    <>
      {hidden > 0 && (
        <Button size="sm" variant="ghost" className="mb-2 -ml-3" aria-keyshortcuts={promptKey} onClick={onOpen}>
          {t.earlier(String(hidden))} <Kbd>{promptKey}</Kbd>
        </Button>
      )}
      <ol className="flex flex-col gap-4">
        {messages.slice(hidden).map(({ role, content }, i) => (
          <li key={hidden + i} className="grid gap-x-5 sm:grid-cols-[5.5rem_minmax(0,1fr)]">
            <span className={clsx('pt-0.5 text-sm', role === 'user' ? 'font-semibold text-ink' : 'text-muted')}>{t.roles[role]}</span>
            <Prose text={content} className={clsx('text-reading', role === 'user' && 'font-[470]')} />
          </li>
        ))}
      </ol>
    </>
  );
}
