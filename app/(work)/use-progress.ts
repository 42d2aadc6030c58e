'use client';
/** The person's own count: moves with every answer at once, and is set right by the server when it changes by other hands. */
import { useState } from 'react';
import type { TaskKind } from '@/db/enums';
import type { KindProgress, WorkProgress } from '@/lib/tasks/claim';
import { isSuccess, request } from '../http';

export function useProgress(slug: string, kind: TaskKind, initial: KindProgress) {
  const [progress, setProgress] = useState(initial);
  return {
    progress,
    /** One answer more, or one less when it was taken back. */
    count: (by: 1 | -1) =>
      setProgress((old) => ({
        ...old,
        answeredByMe: old.answeredByMe + by,
        answeredByMeToday: old.answeredByMeToday + by,
        open: Math.max(0, old.open - by),
      })),
    reload: async () => {
      const reply = await request('GET', `/api/v1/projects/${slug}/progress`);
      if (isSuccess(reply)) setProgress((reply.data as WorkProgress)[kind]);
    },
  };
}
