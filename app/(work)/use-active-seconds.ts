'use client';
/** How long a person has been at a task, without the time they were away: a pause counts up to `idleSeconds` and no further. */
import { useEffect, useRef } from 'react';

const idleSeconds = 60;

export function useActiveSeconds(taskKey: string | undefined): () => number {
  const clock = useRef({ seconds: 0, at: 0 });

  const tick = () => {
    const now = performance.now();
    clock.current.seconds += Math.min(idleSeconds, (now - clock.current.at) / 1000);
    clock.current.at = now;
  };

  useEffect(() => {
    clock.current = { seconds: 0, at: performance.now() };
    const events = ['keydown', 'pointermove', 'pointerdown', 'scroll'];
    events.forEach((event) => window.addEventListener(event, tick, { passive: true }));
    document.addEventListener('visibilitychange', tick);
    return () => {
      events.forEach((event) => window.removeEventListener(event, tick));
      document.removeEventListener('visibilitychange', tick);
    };
  }, [taskKey]);

  return () => {
    tick();
    return Math.round(clock.current.seconds);
  };
}
