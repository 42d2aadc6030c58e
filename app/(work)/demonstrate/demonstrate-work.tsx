'use client';
/** Demonstrate: one prompt at a time, a field for the response, a draft that is never lost. */
import { useState } from 'react';
import type { KindProgress } from '@/lib/tasks/claim';
import { FlagDialog } from '../flag-dialog';
import { randomKey } from '../../http';
import { NoTask } from '../no-task';
import { useActiveSeconds } from '../use-active-seconds';
import { useAnswers } from '../use-answers';
import { useProgress } from '../use-progress';
import { useTaskFeed } from '../use-task-feed';
import { WorkBody, WorkFrame, type WorkProject } from '../work-frame';
import { Writer } from './writer';

export function DemonstrateWork({ project, initial }: { project: WorkProject; initial: KindProgress }) {
  const feed = useTaskFeed(project.slug, 'demonstrate');
  const { progress, count } = useProgress(project.slug, 'demonstrate', initial);
  const answers = useAnswers(feed, count);
  const secondsOnTask = useActiveSeconds(feed.current?.lease.id);
  const [isFlagOpen, setFlagOpen] = useState(false);
  const item = feed.current;

  const toTop = () => window.scrollTo({ top: 0 });
  const undo = () => void (answers.undo() && toTop());

  function skip(isFlagged: boolean, reason = '') {
    const label = isFlagged ? 'Flagged' : 'Skipped';
    if (answers.give({ key: randomKey(), action: 'skip', body: { isFlagged, reason }, label, isCounted: false })) toTop();
  }

  function next() {
    count(1);
    feed.advance();
    toTop();
  }

  const keys = [
    { key: 's', does: 'Skip this prompt', run: () => skip(false) },
    { key: 'f', does: 'Flag it for an admin', run: () => item && setFlagOpen(true) },
    { key: 'z', does: 'Take a skip back', run: undo },
  ];

  return (
    <WorkFrame
      title="Write a response"
      things="prompts"
      isNarrow
      project={project}
      progress={progress}
      keys={keys}
      moreKeys={[
        { key: 'Ctrl ↵', does: 'Submit (on a Mac: ⌘ ↵)' },
        { key: 'Esc', does: 'Leave the field, so that the other keys work' },
      ]}
    >
      {item ? (
        <Writer
          key={item.lease.id}
          item={item}
          secondsOnTask={secondsOnTask}
          onDone={next}
          onSkip={() => skip(false)}
          onFlag={() => setFlagOpen(true)}
          onUndo={undo}
        />
      ) : (
        <WorkBody isNarrow>
          <NoTask
            supply={feed.supply}
            message={feed.message}
            emptyTitle="No prompts to answer right now"
            why={
              progress.total === 0
                ? 'Nobody has asked for demonstrations in this project yet. This page looks again by itself.'
                : 'Every prompt has its responses, or is with someone else. This page looks again by itself.'
            }
            elsewhere={{ href: `/compare?project=${project.slug}`, label: 'Compare responses' }}
          />
        </WorkBody>
      )}
      <FlagDialog
        open={isFlagOpen}
        onOpenChange={setFlagOpen}
        onFlag={(reason) => {
          setFlagOpen(false);
          skip(true, reason);
        }}
      />
    </WorkFrame>
  );
}
