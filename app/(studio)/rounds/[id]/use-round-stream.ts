'use client';
/** A round as it runs: what the page came with, and what the server's event stream adds to it. One stream a page. */
import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useState } from 'react';
import type { MetricPoint, StageView } from '@/lib/rounds/round';

const reopenSeconds = 5;

type Progress = { jobId: string; progress: number };

export function useRoundStream(roundId: string, isRunning: boolean, initial: MetricPoint[]) {
  const router = useRouter();
  const [points, setPoints] = useState(initial);
  const [progress, setProgress] = useState<Record<string, number>>({});

  const add = useEffectEvent((fresh: MetricPoint[]) => {
    setPoints((old) => {
      const newest = old.at(-1)?.id ?? 0;
      return [...old, ...fresh.filter(({ id }) => id > newest)];
    });
  });
  const refresh = useEffectEvent(() => router.refresh());
  const startAfter = useEffectEvent(() => points.at(-1)?.id ?? 0);

  useEffect(() => {
    if (!isRunning) return;
    let stream: EventSource;
    let timer: number | undefined;
    const open = () => {
      stream = new EventSource(`/api/events?round=${roundId}&after=${startAfter()}`);
      stream.addEventListener('metrics', (event) => add(JSON.parse(event.data) as MetricPoint[]));
      stream.addEventListener('progress', (event) => {
        const { jobId, progress: fraction } = JSON.parse(event.data) as Progress;
        setProgress((old) => ({ ...old, [jobId]: fraction }));
      });
      // Every stream tells the state when it opens: a page that missed something is refreshed then.
      stream.addEventListener('state', refresh);
      // A lost line the browser mends itself. A reply that is not a stream (the database is down, a proxy's 502) it takes as final.
      stream.addEventListener('error', ({ currentTarget }) => {
        if ((currentTarget as EventSource).readyState === EventSource.CLOSED) timer = window.setTimeout(open, reopenSeconds * 1000);
      });
    };
    open();
    return () => {
      window.clearTimeout(timer);
      stream.close();
    };
  }, [roundId, isRunning]);

  return {
    points,
    progressOf: (stage: StageView) => (stage.state === 'running' ? Math.max(stage.progress, progress[stage.jobId] ?? 0) : stage.progress),
  };
}
