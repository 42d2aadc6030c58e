'use client';
/** Gives answers that go out after a few seconds and can be taken back until then, bringing their task back to the screen. */
import { useRef } from 'react';
import { useOutbox } from './outbox-provider';
import type { useTaskFeed, WorkItem } from './use-task-feed';

const undoSeconds = 6;
/** A press sooner than this after a task appeared was meant for the one before. */
const settleMilliseconds = 200;

export type GivenAnswer = {
  key: string;
  /** Below `/api/v1/leases/<id>/`. */
  action: 'preference' | 'demonstration' | 'ranking' | 'rating' | 'skip';
  body: Record<string, unknown>;
  label: string;
  /** Skips do not count as answers. */
  isCounted: boolean;
  /** Text that must not be lost when the server says no. */
  writing?: string;
  /** What the item's draft is, should the answer be taken back. */
  draft?: WorkItem['draft'];
  /** It leaves at once, and cannot be taken back. */
  isFinal?: boolean;
};

export function useAnswers(feed: ReturnType<typeof useTaskFeed>, count: (by: 1 | -1) => void) {
  const outbox = useOutbox();
  const last = useRef<{ item: WorkItem; isCounted: boolean } | null>(null);
  const shownAt = useRef(0);

  return {
    /** False when it came too early to be meant. */
    give({ key, action, body, label, isCounted, writing, draft, isFinal }: GivenAnswer): boolean {
      const item = feed.current;
      if (!item || performance.now() - shownAt.current < settleMilliseconds) return false;
      last.current = { item: draft ? { ...item, draft } : item, isCounted };
      const url = `/api/v1/leases/${item.lease.id}/${action}`;
      const holdUntil = isFinal ? 0 : Date.now() + undoSeconds * 1000;
      const asked = action === 'preference' ? item : undefined;
      const outcome = outbox().add({ key, url, body, leaseId: item.lease.id, label, holdUntil, writing, asked });
      if (isCounted) count(1);
      void outcome.then((it) => {
        if (it.type === 'refused' && isCounted) count(-1);
      });
      shownAt.current = performance.now();
      feed.advance();
      return true;
    },
    /** False when there is nothing to take back any more. */
    undo(): boolean {
      const before = last.current;
      if (!before || !outbox().undo()) return false;
      last.current = null;
      if (before.isCounted) count(-1);
      shownAt.current = performance.now();
      feed.putBack(before.item);
      return true;
    },
  };
}
