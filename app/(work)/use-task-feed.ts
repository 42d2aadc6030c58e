'use client';
/**
 * The tasks in front of one person in one tab: the current one, and the next already claimed, so that it shows at once.
 * Claims are renewed while the person is at it; the one in reserve is given back on leaving, so that nobody waits for it.
 */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { TaskKind } from '@/db/enums';
import type { Claim } from '@/lib/tasks/claim';
import { isPassing, request } from '../http';
import { pageLanguage } from '../words/language';
import { refusalInWords } from '../words/refusals';
import { useOutbox } from './outbox-provider';

/** A claim as JSON gives it, and when we got it. */
export type WorkItem = Omit<Claim, 'lease'> & { lease: { id: string; expiresAt: string }; receivedAt: number };

/** `empty`: nothing to do for this person now. `soon`: refused, but not for long. `paused`: until a reviewer decides. `unreachable`: no connection, or the server is down. */
export type Supply = 'loading' | 'flowing' | 'empty' | 'soon' | 'unreachable' | 'signed-out' | 'paused' | 'refused';

const ahead = 1;
const pollSeconds: Partial<Record<Supply, number>> = { empty: 5, soon: 1, unreachable: 3, 'signed-out': 10, paused: 15, refused: 30 };
/** Someone who has not touched anything for this long is away: their claims run out and others get the tasks. */
const awayMinutes = 10;

export function useTaskFeed(slug: string, kind: TaskKind) {
  const outbox = useOutbox();
  const [items, setItems] = useState<WorkItem[]>([]);
  const [supply, setSupply] = useState<Supply>('loading');
  const [message, setMessage] = useState('');
  const isFetching = useRef(false);

  const topUp = useEffectEvent(async () => {
    if (isFetching.current || items.length > ahead) return;
    isFetching.current = true;
    const except = [...items.map((item) => item.lease.id), ...outbox().leaseIds()].slice(0, 50);
    const reply = await request('POST', `/api/v1/projects/${slug}/claims`, { kind, except });
    isFetching.current = false;
    setMessage(refusalInWords(reply, pageLanguage()));
    if (reply.status === 200) {
      const item = { ...(reply.data as WorkItem), receivedAt: Date.now() };
      setItems((old) => (old.some((other) => other.lease.id === item.lease.id) ? old : [...old, item]));
    }
    setSupply(
      reply.status === 200
        ? 'flowing'
        : reply.status === 204
          ? 'empty'
          : isPassing(reply)
            ? 'unreachable'
            : reply.status === 401
              ? 'signed-out'
              : reply.details.reason === 'quiz-waiting'
                ? 'soon'
                : reply.details.reason === 'paused'
                  ? 'paused'
                  : 'refused',
    );
    // It was the reserve a moment ago, and has gone back with the pause.
    if (reply.details.reason === 'paused') setItems([]);
  });

  useEffect(() => void topUp(), [items.length]);

  useEffect(() => {
    const seconds = pollSeconds[supply];
    if (!seconds) return;
    const again = () => void (document.visibilityState === 'visible' && topUp());
    const timer = setInterval(again, seconds * 1000);
    window.addEventListener('online', again);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', again);
      document.removeEventListener('visibilitychange', again);
    };
  }, [supply]);

  const renew = useEffectEvent(async () => {
    await Promise.all(
      items.map(async (item, index) => {
        const { status } = await request('POST', `/api/v1/leases/${item.lease.id}/renew`);
        // One in reserve that others have taken is dropped; the current one stays: its answer may still be needed.
        if (status === 409 && index > 0) setItems((old) => old.filter((other) => other !== item));
      }),
    );
  });

  const first = items[0];
  const lifeSeconds = first ? (Date.parse(first.lease.expiresAt) - first.receivedAt) / 1000 : 0;
  useEffect(() => {
    if (!lifeSeconds) return;
    let touchedAt = Date.now();
    const touch = () => void (touchedAt = Date.now());
    const timer = setInterval(
      () => void (Date.now() - touchedAt < awayMinutes * 60_000 && renew()),
      Math.min(60, Math.max(1, lifeSeconds / 3)) * 1000,
    );
    const events = ['keydown', 'pointerdown', 'pointermove', 'scroll'];
    events.forEach((event) => window.addEventListener(event, touch, { passive: true }));
    return () => {
      clearInterval(timer);
      events.forEach((event) => window.removeEventListener(event, touch));
    };
  }, [lifeSeconds]);

  const giveBack = useEffectEvent(() => {
    for (const item of items.slice(1)) void request('POST', `/api/v1/leases/${item.lease.id}/release`, undefined, { keepalive: true });
  });
  useEffect(() => {
    const leave = () => {
      giveBack();
      setItems((old) => old.slice(0, 1));
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      giveBack();
    };
  }, []);

  return {
    current: first ?? null,
    /** As of the last claim. */
    warning: items.at(-1)?.warning,
    supply,
    message,
    advance: () => setItems((old) => old.slice(1)),
    /** Shows an item again whose answer was taken back. */
    putBack: (item: WorkItem) => setItems((old) => [item, ...old]),
  };
}
