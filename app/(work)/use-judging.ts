'use client';
/**
 * What judging has in common, whatever is judged: the task, the answer on its way, a reason, skipping, flagging, and taking the last
 * answer back with all that had been set. `Judgement` is what the person has set so far of the task on the screen.
 */
import { useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { TaskKind } from '@/db/enums';
import type { KindProgress } from '@/lib/tasks/claim';
import { randomKey } from '../http';
import { judgingWords } from '../words/judging';
import { useWords } from '../words/language';
import { useActiveSeconds } from './use-active-seconds';
import { forget, keep, readKept, type Kept } from './kept-judgement';
import { useAnswers, type GivenAnswer } from './use-answers';
import { useProgress } from './use-progress';
import { useTaskFeed } from './use-task-feed';

export function useJudging<Judgement>(slug: string, kind: TaskKind, initial: KindProgress) {
  const t = useWords(judgingWords);
  const feed = useTaskFeed(slug, kind);
  const { progress, count } = useProgress(slug, kind, initial);
  const answers = useAnswers(feed, count);
  const item = feed.current;
  const leaseId = item?.lease.id ?? '';
  const activeSeconds = useActiveSeconds(item?.lease.id);
  const [set, setSet] = useState<Kept<Judgement> | null>(null);
  const [isReasonOpen, setReasonOpen] = useState(false);
  const [isFlagOpen, setFlagOpen] = useState(false);
  const last = useRef<Kept<Judgement> | null>(null);
  const region = useRef<HTMLDivElement>(null);
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const earlier = useMemo(() => readKept<Judgement>(leaseId), [leaseId]);
  const now = set?.leaseId === leaseId ? set : earlier;

  function change(next: Kept<Judgement>) {
    setSet(next);
    keep(next);
  }

  /** Makes the screen ready for the task that comes: from the top, focus on it, no leftovers. */
  function show() {
    setReasonOpen(false);
    window.scrollTo({ top: 0 });
    region.current?.focus({ preventScroll: true });
  }

  function give(answer: GivenAnswer): boolean {
    if (!answers.give(answer)) return false;
    last.current = now;
    forget(leaseId);
    show();
    return true;
  }

  return {
    item,
    feed,
    progress,
    region,
    judgement: now.judgement,
    setJudgement: (judgement: Judgement) => change({ ...now, judgement }),
    reason: {
      text: now.reason,
      write: (reason: string) => change({ ...now, reason }),
      isOpen: isReasonOpen || now.reason !== '',
      field: reasonField,
      open: () => {
        if (!item) return;
        // At once: what is typed next belongs into the field.
        flushSync(() => setReasonOpen(true));
        reasonField.current?.focus();
      },
      leave: () => {
        if (!now.reason.trim()) setReasonOpen(false);
        region.current?.focus({ preventScroll: true });
      },
    },
    flag: { isOpen: isFlagOpen, setOpen: setFlagOpen, ask: () => item && setFlagOpen(true) },
    /** False when it came too early to be meant. */
    give: (action: 'ranking' | 'rating', said: Record<string, unknown>, label: string): boolean => {
      const key = randomKey();
      const body = { idempotencyKey: key, ...said, reason: now.reason.trim() || undefined, secondsOnTask: activeSeconds() };
      return give({ key, action, body, label, isCounted: true });
    },
    skip: (isFlagged: boolean, reason = ''): boolean =>
      give({ key: randomKey(), action: 'skip', body: { isFlagged, reason }, label: isFlagged ? t.flagged : t.skipped, isCounted: false }),
    undo: () => {
      if (!answers.undo() || !last.current) return;
      change(last.current);
      show();
    },
  };
}

/** What the page around it needs, whatever is judged. */
export type Judging = Omit<ReturnType<typeof useJudging<unknown>>, 'judgement' | 'setJudgement'>;
