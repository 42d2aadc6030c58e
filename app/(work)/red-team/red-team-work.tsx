'use client';
/**
 * Red team: one conversation after the other. What is typed is kept on the device, what was said on the server; a verdict goes out like
 * every answer, so it can be given offline and, for a few seconds, be taken back.
 */
import { useRef, useState, useSyncExternalStore } from 'react';
import type { Conversation, RedTeamModel } from '@/lib/red-team/conversation';
import { ButtonLink } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { useWords } from '../../words/language';
import { redTeamWords } from '../../words/red-team';
import type { Outcome } from '../outbox';
import { useOutbox, useUserId } from '../outbox-provider';
import { keptUnder } from '../use-kept';
import { WorkBody, WorkFrame, type WorkProject } from '../work-frame';
import { Talk } from './talk';
import { verdictName } from './use-verdict';
import type { Verdict } from './verdict';

type Props = { project: WorkProject; models: RedTeamModel[]; categories: string[]; open: Conversation | null };

const noop = () => () => {};

export function RedTeamWork(props: Props) {
  const t = useWords(redTeamWords);
  // What is kept on the device is on the page from the first picture on, so that picture is the browser's.
  const isInBrowser = useSyncExternalStore(
    noop,
    () => true,
    () => false,
  );
  if (isInBrowser && (props.models.length > 0 || props.open)) return <Conversations {...props} />;
  return (
    <WorkFrame title={t.heading} project={props.project} asked={null} keys={[]} isNarrow>
      <WorkBody isNarrow>
        {props.models.length > 0 || props.open ? (
          <p className="py-24 text-center text-muted">{t.loading}</p>
        ) : (
          <EmptyState title={t.none} action={<ButtonLink href={`/compare?project=${props.project.slug}`}>{t.compare}</ButtonLink>}>
            {t.noneWhy}
          </EmptyState>
        )}
      </WorkBody>
    </WorkFrame>
  );
}

type Session = { number: number; open: Conversation | null; isJudging: boolean; problem: string };

function Conversations({ project, models, categories, open }: Props) {
  const outbox = useOutbox();
  const userId = useUserId();
  const [modelId, setModelId] = useState((models.find(({ isDefault }) => isDefault) ?? models[0])?.id ?? '');
  const [session, setSession] = useState((): Session => {
    // Finished here already, and still on its way to the server.
    const isOnItsWay = open !== null && outbox().isPending(open.id);
    return { number: 0, open: isOnItsWay ? null : open, isJudging: false, problem: '' };
  });
  const last = useRef<{ conversation: Conversation; verdict: Verdict } | null>(null);
  const goOn = (next: Omit<Session, 'number'>) => setSession((old) => ({ ...next, number: old.number + 1 }));

  /** Back to a verdict that was taken back, or that the server did not take. */
  function putBack(problem: string): void {
    const before = last.current;
    if (!before) return;
    last.current = null;
    keptUnder(verdictName(userId, before.conversation.id)).write(before.verdict);
    goOn({ open: before.conversation, isJudging: true, problem });
  }

  function finish(conversation: Conversation, verdict: Verdict, outcome: Promise<Outcome>): void {
    const mine = { conversation, verdict };
    last.current = mine;
    goOn({ open: null, isJudging: false, problem: '' });
    void outcome.then((known) => {
      if (known.type === 'refused' && last.current === mine) putBack(known.message);
    });
  }

  return (
    <Talk
      key={session.number}
      project={project}
      models={models}
      categories={categories}
      open={session.open}
      isJudgingAtFirst={session.isJudging}
      problemAtFirst={session.problem}
      modelId={modelId}
      onChooseModel={setModelId}
      onFinish={finish}
      onUndo={() => {
        if (last.current && outbox().undo()) putBack('');
      }}
      onDiscard={() => goOn({ open: null, isJudging: false, problem: '' })}
    />
  );
}
