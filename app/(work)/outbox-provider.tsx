'use client';
/** One outbox for all work pages: it sends what an earlier visit left behind, again when the connection returns, and all of it on leaving. */
import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { toast } from 'sonner';
import { request } from '../http';
import { pageLanguage } from '../words/language';
import { refusalInWords } from '../words/refusals';
import { workWords } from '../words/work';
import { emptyOutbox, Outbox, type Answer, type OutboxState } from './outbox';

const said = () => workWords[pageLanguage()];

/** What was written says better which answer it was than that it was one. */
const nameOf = ({ label, writing = '' }: Pick<Answer, 'label' | 'writing'>): string =>
  writing.length > 80 ? `${writing.slice(0, 80).trimEnd()} …` : writing || label;

const outboxes = new Map<string, Outbox>();

/** Made once a person, in the browser only. */
function outboxOf(userId: string): Outbox {
  const known = outboxes.get(userId);
  if (known) return known;
  const made = new Outbox({
    userId,
    storage: browserStorage(),
    send: (answer, isLeaving) => request('POST', answer.url, answer.body, { keepalive: isLeaving }),
    explain: (reply) => refusalInWords(reply, pageLanguage()),
    onLate: (answer) => toast.info(said().late, { description: said().yourAnswerWas(nameOf(answer)) }),
    onRefused: (answer, message) => {
      toast.error(message, { description: answer.isAside ? answer.label : said().yourAnswerWas(nameOf(answer)) });
    },
  });
  outboxes.set(userId, made);
  return made;
}

/** A browser may forbid storage altogether; then answers live in memory only. */
export function browserStorage(): Storage {
  try {
    return window.localStorage;
  } catch {
    return { length: 0, key: () => null, getItem: () => null, setItem: () => {}, removeItem: () => {}, clear: () => {} };
  }
}

const UserContext = createContext('');

export function OutboxProvider({ userId, children }: { userId: string; children: ReactNode }) {
  useEffect(() => {
    const outbox = outboxOf(userId);
    const flush = () => void outbox.flush();
    const leave = () => void outbox.flush(true);
    flush();
    window.addEventListener('online', flush);
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('online', flush);
      window.removeEventListener('pagehide', leave);
    };
  }, [userId]);
  return <UserContext value={userId}>{children}</UserContext>;
}

export const useUserId = (): string => useContext(UserContext);

/** For event handlers and effects; there is no outbox while the server renders. */
export function useOutbox(): () => Outbox {
  const userId = useUserId();
  return () => outboxOf(userId);
}

export function useOutboxState(): OutboxState {
  const userId = useUserId();
  return useSyncExternalStore(
    (listener) => outboxOf(userId).subscribe(listener),
    () => outboxOf(userId).snapshot(),
    () => emptyOutbox,
  );
}
