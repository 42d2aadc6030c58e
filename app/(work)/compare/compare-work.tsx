'use client';
/**
 * Compare: one key is the answer, and the next pair is on the screen before the hand is off it. The answer is kept on the
 * device at once and leaves a few seconds later; until then `z` brings the pair back.
 */
import { useRef, useState, type KeyboardEvent } from 'react';
import type { KindProgress } from '@/lib/tasks/claim';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { AnswerStatus } from '../answer-status';
import { FlagDialog } from '../flag-dialog';
import { randomKey } from '../../http';
import { NoTask } from '../no-task';
import { useActiveSeconds } from '../use-active-seconds';
import { useAnswers, type GivenAnswer } from '../use-answers';
import { useProgress } from '../use-progress';
import { useTaskFeed } from '../use-task-feed';
import { WorkBody, WorkControls, WorkFrame, type WorkProject } from '../work-frame';
import { Pair } from './pair';
import { bothBad, Scale, scale, type Verdict } from './scale';

export function CompareWork({ project, initial }: { project: WorkProject; initial: KindProgress }) {
  const feed = useTaskFeed(project.slug, 'compare');
  const { progress, count } = useProgress(project.slug, 'compare', initial);
  const answers = useAnswers(feed, count);
  const activeSeconds = useActiveSeconds(feed.current?.lease.id);
  const [reason, setReason] = useState('');
  const [isReasonOpen, setReasonOpen] = useState(false);
  const [isFlagOpen, setFlagOpen] = useState(false);
  const lastReason = useRef('');
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const taskRegion = useRef<HTMLDivElement>(null);
  const item = feed.current;

  /** Makes the screen ready for the pair that comes: from the top, focus on it, no leftovers. */
  function show(itsReason: string) {
    setReason(itsReason);
    setReasonOpen(itsReason !== '');
    window.scrollTo({ top: 0 });
    taskRegion.current?.focus({ preventScroll: true });
  }

  function give(answer: GivenAnswer) {
    if (!answers.give(answer)) return;
    lastReason.current = reason;
    show('');
  }

  function choose({ grade, isBothBad, label }: Verdict) {
    const key = randomKey();
    const body = { idempotencyKey: key, grade, isBothBad, reason: reason.trim() || undefined, secondsOnTask: activeSeconds() };
    give({ key, action: 'preference', body, label, isCounted: true });
  }

  function skip(isFlagged: boolean, flagReason = '') {
    give({
      key: randomKey(),
      action: 'skip',
      body: { isFlagged, reason: flagReason },
      label: isFlagged ? 'Flagged' : 'Skipped',
      isCounted: false,
    });
  }

  function undo() {
    if (answers.undo()) show(lastReason.current);
  }

  function openReason() {
    if (!item) return;
    setReasonOpen(true);
    requestAnimationFrame(() => reasonField.current?.focus());
  }

  function leaveReason(event: KeyboardEvent) {
    if (event.key !== 'Escape' && !(event.key === 'Enter' && !event.shiftKey)) return;
    event.preventDefault();
    if (!reason.trim()) setReasonOpen(false);
    taskRegion.current?.focus({ preventScroll: true });
  }

  const keys = [
    ...scale.map((point) => ({ key: point.key, does: point.label, run: () => choose(point) })),
    { key: bothBad.key, does: bothBad.label, run: () => choose(bothBad) },
    { key: 's', does: 'Skip this pair', run: () => skip(false) },
    { key: 'f', does: 'Flag it for an admin', run: () => item && setFlagOpen(true) },
    { key: 'r', does: 'Write a reason', run: openReason },
    { key: 'z', does: 'Take the last answer back', run: undo },
  ];

  return (
    <WorkFrame
      title="Compare two responses"
      things="pairs"
      project={project}
      progress={progress}
      keys={keys}
      moreKeys={[{ key: 'Esc', does: 'Leave the reason field' }]}
    >
      <WorkBody>
        <div ref={taskRegion} tabIndex={-1} role="region" aria-label="Pair to compare" className="outline-none">
          {item ? (
            <Pair key={item.lease.id} item={item} />
          ) : (
            <NoTask
              supply={feed.supply}
              message={feed.message}
              emptyTitle="No pairs to compare right now"
              why={
                progress.total === 0
                  ? 'The first pairs appear here when the base model has answered the prompts. This page looks again by itself.'
                  : 'Every pair has its answers, or is with someone else. New ones come when a round has trained a new policy. This page looks again by itself.'
              }
              elsewhere={{ href: `/demonstrate?project=${project.slug}`, label: 'Write demonstrations' }}
            />
          )}
        </div>
      </WorkBody>
      <WorkControls>
        <AnswerStatus onUndo={undo} />
        {isReasonOpen && (
          <textarea
            ref={reasonField}
            aria-label="Reason for your choice (optional)"
            placeholder="Reason for your choice, optional. Enter to go back."
            value={reason}
            maxLength={2000}
            rows={1}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={leaveReason}
            className="mb-2 field-sizing-content max-h-32 w-full resize-none rounded-md border border-edge bg-surface px-3 py-2 text-sm placeholder:text-muted"
          />
        )}
        <Scale onChoose={choose} isDisabled={!item} />
        <div className="mt-1.5 flex flex-wrap justify-between gap-x-1 sm:justify-center sm:gap-x-3">
          <Button size="sm" variant="ghost" disabled={!item} aria-keyshortcuts="0" onClick={() => choose(bothBad)}>
            Both bad <Kbd>0</Kbd>
          </Button>
          <Button size="sm" variant="ghost" disabled={!item} aria-keyshortcuts="r" onClick={openReason}>
            Reason <Kbd>r</Kbd>
          </Button>
          <Button size="sm" variant="ghost" disabled={!item} aria-keyshortcuts="s" onClick={() => skip(false)}>
            Skip <Kbd>s</Kbd>
          </Button>
          <Button size="sm" variant="ghost" disabled={!item} aria-keyshortcuts="f" onClick={() => setFlagOpen(true)}>
            Flag <Kbd>f</Kbd>
          </Button>
        </div>
      </WorkControls>
      <FlagDialog
        open={isFlagOpen}
        onOpenChange={setFlagOpen}
        onFlag={(flagReason) => {
          setFlagOpen(false);
          skip(true, flagReason);
        }}
      />
    </WorkFrame>
  );
}
