'use client';
/**
 * The frame around every kind of task: how far one is, guidelines, questions and keys on top; the task in the middle (WorkBody); its
 * controls at the bottom, always in the same place (WorkControls).
 */
import clsx from 'clsx';
import Link from 'next/link';
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import type { Claim, KindProgress } from '@/lib/tasks/claim';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { Kbd } from '../components/kbd';
import { GuidelinesText } from '../components/guidelines-text';
import { guidelinesWords } from '../words/guidelines';
import { holdWords } from '../words/holds';
import { questionWords } from '../words/questions';
import { useNumber, useWords } from '../words/language';
import { workWords } from '../words/work';
import { AnswersDialog } from './answers-dialog';
import { AskDialog, type Asked } from './ask-dialog';
import { KeysDialog } from './keys-dialog';
import { useGuidelines } from './use-guidelines';
import { useKeys, type KeyBinding } from './use-keys';
import { useMyQuestions, type UnseenAnswer } from './use-my-questions';

const TaskKeysContext = createContext<(keys: KeyBinding[]) => void>(() => {});

/** Keys of what stands within the frame, which lists them with its own. One component at a time. */
export function useTaskKeys(keys: KeyBinding[]): void {
  const list = useContext(TaskKeysContext);
  useKeys(keys);
  useEffect(() => {
    list(keys);
    return () => list([]);
  });
}

type Part = { isNarrow?: boolean; children: ReactNode };
const width = (isNarrow?: boolean) => clsx('mx-auto w-full px-4 sm:px-6', isNarrow ? 'max-w-[46rem]' : 'max-w-[84rem]');

export function WorkBody({ isNarrow, children }: Part) {
  return <div className={clsx(width(isNarrow), 'flex-1 pt-4 pb-10')}>{children}</div>;
}

export function WorkControls({ isNarrow, children }: Part) {
  return (
    <div className="sticky bottom-0 z-10 border-t border-line bg-paper">
      <div className={clsx(width(isNarrow), 'pt-2 pb-3')}>{children}</div>
    </div>
  );
}

export type WorkProject = { slug: string; name: string; guidelines: string };

type Props = {
  title: string;
  project: WorkProject;
  /** What is counted ("pair", "pairs"), and how many there are. */
  thing?: string;
  things?: string;
  progress?: KindProgress;
  /** In place of the count, where nothing is counted. */
  about?: ReactNode;
  /** The task on the screen, about which reviewers can be asked. */
  asked: Asked | null;
  keys: KeyBinding[];
  /** Keys that work inside an input, listed only. */
  moreKeys?: Pick<KeyBinding, 'key' | 'does'>[];
  /** Their last answers were too fast. */
  warning?: Claim['warning'];
  isNarrow?: boolean;
  children: ReactNode;
};

export function WorkFrame({
  title,
  thing = '',
  things = '',
  project,
  progress,
  about,
  asked,
  warning,
  keys,
  moreKeys = [],
  isNarrow,
  children,
}: Props) {
  const t = useWords(workWords);
  const number = useNumber();
  const guidelineWords = useWords(guidelinesWords);
  const holds = useWords(holdWords);
  const guidelines = useGuidelines(project.slug, project.guidelines);
  const [shown, setShown] = useState<'guidelines' | 'ask' | 'answers' | 'keys' | null>(null);
  const readGuidelines = () => {
    setShown('guidelines');
    guidelines.markRead();
  };
  const q = useWords(questionWords);
  const questions = useMyQuestions(project.slug);
  const [answers, setAnswers] = useState<UnseenAnswer[]>([]);
  const ask = () => setShown('ask');
  const readAnswers = () => {
    setAnswers(questions.unseen);
    questions.markSeen();
    setShown('answers');
  };
  const [listed, setListed] = useState<KeyBinding[]>([]);
  const listKeys = () => {
    setListed([...all, ...taskKeys.current]);
    setShown('keys');
  };
  const taskKeys = useRef<KeyBinding[]>([]);
  const [listTaskKeys] = useState(() => (keys: KeyBinding[]) => void (taskKeys.current = keys));
  const all: KeyBinding[] = [
    ...keys,
    ...(guidelines.text ? [{ key: 'g', does: t.guidelines, run: readGuidelines }] : []),
    { key: 'i', does: q.does.ask, run: ask },
    { key: 'v', does: q.does.answers, run: readAnswers },
    { key: '?', does: t.thisList, run: listKeys },
  ];
  useKeys(all);
  const share = progress && progress.total > 0 ? (progress.total - progress.open) / progress.total : 0;

  return (
    <main id="main" tabIndex={-1} className="flex min-h-[calc(100dvh-3.5rem-1px)] flex-col">
      {progress && (
        <div
          className="h-0.5"
          role="progressbar"
          aria-label={t.allAnswered(things)}
          aria-valuenow={Math.round(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <div className="h-full origin-left bg-accent transition-transform duration-300" style={{ transform: `scaleX(${share})` }} />
        </div>
      )}
      <div className={clsx(width(isNarrow), 'flex flex-wrap items-center gap-x-4 gap-y-1 pt-4 text-sm text-muted')}>
        <h1 className="sr-only">{title}</h1>
        {progress && (
          <p className="tabular-nums">
            <span className="font-medium text-ink">{number(progress.answeredByMeToday)}</span> {t.today}
            <span className="mx-2 text-line" aria-hidden>
              |
            </span>
            {t.open(number(progress.open), thing, things)}
          </p>
        )}
        {about}
        <div className="-mr-3 ml-auto flex items-center gap-1">
          {guidelines.text && (
            <Button size="sm" variant="ghost" aria-keyshortcuts="g" onClick={readGuidelines}>
              {t.guidelines} <Kbd>g</Kbd>
            </Button>
          )}
          <Button size="sm" variant="ghost" aria-keyshortcuts="i" onClick={ask}>
            {q.ask} <Kbd>i</Kbd>
          </Button>
          <Button size="sm" variant="ghost" aria-keyshortcuts="?" className="pointer-coarse:hidden" onClick={listKeys}>
            {t.keys} <Kbd>?</Kbd>
          </Button>
        </div>
      </div>
      <div role="status" className={clsx(width(isNarrow), 'empty:hidden')}>
        {guidelines.news && (
          <p className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-accent-wash px-3 py-1.5 text-sm">
            {guidelineWords[guidelines.news]}
            <button type="button" className="inline-flex items-center gap-1.5 font-medium" onClick={readGuidelines}>
              <span className="underline underline-offset-4">{guidelineWords.read}</span> <Kbd>g</Kbd>
            </button>
          </p>
        )}
        {questions.unseen.length > 0 && (
          <p className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-accent-wash px-3 py-1.5 text-sm">
            {q.answered(questions.unseen.length)}
            <button type="button" className="inline-flex items-center gap-1.5 font-medium" onClick={readAnswers}>
              <span className="underline underline-offset-4">{q.read}</span> <Kbd>v</Kbd>
            </button>
          </p>
        )}
        {warning && (
          <p className="mt-3 max-w-[75ch] rounded-md bg-warn-wash px-3 py-2 text-sm">
            <strong className="font-medium">{holds.warning}</strong> {holds.evidence(warning.evidence)}{' '}
            {warning.isBeforePause ? holds.warningPauses : holds.warningOnly}
          </p>
        )}
      </div>
      <TaskKeysContext value={listTaskKeys}>{children}</TaskKeysContext>

      <Dialog title={t.guidelines} isWide open={shown === 'guidelines'} onOpenChange={(open) => !open && setShown(null)}>
        <GuidelinesText text={guidelines.text} />
        <p className="mt-6 text-sm text-muted">
          <Link href={`/guidelines?project=${encodeURIComponent(project.slug)}`} className="underline underline-offset-4">
            {guidelineWords.version(guidelines.version)} · {guidelineWords.allVersions}
          </Link>
          <span className="mx-2">·</span>
          <Link href={`/guidelines/precedents?project=${encodeURIComponent(project.slug)}`} className="underline underline-offset-4">
            {q.precedents}
          </Link>
        </p>
      </Dialog>
      <AskDialog open={shown === 'ask'} onOpenChange={(open) => !open && setShown(null)} slug={project.slug} asked={asked} />
      <AnswersDialog open={shown === 'answers'} onOpenChange={(open) => !open && setShown(null)} slug={project.slug} answers={answers} />
      <KeysDialog open={shown === 'keys'} onOpenChange={(open) => !open && setShown(null)} keys={listed} fixed={moreKeys} />
    </main>
  );
}
