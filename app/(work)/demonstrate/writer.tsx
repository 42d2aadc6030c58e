'use client';
/** One prompt and the field for its response, empty or with the model's answer to begin with. Mounted anew for every task. */
import { useRef, useState } from 'react';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { demonstrateWords } from '../../words/demonstrate';
import { useWords } from '../../words/language';
import { taskTextWords } from '../../words/task-text';
import { writingWords } from '../../words/writing';
import { AnswerStatus } from '../answer-status';
import { DraftConflict } from '../draft-conflict';
import type { Draft } from '../draft-copies';
import { useUserId } from '../outbox-provider';
import { Prompt, promptKey } from '../prompt';
import { useDraft } from '../use-draft';
import type { WorkItem } from '../use-task-feed';
import { useWriting } from '../use-writing';
import { ViewButtons } from '../view-buttons';
import { useTaskKeys, WorkBody, WorkControls } from '../work-frame';
import { WritingField } from '../writing-field';
import { WritingStatus } from '../writing-status';

type Props = {
  item: WorkItem;
  /** False when it came too early to be meant. */
  onSubmit: (draft: Draft) => boolean;
  onSkip: () => void;
  onFlag: () => void;
  onUndo: () => void;
};

export function Writer({ item, onSubmit, onSkip, onFlag, onUndo }: Props) {
  const t = useWords(demonstrateWords);
  const w = useWords(writingWords);
  const texts = useWords(taskTextWords);
  const draft = useDraft(item, useUserId());
  const modelText = item.modelAnswer?.text.trim() ?? null;
  const isFromModel = draft.from === 'model' && modelText !== null;
  const writing = useWriting(isFromModel, submit);
  const [isPromptOpen, setPromptOpen] = useState(false);
  const [problem, setProblem] = useState('');
  /** The text that is not in the field: one's own while the model's is, and the other way round. */
  const aside = useRef<Pick<Draft, 'text' | 'from'> | null>(null);
  const isUndecided = draft.newer !== null;

  function submit() {
    if (isUndecided) return;
    const isUnchanged = isFromModel && draft.text.trim() === modelText;
    if (draft.text.trim() === '' || isUnchanged) {
      setProblem(isUnchanged ? t.unchanged : w.empty);
      return writing.focus();
    }
    if (onSubmit(draft.current())) draft.finish();
  }

  function changeStart() {
    if (modelText === null) return;
    const next = aside.current ?? (isFromModel ? { text: '', from: null } : { text: modelText, from: 'model' as const });
    aside.current = { text: draft.text, from: draft.from };
    draft.putAside(next);
    setProblem('');
    writing.focus();
  }

  useTaskKeys([
    ...writing.keys,
    ...(modelText === null ? [] : [{ key: 'm', does: t.does.model, run: changeStart }]),
    { key: promptKey, does: texts.showAll, run: () => setPromptOpen(true) },
  ]);

  return (
    <>
      <WorkBody isNarrow>
        <Prompt text={item.task.prompt.text} isOpen={isPromptOpen} onOpen={() => setPromptOpen(true)} />
        <div className="mt-7 mb-2 flex min-h-8 flex-wrap items-center justify-between gap-x-4">
          <h2 className="text-sm text-muted">{isFromModel ? t.startedFrom : t.yourResponse}</h2>
          {modelText !== null && (
            <Button size="sm" variant="ghost" className="-mr-3 ml-auto" aria-keyshortcuts="m" onClick={changeStart}>
              {isFromModel ? t.fromScratch : t.fromModel} <Kbd>m</Kbd>
            </Button>
          )}
        </div>
        <WritingField
          label={t.yourResponse}
          text={draft.text}
          original={isFromModel ? modelText : null}
          view={writing.view}
          field={writing.field}
          problem={problem}
          onWrite={(text) => {
            draft.write(text);
            setProblem('');
          }}
        />
        {draft.newer && <DraftConflict mine={draft.text} theirs={draft.newer.text} onResolve={draft.resolve} />}
      </WorkBody>
      <WorkControls isNarrow>
        <div className="flex flex-wrap items-center gap-x-3">
          <AnswerStatus onUndo={onUndo} />
          <WritingStatus text={draft.text} state={draft.state} isUndecided={isUndecided} />
        </div>
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button variant="primary" onClick={submit} aria-disabled={isUndecided || undefined}>
            {w.submit}
            <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
              Ctrl ↵
            </span>
          </Button>
          <ViewButtons writing={writing} hasOriginal={isFromModel} />
          <Button size="sm" variant="ghost" aria-keyshortcuts="s" onClick={onSkip}>
            {t.skip} <Kbd>s</Kbd>
          </Button>
          <Button size="sm" variant="ghost" aria-keyshortcuts="f" onClick={onFlag}>
            {t.flag} <Kbd>f</Kbd>
          </Button>
        </div>
      </WorkControls>
    </>
  );
}
