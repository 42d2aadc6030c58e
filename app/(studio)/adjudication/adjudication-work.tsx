'use client';
/** One pair at a time: both responses side by side, what people said of them and why, and the reviewer's verdict, all by keyboard. */
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ScalePoints } from '@/db/enums';
import { Pair, type View } from '../../(work)/compare/pair';
import { isChosen, Scale, useChoices } from '../../(work)/compare/scale';
import { promptKey } from '../../(work)/prompt';
import { ReasonField } from '../../(work)/reason-field';
import { useKeys } from '../../(work)/use-keys';
import { useSubmitKey } from '../../(work)/use-submit-key';
import { Button } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { adjudicationWords } from '../../words/adjudication';
import { compareWords } from '../../words/compare';
import { useNumber, useWords } from '../../words/language';
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
  useKeys([
    ...[...scale, ...(tie ? [tie] : []), bothBad].map((choice) => ({ key: choice.key, does: choice.label, run: () => choose(choice) })),
    { key: 'j', does: t.next, run: next },
    { key: 'arrowright', does: t.next, run: next },
    { key: 'k', does: t.previous, run: previous },
    { key: 'arrowleft', does: t.previous, run: previous },
    { key: 'r', does: compare.reason, run: openReason },
    { key: 'd', does: compare.difference, run: toggleDifference },
    { key: 'z', does: t.undo, run: () => void takeBack() },
    { key: promptKey, does: compare.view, run: openPromptOfPair },
  ]);
  useSubmitKey(submit);

  const small = { size: 'sm', variant: 'ghost', className: 'max-sm:px-2' } as const;
  return (
    <>
      <div ref={region} tabIndex={-1} role="region" aria-label={t.pair} className="outline-none">
        {pair && (
          <>
            <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
              <p className="text-sm text-muted tabular-nums">{t.place(number(at + 1), number(total - (initial.length - pairs.length)))}</p>
              <p className="font-medium">{pair.disagreement ? t.disagreements[pair.disagreement] : t.noDisagreement}</p>
              <span className="-mr-2 ml-auto flex sm:-mr-3">
                <Button {...small} disabled={at === 0} aria-keyshortcuts="k" onClick={previous}>
                  {t.previous} <Kbd>k</Kbd>
                </Button>
                <Button {...small} disabled={at >= pairs.length - 1} aria-keyshortcuts="j" onClick={next}>
                  {t.next} <Kbd>j</Kbd>
                </Button>
              </span>
            </div>
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
      <div className="sticky bottom-0 z-10 -mx-4 mt-8 border-t border-line bg-paper px-4 pt-2 pb-3 sm:-mx-6 sm:px-6">
        <p
          role={message.isProblem ? 'alert' : 'status'}
          className={message.isProblem ? 'min-h-6 text-sm font-medium text-warn' : 'min-h-6 text-sm text-muted'}
        >
          {message.text}
        </p>
        {(isReasonOpen || said.reason !== '') && (
          <ReasonField text={said.reason} field={reasonField} write={(reason) => setSaid({ ...said, reason })} leave={leaveReason} />
        )}
        <Scale choices={scale} onChoose={choose} isDisabled={!pair} isWaiting={false} chosen={said.chosen} />
        <div className="mt-1.5 flex flex-wrap items-center gap-x-1 gap-y-1 sm:gap-x-3">
          <Button variant="primary" disabled={!pair} aria-disabled={isBusy || undefined} aria-keyshortcuts="Enter" onClick={submit}>
            {t.submit}
            <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
              ↵
            </span>
          </Button>
          <Button {...small} disabled={!canTakeBack} aria-keyshortcuts="z" onClick={() => void takeBack()}>
            {t.undo} <Kbd>z</Kbd>
          </Button>
          <span className="-mx-2 flex flex-wrap gap-x-1 sm:mr-0 sm:ml-auto sm:gap-x-3">
            {[...(tie ? [tie] : []), bothBad].map((choice) => (
              <Button
                key={choice.key}
                {...small}
                disabled={!pair}
                aria-pressed={isChosen(choice, said.chosen)}
                aria-keyshortcuts={choice.key}
                onClick={() => choose(choice)}
              >
                {choice.label} <Kbd>{choice.key}</Kbd>
              </Button>
            ))}
            <Button {...small} disabled={!pair} aria-keyshortcuts="r" onClick={openReason}>
              {compare.reason} <Kbd>r</Kbd>
            </Button>
            <Button {...small} disabled={!pair} aria-keyshortcuts="d" aria-pressed={isDifferenceShown} onClick={toggleDifference}>
              {compare.difference} <Kbd>d</Kbd>
            </Button>
          </span>
        </div>
      </div>
    </>
  );
}
