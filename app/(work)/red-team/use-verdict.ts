'use client';
/**
 * The verdict on a conversation while it is put together, kept on the device; with the time spent on the conversation, over reloads. Finished,
 * it goes out like every answer.
 */
import { useEffect, useRef, useState } from 'react';
import type { Conversation } from '@/lib/red-team/conversation';
import { randomKey } from '../../http';
import { useWords } from '../../words/language';
import { redTeamWords } from '../../words/red-team';
import type { Outcome } from '../outbox';
import { useOutbox, useUserId } from '../outbox-provider';
import { useActiveSeconds } from '../use-active-seconds';
import { useKept } from '../use-kept';
import { useControlEnter } from '../use-submit-key';
import type { useConversation } from './use-conversation';
import { bodyOf, missingOf, noVerdict, type Verdict } from './verdict';

const undoSeconds = 6;

export const verdictName = (userId: string, conversationId: string): string => `heed:verdict:${userId}:${conversationId}`;

type Options = {
  categories: string[];
  isJudgingAtFirst: boolean;
  problemAtFirst: string;
  onFinish: (conversation: Conversation, verdict: Verdict, outcome: Promise<Outcome>) => void;
};

export function useVerdict(talk: ReturnType<typeof useConversation>, options: Options) {
  const t = useWords(redTeamWords);
  const outbox = useOutbox();
  const { value, write, clear } = useKept(verdictName(useUserId(), talk.id ?? 'none'), noVerdict);
  const [isJudging, setJudging] = useState(options.isJudgingAtFirst);
  const [problem, setProblem] = useState(options.problemAtFirst);
  const activeSeconds = useActiveSeconds(undefined);
  const [secondsBefore] = useState(value.seconds);
  const seconds = () => secondsBefore + activeSeconds();
  const region = useRef<HTMLElement>(null);
  const toRegion = () => region.current?.focus({ preventScroll: true });

  useEffect(() => {
    if (!isJudging) return;
    toRegion();
    region.current?.scrollIntoView({ block: 'nearest' });
  }, [isJudging]);

  function decide(change: Partial<Verdict>) {
    write({ ...value, ...change, seconds: seconds() });
    setProblem('');
  }

  function judge(outcome: 'failed' | 'held') {
    if (talk.writing !== null) return talk.say(t.wait);
    if (talk.turns.length === 0) return talk.say(t.notOver);
    decide({ outcome });
    setJudging(true);
  }

  function finish() {
    const missing = missingOf(value, options.categories, t);
    if (missing) {
      setProblem(missing);
      return toRegion();
    }
    const { modelId, turns, asked } = talk;
    const id = talk.id!;
    const key = randomKey();
    const said = bodyOf(value);
    const verdict = { ...value, seconds: seconds() };
    const outcome = outbox().add({
      key,
      url: `/api/v1/conversations/${id}/finish`,
      body: { idempotencyKey: key, ...said, secondsOnTask: verdict.seconds },
      leaseId: id,
      label: said.outcome === 'failed' ? t.failed : t.held,
      holdUntil: Date.now() + undoSeconds * 1000,
      writing: [said.correction, said.notes].filter(Boolean).join('\n') || undefined,
    });
    clear();
    const unanswered = asked === null ? [] : [{ position: turns.length, role: 'user' as const, text: asked, isTruncated: false }];
    options.onFinish({ id, modelId: modelId!, outcome: 'open', turns: [...turns, ...unanswered] }, verdict, outcome);
  }

  useControlEnter(() => void (isJudging && finish()));

  return {
    value,
    problem,
    isJudging,
    goBack: () => setJudging(false),
    judge,
    decide,
    finish,
    /** Has the focus while one judges and is in no field. */
    region,
    toRegion,
    keepSeconds: () => write({ ...value, seconds: seconds() }),
  };
}
