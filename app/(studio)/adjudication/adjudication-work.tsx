'use client';
/** One pair at a time: both responses side by side, what people said of them and why, and the reviewer's verdict, all by keyboard. */
import clsx from 'clsx';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ScalePoints } from '@/db/enums';
import { Pair, type View } from '../../(work)/compare/pair';
import { isChosen, Scale, useChoices } from '../../(work)/compare/scale';
import { promptKey } from '../../(work)/prompt';
import { ReasonField } from '../../(work)/reason-field';
import { KeysDialog } from '../../(work)/keys-dialog';
import { useKeys, type KeyBinding } from '../../(work)/use-keys';
import { useSubmitKey } from '../../(work)/use-submit-key';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { adjudicationWords } from '../../words/adjudication';
import { compareWords } from '../../words/compare';
import { useNumber, useWords } from '../../words/language';
import { taskTextWords } from '../../words/task-text';
import { workWords } from '../../words/work';
import { AnswersOnPair } from './answers-on-pair';
import { keyOf, type ShownPair } from './shown-pair';
import { useVerdicts } from './use-verdicts';

type Props = {
  projectSlug: string;
  scalePoints: ScalePoints;
  /** To decide; the worst of them are here. */
  total: number;
  initial: ShownPair[];
};

export function AdjudicationWork({ projectSlug, scalePoints, total, initial }: Props) {
  const t = useWords(adjudicationWords);
  const compare = useWords(compareWords);
  const texts = useWords(taskTextWords);
  const work = useWords(workWords);
  const number = useNumber();
  const { scale, tie, bothBad } = useChoices(scalePoints);
  const { pairs, pair, at, said, setSaid, go, decide, takeBack, canTakeBack, message, isBusy } = useVerdicts(
    projectSlug,
    scalePoints,
    initial,
  );
  const [isReasonOpen, setReasonOpen] = useState(false);
  const [view, setView] = useState<View>('both');
  const [openPrompt, setOpenPrompt] = useState<string>();
  const [differenceOf, setDifferenceOf] = useState<string>();
  const [areKeysShown, setKeysShown] = useState(false);
  const region = useRef<HTMLDivElement>(null);
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const key = pair && keyOf(pair);
  const isDifferenceShown = key !== undefined && differenceOf === key;

  const choose = (chosen: { grade: number; isBothBad: boolean; label: string }) => pair && setSaid({ ...said, chosen });
  const toggleDifference = () => setDifferenceOf(isDifferenceShown ? undefined : key);
  const openPromptOfPair = () => setOpenPrompt(key);
  function openReason() {
    if (!pair) return;
    // At once: what is typed next belongs into the field.
    flushSync(() => setReasonOpen(true));
    reasonField.current?.focus();
  }
  function leaveReason() {
    if (!said.reason.trim()) setReasonOpen(false);
    region.current?.focus({ preventScroll: true });
  }
  const submit = () => {
    setReasonOpen(false);
    void decide();
  };

  const [next, previous] = [() => go(at + 1), () => go(at - 1)];
  const keys: KeyBinding[] = [
    ...[...scale, ...(tie ? [tie] : []), bothBad].map((choice) => ({ key: choice.key, does: choice.label, run: () => choose(choice) })),
    { key: 'j', does: t.next, run: next },
    { key: 'k', does: t.previous, run: previous },
    { key: 'r', does: compare.does.reason, run: openReason },
    { key: 'd', does: compare.does.difference, run: toggleDifference },
    { key: 'z', does: t.undo, run: () => void takeBack() },
    { key: promptKey, does: texts.showAll, run: openPromptOfPair },
    { key: '?', does: work.thisList, run: () => setKeysShown(true) },
  ];
  useKeys([...keys, { key: 'arrowright', does: t.next, run: next }, { key: 'arrowleft', does: t.previous, run: previous }]);
  useSubmitKey(submit);

  const small = { size: 'sm', variant: 'ghost', className: 'max-sm:min-h-11 max-sm:px-2' } as const;
  const apart = { size: 'sm', variant: 'ghost', className: 'max-sm:min-h-11 max-sm:px-1.5 max-sm:text-xs' } as const;
  return (
    <>
      <div ref={region} tabIndex={-1} role="region" aria-label={t.pair} className="outline-none">
        <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1">
          {pair && (
            <>
              <p className="text-sm text-muted tabular-nums">{t.place(number(at + 1), number(total - (initial.length - pairs.length)))}</p>
              <p className="font-medium">{pair.disagreement ? t.disagreements[pair.disagreement] : t.noDisagreement}</p>
            </>
          )}
          <span className="-mx-2 flex flex-wrap sm:-mr-3 sm:ml-auto">
            <Button {...small} disabled={at === 0} aria-keyshortcuts="k" onClick={previous}>
              {t.previous} <Kbd>k</Kbd>
            </Button>
            <Button {...small} disabled={at >= pairs.length - 1} aria-keyshortcuts="j" onClick={next}>
              {t.next} <Kbd>j</Kbd>
            </Button>
            <Button {...small} disabled={!canTakeBack} aria-keyshortcuts="z" onClick={() => void takeBack()}>
              {t.undo} <Kbd>z</Kbd>
            </Button>
            <Button {...small} className="pointer-coarse:hidden" aria-keyshortcuts="?" onClick={() => setKeysShown(true)}>
              {work.keys} <Kbd>?</Kbd>
            </Button>
          </span>
        </div>
        {pair && (
          <>
            <Pair
              key={key}
              prompt={pair.prompt}
              a={pair.textA}
              b={pair.textB}
              isPromptOpen={openPrompt === key}
              onPromptOpen={openPromptOfPair}
              isDifferenceShown={isDifferenceShown}
              view={view}
              onView={setView}
            />
            <AnswersOnPair pair={pair} />
          </>
        )}
      </div>
      <div className="sticky bottom-0 z-10 -mx-4 mt-8 border-t border-line bg-paper px-4 pt-2 pb-3 max-sm:pb-1 sm:-mx-6 sm:px-6">
        <p
          role={message.isProblem ? 'alert' : 'status'}
          className={clsx('min-h-6 text-sm max-sm:empty:min-h-0', message.isProblem ? 'font-medium text-warn' : 'text-muted')}
        >
          {message.text}
        </p>
        {(isReasonOpen || said.reason !== '') && (
          <ReasonField text={said.reason} field={reasonField} write={(reason) => setSaid({ ...said, reason })} leave={leaveReason} />
        )}
        <Scale choices={scale} onChoose={choose} isDisabled={!pair} isWaiting={false} chosen={said.chosen} />
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 max-sm:gap-x-0.5">
          <Button
            variant="primary"
            className="max-sm:min-h-11 max-sm:px-3 max-sm:text-sm"
            disabled={!pair}
            aria-disabled={isBusy || undefined}
            aria-keyshortcuts="Enter"
            onClick={submit}
          >
            {t.submit}
            <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
              ↵
            </span>
          </Button>
          <span className="-mr-1.5 ml-auto flex gap-x-3 max-sm:gap-x-0 sm:-mr-3">
            {[...(tie ? [tie] : []), bothBad].map((choice) => (
              <Button
                key={choice.key}
                {...apart}
                disabled={!pair}
                aria-pressed={isChosen(choice, said.chosen)}
                aria-keyshortcuts={choice.key}
                onClick={() => choose(choice)}
              >
                {choice.label} <Kbd>{choice.key}</Kbd>
              </Button>
            ))}
            <Button {...apart} disabled={!pair} aria-keyshortcuts="r" onClick={openReason}>
              {compare.reason} <Kbd>r</Kbd>
            </Button>
            <Button {...apart} disabled={!pair} aria-keyshortcuts="d" aria-pressed={isDifferenceShown} onClick={toggleDifference}>
              {compare.difference} <Kbd>d</Kbd>
            </Button>
          </span>
        </div>
      </div>
      <KeysDialog
        open={areKeysShown}
        onOpenChange={setKeysShown}
        keys={keys}
        fixed={[
          { key: '↵', does: t.submit },
          { key: '← →', does: t.toAndFro },
          { key: 'Esc', does: compare.does.leave },
        ]}
      />
    </>
  );
}
