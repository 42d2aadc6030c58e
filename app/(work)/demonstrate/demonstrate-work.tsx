'use client';
/** Demonstrate: a response is handed in with one key, leaves a few seconds later, and until then `z` brings it back into the field. */
import { useState } from 'react';
import type { KindProgress } from '@/lib/tasks/claim';
import { askedOf } from '../ask-dialog';
import { FlagDialog } from '../flag-dialog';
import { randomKey } from '../../http';
import { demonstrateWords } from '../../words/demonstrate';
import { useWords } from '../../words/language';
import { writingWords } from '../../words/writing';
import type { Draft } from '../draft-copies';
import { NoTask } from '../no-task';
import { AnswerStatus } from '../answer-status';
import { useActiveSeconds } from '../use-active-seconds';
import { useAnswers } from '../use-answers';
import { useProgress } from '../use-progress';
import { useTaskFeed } from '../use-task-feed';
import { WorkBody, WorkControls, WorkFrame, type WorkProject } from '../work-frame';
import { Writer } from './writer';

export function DemonstrateWork({ project, initial }: { project: WorkProject; initial: KindProgress }) {
  const t = useWords(demonstrateWords);
  const w = useWords(writingWords);
  const feed = useTaskFeed(project.slug, 'demonstrate');
  const { progress, count } = useProgress(project.slug, 'demonstrate', initial);
  const answers = useAnswers(feed, count);
  const secondsOnTask = useActiveSeconds(feed.current?.lease.id);
  const [isFlagOpen, setFlagOpen] = useState(false);
  const item = feed.current;

  const toTop = () => window.scrollTo({ top: 0 });
  const undo = () => void (answers.undo() && toTop());

  function submit(draft: Draft): boolean {
    const key = randomKey();
    const from = draft.from === 'model' ? 'model' : null;
    const body = { idempotencyKey: key, text: draft.text, from, secondsOnTask: secondsOnTask() };
    const label = from ? t.edited : t.label;
    const isGiven = answers.give({ key, action: 'demonstration', body, label, isCounted: true, writing: draft.text, draft });
    if (isGiven) toTop();
    return isGiven;
  }

  function skip(isFlagged: boolean, reason = '') {
    const label = isFlagged ? t.flagged : t.skipped;
    if (answers.give({ key: randomKey(), action: 'skip', body: { isFlagged, reason }, label, isCounted: false })) toTop();
  }

  const keys = [
    { key: 's', does: t.does.skip, run: () => skip(false) },
    { key: 'f', does: t.does.flag, run: () => item && setFlagOpen(true) },
    { key: 'z', does: t.does.undo, run: undo },
  ];

  return (
    <WorkFrame
      title={t.title}
      thing={t.thing}
      things={t.things}
      isNarrow
      project={project}
      progress={progress}
      warning={feed.warning}
      asked={askedOf(item)}
      keys={keys}
      moreKeys={[
        { key: 'Ctrl ↵', does: w.does.submit },
        { key: 'Esc', does: w.does.leave },
      ]}
    >
      {item ? (
        <Writer
          key={item.lease.id}
          item={item}
          onSubmit={submit}
          onSkip={() => skip(false)}
          onFlag={() => setFlagOpen(true)}
          onUndo={undo}
        />
      ) : (
        <>
          <WorkBody isNarrow>
            <NoTask
              supply={feed.supply}
              message={feed.message}
              emptyTitle={t.none}
              why={progress.total === 0 ? t.noneYet : t.noneLeft}
              elsewhere={{ href: `/compare?project=${project.slug}`, label: t.compare }}
            />
          </WorkBody>
          <WorkControls isNarrow>
            <AnswerStatus onUndo={undo} />
          </WorkControls>
        </>
      )}
      <FlagDialog open={isFlagOpen} onOpenChange={setFlagOpen} onFlag={(reason) => skip(true, reason)} />
    </WorkFrame>
  );
}
