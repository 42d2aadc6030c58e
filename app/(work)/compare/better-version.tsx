'use client';
/**
 * The better response, opened for editing after the choice: the field beside the text that it was made of. What is saved is the choice, a
 * demonstration, and that the edited text is better than both. Mounted anew for every task.
 */
import { useState } from 'react';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';
import { AnswerStatus } from '../answer-status';
import { DraftConflict } from '../draft-conflict';
import { useUserId } from '../outbox-provider';
import { Prompt } from '../prompt';
import { ResponseText } from '../response-text';
import { useDraft } from '../use-draft';
import type { WorkItem } from '../use-task-feed';
import { useWriting } from '../use-writing';
import { useTaskKeys, WorkBody, WorkControls } from '../work-frame';
import { ViewButtons } from '../view-buttons';
import { WritingField } from '../writing-field';
import { WritingStatus } from '../writing-status';
import type { Verdict } from './scale';

export type Edited = { text: string; draft: NonNullable<WorkItem['draft']> };

type Props = {
  item: WorkItem;
  verdict: Verdict;
  isPromptOpen: boolean;
  onPromptOpen: () => void;
  /** Both are false when they came too early to be meant. */
  onSave: (edited: Edited) => boolean;
  /** The choice alone; the text stays with it as long as it can be taken back. */
  onWithout: (draft: Edited['draft']) => boolean;
};

export function BetterVersion({ item, verdict, isPromptOpen, onPromptOpen, onSave, onWithout }: Props) {
  const t = useWords(compareWords);
  const [from, other] = verdict.grade > 0 ? (['left', 'right'] as const) : (['right', 'left'] as const);
  const name = { left: 'A', right: 'B' };
  const original = item.compare?.[from].text.trim() ?? '';
  const draft = useDraft(item, useUserId(), { text: original, from });
  const writing = useWriting(true, save);
  const [shown, setShown] = useState<'original' | 'other'>('original');
  const [problem, setProblem] = useState('');
  const isUndecided = draft.newer !== null;

  function save() {
    if (isUndecided) return;
    const same = [original, item.compare?.[other].text.trim() ?? ''].includes(draft.text.trim());
    if (draft.text.trim() === '' || same) {
      setProblem(same ? t.unchanged : t.emptied);
      return writing.focus();
    }
    if (onSave({ text: draft.text, draft: draft.current() })) draft.finish();
  }
  const without = () => void (onWithout(draft.current()) && draft.finish());

  const swap = () => setShown(shown === 'original' ? 'other' : 'original');
  useTaskKeys([...writing.keys, { key: 'w', does: t.does.without, run: without }, { key: 'x', does: t.does.other, run: swap }]);

  return (
    <>
      <WorkBody>
        <Prompt text={item.task.prompt.text} isOpen={isPromptOpen} onOpen={onPromptOpen} className="sm:px-6" />
        <div className="mt-6 grid grid-cols-1 items-start gap-4 md:grid-cols-2 md:gap-6">
          <section aria-label={t.better(name[from])}>
            <h2 className="mb-1 flex min-h-8 items-center text-sm font-semibold">{t.better(name[from])}</h2>
            <WritingField
              label={t.better(name[from])}
              text={draft.text}
              original={original}
              view={writing.view}
              field={writing.field}
              problem={problem}
              onWrite={(text) => {
                draft.write(text);
                setProblem('');
              }}
            />
            {draft.newer && <DraftConflict mine={draft.text} theirs={draft.newer.text} onResolve={draft.resolve} />}
          </section>
          <section aria-label={t.response(name[shown === 'original' ? from : other])}>
            <div className="mb-1 flex min-h-8 items-center gap-1">
              {(['original', 'other'] as const).map((which) => (
                <Button
                  key={which}
                  size="sm"
                  variant="ghost"
                  aria-pressed={shown === which}
                  aria-keyshortcuts="x"
                  onClick={() => setShown(which)}
                >
                  {t.response(name[which === 'original' ? from : other])}
                  {shown !== which && <Kbd>x</Kbd>}
                </Button>
              ))}
            </div>
            <div className="rounded-lg border border-line bg-surface px-5 py-4">
              <ResponseText text={item.compare?.[shown === 'original' ? from : other].text ?? ''} />
            </div>
          </section>
        </div>
      </WorkBody>
      <WorkControls>
        <AnswerStatus />
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button variant="primary" onClick={save} aria-disabled={isUndecided || undefined}>
            {t.save}
            <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
              Ctrl ↵
            </span>
          </Button>
          <Button size="sm" variant="ghost" aria-keyshortcuts="w" onClick={without}>
            {t.without(verdict.label)} <Kbd>w</Kbd>
          </Button>
          <ViewButtons writing={writing} hasOriginal />
          <WritingStatus text={draft.text} state={draft.state} isUndecided={isUndecided} />
        </div>
      </WorkControls>
    </>
  );
}
