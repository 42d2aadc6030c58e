'use client';
/** The person's own questions with an answer that they have not read. Asked for on coming back to the tab, and every minute. */
import { useEffect, useEffectEvent, useState } from 'react';
import type { OwnQuestion } from '@/lib/questions/question';
import { isSuccess, request } from '../http';

const pollSeconds = 60;

/** As JSON gives them. */
export type UnseenAnswer = Pick<OwnQuestion, 'id' | 'text' | 'answer' | 'revision'>;

export function useMyQuestions(slug: string) {
  const [unseen, setUnseen] = useState<UnseenAnswer[]>([]);

  const load = useEffectEvent(async () => {
    const reply = await request('GET', `/api/v1/projects/${slug}/my-questions?show=unseen`);
    if (isSuccess(reply)) setUnseen((reply.data as { items: UnseenAnswer[] }).items);
  });
  useEffect(() => {
    void load();
    const again = () => void (document.visibilityState === 'visible' && load());
    const timer = setInterval(again, pollSeconds * 1000);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [slug]);

  return {
    unseen,
    /** They are on the screen. */
    markSeen: () => {
      for (const { id, revision } of unseen) void request('POST', `/api/v1/questions/${id}/seen`, { revision }, { keepalive: true });
      setUnseen([]);
    },
  };
}
