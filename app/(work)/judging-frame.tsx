'use client';
/** The page around a ranking or rating: the frame with its keys, the task or why there is none, and below it what every judgement has. */
import type { ReactNode } from 'react';
import { Button } from '../components/button';
import { Kbd } from '../components/kbd';
import { judgingWords } from '../words/judging';
import { useWords } from '../words/language';
import { AnswerStatus } from './answer-status';
import { askedOf } from './ask-dialog';
import { FlagDialog } from './flag-dialog';
import { NoTask } from './no-task';
import { ReasonField } from './reason-field';
import type { Judging } from './use-judging';
import type { KeyBinding } from './use-keys';
import { useSubmitKey } from './use-submit-key';
import { WorkBody, WorkControls, WorkFrame, type WorkProject } from './work-frame';

type Props = {
  judging: Judging;
  project: WorkProject;
  words: { title: string; thing: string; things: string; task: string; none: string; noneYet: string; noneLeft: string };
  keys: KeyBinding[];
  moreKeys?: Pick<KeyBinding, 'key' | 'does'>[];
  onSubmit: () => void;
  /** Why it cannot be submitted yet. */
  problem: string;
  isNarrow?: boolean;
  /** Above the buttons. */
  controls?: ReactNode;
  children: ReactNode;
};

export function JudgingFrame({ judging, project, words, keys, moreKeys = [], onSubmit, problem, isNarrow, controls, children }: Props) {
  const t = useWords(judgingWords);
  const { item, feed, progress, region, reason, flag, skip, undo } = judging;
  useSubmitKey(onSubmit);
  const button = { size: 'sm', variant: 'ghost', disabled: !item, className: 'max-sm:px-2' } as const;
  return (
    <WorkFrame
      isNarrow={isNarrow}
      title={words.title}
      thing={words.thing}
      things={words.things}
      project={project}
      progress={progress}
      warning={feed.warning}
      asked={askedOf(item)}
      keys={[
        ...keys,
        { key: 's', does: t.does.skip, run: () => void skip(false) },
        { key: 'f', does: t.does.flag, run: flag.ask },
        { key: 'r', does: t.does.reason, run: reason.open },
        { key: 'z', does: t.does.undo, run: undo },
      ]}
      moreKeys={[{ key: '↵', does: t.does.submit }, ...moreKeys, { key: 'Esc', does: t.does.leave }]}
    >
      <WorkBody isNarrow={isNarrow}>
        <div ref={region} tabIndex={-1} role="region" aria-label={words.task} className="outline-none">
          {item ? (
            children
          ) : (
            <NoTask
              supply={feed.supply}
              message={feed.message}
              emptyTitle={words.none}
              why={progress.total === 0 ? words.noneYet : words.noneLeft}
              elsewhere={{ href: `/compare?project=${project.slug}`, label: t.compare }}
            />
          )}
        </div>
      </WorkBody>
      <WorkControls isNarrow={isNarrow}>
        <AnswerStatus onUndo={undo} />
        {reason.isOpen && <ReasonField {...reason} />}
        {controls}
        <p role="alert" className="mb-1.5 text-sm font-medium text-warn empty:hidden">
          {problem}
        </p>
        <div className="flex flex-wrap items-center gap-x-1 gap-y-1 sm:gap-x-3">
          <Button variant="primary" disabled={!item} aria-keyshortcuts="Enter" onClick={onSubmit}>
            {t.submit}
            <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
              ↵
            </span>
          </Button>
          <span className="-mr-2 ml-auto flex gap-x-1 sm:-mr-3 sm:gap-x-3">
            <Button {...button} aria-keyshortcuts="r" onClick={reason.open}>
              {t.reason} <Kbd>r</Kbd>
            </Button>
            <Button {...button} aria-keyshortcuts="s" onClick={() => skip(false)}>
              {t.skip} <Kbd>s</Kbd>
            </Button>
            <Button {...button} aria-keyshortcuts="f" onClick={flag.ask}>
              {t.flag} <Kbd>f</Kbd>
            </Button>
          </span>
        </div>
      </WorkControls>
      <FlagDialog open={flag.isOpen} onOpenChange={flag.setOpen} onFlag={(why) => skip(true, why)} />
    </WorkFrame>
  );
}
