'use client';
/** What was said, the newest at the end. An answer that is being written is shown as it comes and announced when it is complete. */
import clsx from 'clsx';
import type { ReactNode } from 'react';
import type { Turn } from '@/lib/red-team/conversation';
import { Prose } from './prose';
import { useWords } from '../words/language';
import { redTeamWords } from '../words/red-team';

type Props = {
  turns: Turn[];
  /** Who talks to the model. */
  person: string;
  model: string;
  /** Said and not answered yet. */
  asked?: string | null;
  /** As much of the answer as has come; null when none is coming. */
  writing?: string | null;
};

export function ConversationTurns({ turns, person, model, asked = null, writing = null }: Props) {
  const t = useWords(redTeamWords);
  return (
    <ol className="flex flex-col gap-5" aria-label={t.task}>
      {turns.map((turn) => (
        <Said key={turn.position} isMine={turn.role === 'user'} who={turn.role === 'user' ? person : model}>
          <Text text={turn.text} />
          {turn.isTruncated && <p className="mt-2 text-sm text-muted">{t.cutOff}</p>}
        </Said>
      ))}
      {asked !== null && (
        <Said isMine who={person}>
          <Text text={asked} />
        </Said>
      )}
      {writing !== null && (
        <Said who={model} isBusy>
          {writing.trim() ? <Prose text={writing} className="text-reading" /> : <p className="text-muted italic">{t.writing}</p>}
        </Said>
      )}
    </ol>
  );
}

function Text({ text }: { text: string }) {
  const t = useWords(redTeamWords);
  return text.trim() ? <Prose text={text} className="text-reading" /> : <p className="text-muted italic">{t.empty}</p>;
}

function Said({ who, isMine, isBusy, children }: { who: string; isMine?: boolean; isBusy?: boolean; children: ReactNode }) {
  return (
    <li className={clsx('flex max-w-full flex-col', isMine ? 'items-end pl-8 sm:pl-16' : 'items-start pr-4 sm:pr-16')} aria-busy={isBusy}>
      <p className="mb-1 px-1 text-sm text-muted">{who}</p>
      <div className={clsx('max-w-full rounded-lg px-4 py-3', isMine ? 'bg-sunken' : 'border border-line bg-surface')}>{children}</div>
    </li>
  );
}
