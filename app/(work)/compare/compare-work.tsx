'use client';
/**
 * Compare: one key is the answer, and the next pair is on the screen before the hand is off it. The answer is kept on the
 * device at once and leaves a few seconds later; until then `z` brings the pair back.
 */
import { useRef, useState, type KeyboardEvent } from 'react';
import type { Labelling } from '@/lib/projects/project';
import type { KindProgress } from '@/lib/tasks/claim';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { AnswerStatus } from '../answer-status';
import { FlagDialog } from '../flag-dialog';
import { randomKey } from '../../http';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';
import { NoTask } from '../no-task';
import { useActiveSeconds } from '../use-active-seconds';
import { useAnswers, type GivenAnswer } from '../use-answers';
import { useProgress } from '../use-progress';
import { useTaskFeed } from '../use-task-feed';
import { WorkBody, WorkControls, WorkFrame, type WorkProject } from '../work-frame';
import { Pair } from './pair';
import { Scale, useChoices, type Verdict } from './scale';

type Props = { project: WorkProject; labelling: Labelling; initial: KindProgress };

export function CompareWork({ project, labelling: { scalePoints }, initial }: Props) {
  const t = useWords(compareWords);
  const { scale, apart } = useChoices(scalePoints);
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
    const body = { idempotencyKey: key, grade, scalePoints, isBothBad, reason: reason.trim() || undefined, secondsOnTask: activeSeconds() };
    give({ key, action: 'preference', body, label, isCounted: true });
  }

  function skip(isFlagged: boolean, flagReason = '') {
    give({
      key: randomKey(),
      action: 'skip',
      body: { isFlagged, reason: flagReason },
      label: isFlagged ? t.flagged : t.skipped,
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
    ...[...scale, ...apart].map((choice) => ({ key: choice.key, does: choice.label, run: () => choose(choice) })),
    { key: 's', does: t.does.skip, run: () => skip(false) },
    { key: 'f', does: t.does.flag, run: () => item && setFlagOpen(true) },
    { key: 'r', does: t.does.reason, run: openReason },
    { key: 'z', does: t.does.undo, run: undo },
  ];

  return (
    <WorkFrame
      title={t.title}
      things={t.things}
      project={project}
      progress={progress}
      keys={keys}
      moreKeys={[{ key: 'Esc', does: t.does.leave }]}
    >
      <WorkBody>
        <div ref={taskRegion} tabIndex={-1} role="region" aria-label={t.pair} className="outline-none">
          {item ? (
            <Pair key={item.lease.id} item={item} />
          ) : (
            <NoTask
              supply={feed.supply}
              message={feed.message}
              emptyTitle={t.none}
              why={progress.total === 0 ? t.noneYet : t.noneLeft}
              elsewhere={{ href: `/demonstrate?project=${project.slug}`, label: t.demonstrate }}
            />
          )}
        </div>
      </WorkBody>
      <WorkControls>
        <AnswerStatus onUndo={undo} />
        {isReasonOpen && (
          <textarea
            ref={reasonField}
            aria-label={t.reasonLabel}
            placeholder={t.reasonHint}
            dir="auto"
            value={reason}
            maxLength={2000}
            rows={1}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={leaveReason}
            className="mb-2 field-sizing-content max-h-32 w-full resize-none rounded-md border border-edge bg-surface px-3 py-2 text-sm placeholder:text-muted"
          />
        )}
        <Scale choices={scale} onChoose={choose} isDisabled={!item} />
        <div className="mt-1.5 flex flex-wrap justify-between gap-x-1 sm:justify-center sm:gap-x-3">
          {apart.map((choice) => (
            <Button
              key={choice.key}
              size="sm"
              variant="ghost"
              disabled={!item}
              aria-keyshortcuts={choice.key}
              onClick={() => choose(choice)}
            >
              {choice.label} <Kbd>{choice.key}</Kbd>
            </Button>
          ))}
          <Button size="sm" variant="ghost" disabled={!item} aria-keyshortcuts="r" onClick={openReason}>
            {t.reason} <Kbd>r</Kbd>
          </Button>
          <Button size="sm" variant="ghost" disabled={!item} aria-keyshortcuts="s" onClick={() => skip(false)}>
            {t.skip} <Kbd>s</Kbd>
          </Button>
          <Button size="sm" variant="ghost" disabled={!item} aria-keyshortcuts="f" onClick={() => setFlagOpen(true)}>
            {t.flag} <Kbd>f</Kbd>
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
