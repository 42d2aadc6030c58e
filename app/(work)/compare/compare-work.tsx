'use client';
/**
 * Compare: one key is the answer, and the next pair is on the screen before the hand is off it. The answer is kept on the
 * device at once and leaves a few seconds later; until then `z` brings the pair back, and `e` brings it back with the better response in an
 * editor (better-version.tsx).
 */
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Labelling } from '@/lib/projects/project';
import type { KindProgress } from '@/lib/tasks/claim';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { useKeyNames } from '../../components/key-names';
import { AnswerStatus, inline } from '../answer-status';
import { askedOf } from '../ask-dialog';
import { FlagDialog } from '../flag-dialog';
import { randomKey } from '../../http';
import { compareWords } from '../../words/compare';
import { useWords } from '../../words/language';
import { taskTextWords } from '../../words/task-text';
import { qualityWords } from '../../words/quality';
import { NoTask } from '../no-task';
import { ReasonField } from '../reason-field';
import { useActiveSeconds } from '../use-active-seconds';
import { useAnswers, type GivenAnswer } from '../use-answers';
import { useProgress } from '../use-progress';
import { useTaskFeed } from '../use-task-feed';
import { WorkBody, WorkControls, WorkFrame, type WorkProject } from '../work-frame';
import { promptKey } from '../prompt';
import { AspectRows } from './aspect-rows';
import { BetterVersion, type Edited } from './better-version';
import { MissDialog } from './miss-dialog';
import { Pair, textsOf, type View } from './pair';
import { Scale, useChoices, type Choice, type Verdict } from './scale';

/** What is said of one pair before it is given, and again when it is taken back. `edits`: the choice whose better response is being edited. */
type Judgement = { reason: string; aspects: Record<string, number>; verdict: Verdict | null; edits: boolean };
const nothingSaid: Judgement = { reason: '', aspects: {}, verdict: null, edits: false };

type Props = { project: WorkProject; labelling: Labelling; initial: KindProgress };

export function CompareWork({ project, labelling, initial }: Props) {
  const t = useWords(compareWords);
  const keyOf = useKeyNames();
  const quiz = useWords(qualityWords);
  const texts = useWords(taskTextWords);
  const { scale, tie, bothBad } = useChoices(labelling.scalePoints);
  const feed = useTaskFeed(project.slug, 'compare');
  const { progress, count } = useProgress(project.slug, 'compare', initial);
  const answers = useAnswers(feed, count);
  const activeSeconds = useActiveSeconds(feed.current?.lease.id);
  const [said, setSaid] = useState(nothingSaid);
  const [row, setRow] = useState(0);
  const [hint, setHint] = useState('');
  const [isReasonOpen, setReasonOpen] = useState(false);
  const [isFlagOpen, setFlagOpen] = useState(false);
  const [openPrompt, setOpenPrompt] = useState<string>();
  const [isDifferenceShown, setDifferenceShown] = useState(false);
  const [view, setView] = useState<View>('both');
  const [last, setLast] = useState(nothingSaid);
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const taskRegion = useRef<HTMLDivElement>(null);
  const item = feed.current;
  const editing = said.edits && item ? said.verdict : null;
  const aspects = labelling.compareAspects ? labelling.aspects : [];
  const isAtAspect = row < aspects.length;

  /** Makes the screen ready for the pair that comes: from the top, focus on it, no leftovers. */
  function show(judgement: Judgement) {
    setSaid(judgement);
    setRow(judgement === nothingSaid ? 0 : aspects.length);
    setHint('');
    setReasonOpen(judgement.reason !== '');
    setDifferenceShown(false);
    setView('both');
    window.scrollTo({ top: 0 });
    if (!judgement.edits) taskRegion.current?.focus({ preventScroll: true });
  }

  /** False when it came too early to be meant. */
  function give(answer: GivenAnswer, judgement: Judgement): boolean {
    if (!answers.give(answer)) return false;
    setLast(judgement);
    show(nothingSaid);
    return true;
  }

  function submit(verdict: Verdict, edited?: Edited, draft = edited?.draft): boolean {
    const { grade, isBothBad, label } = verdict;
    const { scalePoints } = labelling;
    const key = randomKey();
    const reason = said.reason.trim() || undefined;
    return give(
      {
        key,
        action: 'preference',
        body: {
          idempotencyKey: key,
          grade,
          scalePoints,
          isBothBad,
          aspects: said.aspects,
          edited: edited?.text,
          reason,
          secondsOnTask: activeSeconds(),
        },
        label: edited ? t.edited(label) : label,
        isCounted: true,
        isFinal: item?.quiz !== undefined,
        writing: edited?.text ?? reason,
        draft,
      },
      { ...said, verdict, edits: edited !== undefined },
    );
  }

  function skip(isFlagged: boolean, flagReason = '') {
    const body = { isFlagged, reason: flagReason };
    give({ key: randomKey(), action: 'skip', body, label: isFlagged ? t.flagged : t.skipped, isCounted: false }, said);
  }

  function undo() {
    if (answers.undo()) show(last);
  }

  function edit() {
    const { verdict } = last;
    if (verdict && verdict.grade !== 0 && answers.undo()) show({ ...last, edits: true });
    else setHint(t.chooseFirst);
  }

  function giveAspect(index: number, grade: number | undefined) {
    const { [aspects[index]!]: _, ...others } = said.aspects;
    setSaid({ ...said, aspects: grade === undefined ? others : { ...others, [aspects[index]!]: grade } });
    setRow(index + 1);
  }

  /** The keys of the scale answer the question that is lit. */
  const press = (choice: Choice) => (isAtAspect && !choice.isBothBad ? item && giveAspect(row, choice.grade) : submit(choice));

  const showWholePrompt = () => setOpenPrompt(item?.lease.id);
  const toggleDifference = () => item && setDifferenceShown(!isDifferenceShown);

  function openReason() {
    if (!item) return;
    flushSync(() => setReasonOpen(true));
    reasonField.current?.focus();
  }

  function leaveReason() {
    if (!said.reason.trim()) setReasonOpen(false);
    taskRegion.current?.focus({ preventScroll: true });
  }

  const promptKeys = [{ key: promptKey, does: texts.showAll, run: showWholePrompt }];
  const judgingKeys = [
    ...[...scale, ...(tie ? [tie] : []), bothBad].map((choice) => ({ key: choice.key, does: choice.label, run: () => press(choice) })),
    ...(aspects.length > 0
      ? [
          { key: 'j', does: t.does.next, run: () => setRow(Math.min(row + 1, aspects.length)) },
          { key: 'k', does: t.does.previous, run: () => setRow(Math.max(row - 1, 0)) },
        ]
      : []),
    { key: 's', does: t.does.skip, run: () => skip(false) },
    { key: 'f', does: t.does.flag, run: () => item && setFlagOpen(true) },
    { key: 'r', does: t.does.reason, run: openReason },
    { key: 'd', does: t.does.difference, run: toggleDifference },
    { key: 'e', does: t.does.edit, run: edit },
    { key: 'z', does: t.does.undo, run: undo },
    ...promptKeys,
  ];
  const smallButton = { size: 'sm', variant: 'ghost', disabled: !item, className: 'max-sm:px-2' } as const;
  const canEdit = last.verdict !== null && last.verdict.grade !== 0;

  return (
    <WorkFrame
      title={t.title}
      thing={t.thing}
      things={t.things}
      project={project}
      progress={progress}
      warning={feed.warning}
      asked={askedOf(item)}
      keys={editing ? promptKeys : judgingKeys}
      moreKeys={[{ key: 'Esc', does: t.does.leave }]}
    >
      {editing && item ? (
        <BetterVersion
          key={item.lease.id}
          item={item}
          verdict={editing}
          isPromptOpen={openPrompt === item.lease.id}
          onPromptOpen={showWholePrompt}
          onSave={(edited) => submit(editing, edited)}
          onWithout={(draft) => submit(editing, undefined, draft)}
        />
      ) : (
        <>
          <WorkBody>
            <div ref={taskRegion} tabIndex={-1} role="region" aria-label={t.pair} className="outline-none">
              {item?.quiz && (
                <div className="-mt-1 mb-6 rounded-md bg-accent-wash px-3 py-2.5">
                  <p className="font-medium">{quiz.question(item.quiz.number, item.quiz.of)}</p>
                  <p className="mt-1 text-sm">{quiz.questionAbout}</p>
                </div>
              )}
              {item ? (
                <Pair
                  key={item.lease.id}
                  {...textsOf(item)}
                  isPromptOpen={openPrompt === item.lease.id}
                  onPromptOpen={showWholePrompt}
                  isDifferenceShown={isDifferenceShown}
                  view={view}
                  onView={setView}
                />
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
            <AnswerStatus
              onUndo={undo}
              also={
                canEdit && (
                  <button type="button" className={inline} onClick={edit} aria-keyshortcuts={keyOf('e')}>
                    {t.edit} <Kbd>e</Kbd>
                  </button>
                )
              }
            />
            <p role="status" className="mb-1 text-sm text-warn empty:hidden">
              {hint || (item?.draft?.from && item.draft.text && t.begun(item.draft.from === 'left' ? 'A' : 'B'))}
            </p>
            {isReasonOpen && (
              <ReasonField text={said.reason} field={reasonField} write={(reason) => setSaid({ ...said, reason })} leave={leaveReason} />
            )}
            {aspects.length > 0 && (
              <AspectRows
                aspects={aspects}
                choices={tie ? [...scale.filter(({ grade }) => grade > 0), tie, ...scale.filter(({ grade }) => grade < 0)] : scale}
                given={said.aspects}
                at={row}
                isDisabled={!item}
                onGive={giveAspect}
              />
            )}
            <Scale choices={scale} onChoose={submit} isDisabled={!item} isWaiting={isAtAspect} />
            <div className="mt-1.5 flex flex-wrap justify-center gap-x-1 sm:gap-x-3">
              {[...(tie ? [tie] : []), bothBad].map((choice) => (
                <Button key={choice.key} {...smallButton} aria-keyshortcuts={choice.key} onClick={() => submit(choice)}>
                  {choice.label} <Kbd>{choice.key}</Kbd>
                </Button>
              ))}
              <Button {...smallButton} aria-keyshortcuts="r" onClick={openReason}>
                {t.reason} <Kbd>r</Kbd>
              </Button>
              <Button {...smallButton} aria-keyshortcuts="d" aria-pressed={isDifferenceShown} onClick={toggleDifference}>
                {t.difference} <Kbd>d</Kbd>
              </Button>
              <Button {...smallButton} aria-keyshortcuts="s" onClick={() => skip(false)}>
                {t.skip} <Kbd>s</Kbd>
              </Button>
              <Button {...smallButton} aria-keyshortcuts="f" onClick={() => setFlagOpen(true)}>
                {t.flag} <Kbd>f</Kbd>
              </Button>
            </div>
          </WorkControls>
        </>
      )}
      <MissDialog />
      <FlagDialog open={isFlagOpen} onOpenChange={setFlagOpen} onFlag={(flagReason) => skip(true, flagReason)} />
    </WorkFrame>
  );
}
