'use client';
/** One conversation from the first message to the verdict. Mounted anew for the next. */
import { useEffect, useEffectEvent, useRef } from 'react';
import type { Conversation, RedTeamModel } from '@/lib/red-team/conversation';
import { Button, ButtonLink } from '../../components/button';
import { Kbd } from '../../components/kbd';
import { ConversationTurns } from '../../components/conversation-turns';
import { useWords } from '../../words/language';
import { nameWords } from '../../words/names';
import { redTeamWords, severityWords } from '../../words/red-team';
import { AnswerStatus } from '../answer-status';
import type { Outcome } from '../outbox';
import { useUserId } from '../outbox-provider';
import { useKept } from '../use-kept';
import { WorkBody, WorkControls, WorkFrame, type WorkProject } from '../work-frame';
import { Composer } from './composer';
import { ModelChoice, nameOf } from './model-choice';
import { useConversation } from './use-conversation';
import { useVerdict } from './use-verdict';
import { categoryKeys, severityKeys, type Verdict } from './verdict';
import { VerdictForm } from './verdict-form';

type Props = {
  project: WorkProject;
  models: RedTeamModel[];
  categories: string[];
  open: Conversation | null;
  isJudgingAtFirst: boolean;
  problemAtFirst: string;
  modelId: string;
  onChooseModel: (id: string) => void;
  onFinish: (conversation: Conversation, verdict: Verdict, outcome: Promise<Outcome>) => void;
  onUndo: () => void;
  onDiscard: () => void;
};

export function Talk(props: Props) {
  const { project, models, categories, open, modelId } = props;
  const t = useWords(redTeamWords);
  const names = useWords(nameWords);
  const talk = useConversation(project.slug, open);
  const message = useKept(`heed:message:${useUserId()}:${project.slug}`, '');
  const verdict = useVerdict(talk, props);
  const { isJudging, judge, decide } = verdict;
  const region = useRef<HTMLDivElement>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const notes = useRef<HTMLTextAreaElement>(null);
  const correction = useRef<HTMLTextAreaElement>(null);
  const name = nameOf(models, talk.modelId ?? modelId, t, names);
  const isWriting = talk.writing !== null;
  const lastAnswer = talk.turns.findLast(({ role }) => role === 'assistant')?.text ?? '';
  const hasAnswer = talk.turns.length > 0;

  useEffect(() => {
    if (!isJudging) composer.current?.focus({ preventScroll: true });
  }, [isJudging]);
  useEffect(() => {
    if (!isJudging) window.scrollTo({ top: document.documentElement.scrollHeight });
  }, [isJudging, talk.turns.length, talk.asked, talk.writing]);
  /** What the server has already need not be kept here. */
  const forgetArrived = useEffectEvent(() => {
    const last = open?.turns.at(-1);
    if (last?.role !== 'user' || last.text !== message.value.trim()) return;
    message.show('');
    message.clear();
  });
  useEffect(() => forgetArrived(), []);

  async function send(text: string) {
    const sending = await talk.send(text, modelId);
    if (sending === 'taken' && message.kept()?.trim() === text) message.clear();
    return sending;
  }

  async function sendMessage() {
    composer.current?.focus();
    const text = message.value.trim();
    if (isWriting) return talk.say(t.wait);
    if (talk.asked !== null) return text ? talk.say(t.unanswered) : again();
    if (!text) return talk.say(t.nothingTyped);
    message.show('');
    if (talk.id !== null) verdict.keepSeconds();
    if ((await send(text)) === 'kept') message.write(joined(text, composer.current?.value ?? ''));
  }

  function again() {
    if (talk.asked === null || isWriting) return;
    // The button goes; whoever uses the key may need it again.
    if (document.activeElement !== composer.current) region.current?.focus({ preventScroll: true });
    void send(talk.asked);
  }

  function change() {
    if (talk.asked === null || isWriting) return;
    message.write(joined(talk.takeBack(), message.value));
    composer.current?.focus();
  }

  async function startOver() {
    const text = joined(talk.asked ?? '', message.value);
    if (!(await talk.discard())) return;
    message.write(text);
    props.onDiscard();
  }

  function takeAnswer() {
    decide({ correction: lastAnswer });
    correction.current?.focus();
  }

  const both = [
    { key: 'f', does: t.does.failed, run: () => judge('failed') },
    { key: 'h', does: t.does.held, run: () => judge('held') },
  ];
  const isFailed = verdict.value.outcome === 'failed';
  const chosenByKey = [
    ...categories.map((category, index) => ({ key: categoryKeys[index]!, does: category, run: () => isFailed && decide({ category }) })),
    ...severityKeys.map((key, index) => ({ key, does: severityWords(t)[index]!, run: () => isFailed && decide({ severity: index + 1 }) })),
  ];
  const keys = isJudging
    ? [
        ...both,
        ...chosenByKey,
        { key: 'c', does: t.does.correction, run: () => correction.current?.focus() },
        { key: 'n', does: t.does.notes, run: () => notes.current?.focus() },
        { key: 'b', does: t.does.back, run: verdict.goBack },
      ]
    : [
        { key: 'm', does: t.does.message, run: () => composer.current?.focus() },
        { key: 'a', does: t.does.again, run: again },
        { key: 'x', does: t.does.change, run: change },
        { key: 's', does: t.does.stop, run: talk.stop },
        ...both,
        { key: 'z', does: t.does.undo, run: props.onUndo },
      ];
  const fixedKeys = isJudging
    ? [{ key: 'Ctrl ↵', does: t.does.finish }]
    : [
        { key: '↵', does: t.does.send },
        { key: '⇧ ↵', does: t.does.newLine },
      ];

  return (
    <WorkFrame
      title={t.heading}
      project={project}
      about={<ModelChoice {...props} name={name} isBegun={talk.id !== null || isWriting} />}
      asked={talk.id === null ? null : { id: talk.id, url: `/api/v1/conversations/${talk.id}/question` }}
      keys={keys}
      moreKeys={[...fixedKeys, { key: 'Esc', does: t.does.leave }]}
      isNarrow
    >
      <WorkBody isNarrow>
        <div ref={region} tabIndex={-1} role="region" aria-label={t.task} className="outline-none">
          {!hasAnswer && talk.asked === null && <p className="mx-auto max-w-[48ch] py-10 text-center text-balance text-muted">{t.about}</p>}
          <ConversationTurns turns={talk.turns} person={t.you} model={name} asked={talk.asked} writing={talk.writing} />
        </div>
        <p aria-live="polite" className="sr-only">
          {talk.latest && t.answered(name, talk.latest.text || t.empty)}
        </p>
        {isJudging && (
          <VerdictForm
            region={verdict.region}
            notes={notes}
            correction={correction}
            verdict={verdict.value}
            categories={categories}
            lastAnswer={lastAnswer}
            onChange={decide}
            onTakeAnswer={takeAnswer}
            onLeave={verdict.toRegion}
          />
        )}
      </WorkBody>
      <WorkControls isNarrow>
        <AnswerStatus onUndo={props.onUndo} />
        {isJudging ? (
          <>
            <p role="alert" className="mb-2 text-sm font-medium text-danger empty:hidden">
              {verdict.problem}
            </p>
            <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
              <Button variant="primary" aria-keyshortcuts="Control+Enter" onClick={verdict.finish}>
                {t.finish}
                <span className="text-xs opacity-80 pointer-coarse:hidden" aria-hidden>
                  Ctrl ↵
                </span>
              </Button>
              <Button variant="ghost" aria-keyshortcuts="b" onClick={verdict.goBack}>
                {t.back} <Kbd>b</Kbd>
              </Button>
            </div>
          </>
        ) : (
          <>
            <div role="alert" className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2 text-sm font-medium text-warn empty:hidden">
              {talk.problem && <span>{talk.problem}</span>}
              {talk.isSignedOut && (
                <ButtonLink size="sm" href={`/sign-in?next=${encodeURIComponent(`/red-team?project=${project.slug}`)}`}>
                  {t.signIn}
                </ButtonLink>
              )}
            </div>
            {talk.asked !== null && !isWriting && (
              <div className="mb-2 flex flex-wrap gap-2">
                <Button size="sm" aria-keyshortcuts="a" onClick={again}>
                  {t.sendAgain} <Kbd>a</Kbd>
                </Button>
                <Button size="sm" aria-keyshortcuts="x" onClick={change}>
                  {t.change} <Kbd>x</Kbd>
                </Button>
                {!hasAnswer && talk.id !== null && (
                  <Button size="sm" variant="ghost" onClick={() => void startOver()}>
                    {t.startOver}
                  </Button>
                )}
              </div>
            )}
            <Composer
              field={composer}
              text={message.value}
              onWrite={(text) => {
                message.write(text);
                if (talk.asked === null) talk.say('');
              }}
              onSend={() => void sendMessage()}
              onStop={() => {
                talk.stop();
                composer.current?.focus();
              }}
              onLeave={() => region.current?.focus({ preventScroll: true })}
              isWriting={isWriting}
            />
            <div className="mt-2 flex flex-wrap items-center gap-2">
              <Button size="sm" aria-keyshortcuts="f" aria-disabled={!hasAnswer || undefined} onClick={() => judge('failed')}>
                {t.failed} <Kbd>f</Kbd>
              </Button>
              <Button size="sm" aria-keyshortcuts="h" aria-disabled={!hasAnswer || undefined} onClick={() => judge('held')}>
                {t.held} <Kbd>h</Kbd>
              </Button>
              <span className="ml-auto text-sm text-muted max-sm:hidden pointer-coarse:hidden">
                <Kbd>Esc</Kbd> {t.does.leave}
              </span>
            </div>
          </>
        )}
      </WorkControls>
    </WorkFrame>
  );
}

/** What could not be sent before what was typed since. */
const joined = (before: string, after: string): string => [before, after].filter((text) => text.trim()).join('\n');
