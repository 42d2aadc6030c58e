/** How a command that runs for long is told to stop, and how it sleeps meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Set at SIGINT, SIGTERM, SIGHUP, and when npm, which does not pass SIGTERM on, is gone.
 * @param parent the process that started us
 */
export function stopSignal(parent: number): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (process.env.npm_lifecycle_event) {
    setInterval(() => process.ppid !== parent && stop(), 500).unref();
  }
  return controller.signal;
}

/** Ends early when the signal is set. */
export const pause = (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal }).catch(() => {});
