'use client';
/**
 * A live conversation with a model. The person's message is on the page at once, on the server before the model begins, and gone from the
 * device only then. An answer counts when it is complete; one that breaks off leaves the message unanswered, to be sent again or changed.
 */
import { useEffect, useRef, useState } from 'react';
import type { Conversation, Turn, TurnEvent } from '@/lib/red-team/conversation';
import { isSuccess, randomKey, request, type Reply } from '../../http';
import { linesOf, Refusal } from '../../json-lines';
import { useLanguage, useWords } from '../../words/language';
import { redTeamWords } from '../../words/red-team';
import { refusalInWords } from '../../words/refusals';
import { useOutbox } from '../outbox-provider';

/** `taken`: the server has the message. `kept`: it has not; back into the field with it. `unknown`: it stays on the page and on the device. */
export type Sending = 'taken' | 'kept' | 'unknown';

/** Turns up to the last answer, and what was asked after it. */
function partsOf(turns: Turn[]): { answered: Turn[]; asked: string | null } {
  const last = turns.at(-1);
  return last?.role === 'user' ? { answered: turns.slice(0, -1), asked: last.text } : { answered: turns, asked: null };
}

export function useConversation(slug: string, initial: Conversation | null) {
  const t = useWords(redTeamWords);
  const language = useLanguage();
  const outbox = useOutbox();
  const [begun, setBegun] = useState(initial);
  const [turns, setTurns] = useState(() => partsOf(initial?.turns ?? []).answered);
  const [asked, setAsked] = useState(() => partsOf(initial?.turns ?? []).asked);
  const [writing, setWriting] = useState<string | null>(null);
  const [problem, setProblem] = useState(() => (asked === null ? '' : t.unanswered));
  const [isSignedOut, setSignedOut] = useState(false);
  const [latest, setLatest] = useState<Turn | null>(null);
  const startKey = useRef('');
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  function show(conversation: Conversation | null): void {
    const { answered, asked: open } = partsOf(conversation?.turns ?? []);
    setBegun(conversation);
    setTurns(answered);
    setAsked(open);
  }

  function give(message: string): null {
    setProblem(message);
    return null;
  }

  /** The conversation to say something in; null, and why on the page, when there is none or it holds something already. */
  async function begin(modelId: string): Promise<Conversation | null> {
    // What ended the last one must be there first: only one is open at a time.
    await outbox().flush(true);
    startKey.current ||= randomKey();
    const url = `/api/v1/projects/${encodeURIComponent(slug)}/conversations`;
    const reply = await request('POST', url, { idempotencyKey: startKey.current, modelId });
    if (!isSuccess(reply)) {
      explain(reply);
      return null;
    }
    const conversation = reply.data as Conversation;
    if (conversation.turns.length === 0) {
      setBegun(conversation);
      return conversation;
    }
    if (outbox().isPending(conversation.id)) return give(t.notSentYet);
    show(conversation);
    return give(t.resumed);
  }

  function explain(reply: Reply): void {
    setSignedOut(reply.status === 401);
    const known =
      reply.status === 0
        ? t.unreachable
        : reply.status === 401
          ? t.signedOut
          : reply.details.reason === 'context-full'
            ? t.contextFull
            : reply.code === 'rate_limited'
              ? t.tooMany
              : reply.code === 'unavailable'
                ? t.unavailable
                : refusalInWords(reply, language);
    setProblem(known);
  }

  /** Resolves as soon as it is known whether the server has the message; the answer goes on coming. */
  async function send(text: string, modelId: string): Promise<Sending> {
    if (running.current) return 'kept';
    const mine = new AbortController();
    running.current = mine;
    setProblem('');
    setSignedOut(false);
    setAsked(text);
    setWriting('');
    const conversation = begun ?? (await begin(modelId));
    if (!conversation) {
      rest();
      setAsked((open) => (open === text ? null : open));
      return 'kept';
    }
    const question: Turn = { position: turns.length, role: 'user', text, isTruncated: false };
    const lines = linesOf<TurnEvent>(`/api/v1/conversations/${conversation.id}/turns`, { position: question.position, text }, mine.signal);
    try {
      const first = await lines.next();
      void follow(lines, first, question, mine.signal);
      return 'taken';
    } catch (error) {
      rest();
      return fail(error, mine.signal);
    }
  }

  function rest(): void {
    running.current = null;
    setWriting(null);
  }

  async function follow(
    lines: AsyncGenerator<TurnEvent>,
    first: IteratorResult<TurnEvent>,
    question: Turn,
    signal: AbortSignal,
  ): Promise<void> {
    let text = '';
    try {
      for (let next = first; !next.done; next = await lines.next()) {
        const event = next.value;
        if (event.type === 'piece') setWriting((text += event.text));
        if (event.type === 'error')
          return explain({ status: 500, data: null, code: event.code, message: event.message, details: event.details ?? {} });
        if (event.type !== 'done') continue;
        setTurns((old) => [...old, question, event.turn]);
        setAsked(null);
        setLatest(event.turn);
        return;
      }
      setProblem(t.brokenOff);
    } catch {
      setProblem(signal.aborted ? t.stopped : t.brokenOff);
    } finally {
      rest();
    }
  }

  async function fail(error: unknown, signal: AbortSignal): Promise<Sending> {
    if (!(error instanceof Refusal)) {
      setProblem(signal.aborted ? t.stopped : t.brokenOff);
      return 'unknown';
    }
    const { reply } = error;
    const reason = reply.details.reason;
    if (reason === 'moved-on' || reason === 'finished') {
      const now = await request('GET', `/api/v1/projects/${encodeURIComponent(slug)}/conversations/open`);
      if (isSuccess(now)) show(now.data as Conversation | null);
      setProblem(t.movedOn);
      return 'kept';
    }
    explain(reply);
    if (reply.status === 0 || reply.status >= 500) return 'unknown';
    if (reply.status !== 400 && reply.status !== 401) return 'taken';
    setAsked(null);
    return 'kept';
  }

  return {
    id: begun?.id ?? null,
    modelId: begun?.modelId ?? null,
    turns,
    /** Said and not answered: on its way while `writing` is not null. */
    asked,
    /** As much of the answer as has come; null when none is coming. */
    writing,
    problem,
    isSignedOut,
    /** The answer that came last in this visit. */
    latest,
    send,
    stop: () => running.current?.abort(),
    say: setProblem,
    /** Gives the unanswered message back, for the field. */
    takeBack: (): string => {
      const text = asked ?? '';
      setAsked(null);
      setProblem('');
      return text;
    },
    /** Drops a conversation in which nothing was answered; false, and why on the page, when that cannot be. */
    discard: async (): Promise<boolean> => {
      const reply = await request('POST', `/api/v1/conversations/${begun?.id}/discard`);
      if (!isSuccess(reply) && reply.status !== 404) explain(reply);
      return isSuccess(reply) || reply.status === 404;
    },
  };
}
