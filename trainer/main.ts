/**
 * The trainer: a process beside the web app that claims training stages from the database and runs them in a process of their own.
 * Killed, it loses at most what came after the last resume checkpoint. SIGTERM or SIGINT: it writes one more, gives the stage
 * back, and ends.
 */
import { hostname } from 'node:os';
import { closeDatabase } from '@/db/client';
import { env } from '@/lib/env';
import { claimLoop } from './claim-loop';
import { log } from './log';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    log.info({ signal }, 'the trainer stops');
    stopping.abort();
  });
}

/** Both are entries of one build and lie side by side. */
const workerFile = new URL(env().workerUrl ?? './worker.js', import.meta.url);
const workerId = `${hostname()}:${process.pid}:${Date.now().toString(36)}`;

try {
  await claimLoop({ workerId, workerFile, stopping: stopping.signal });
  await closeDatabase();
} catch (error) {
  // Told to stop during an outage: the database cannot be told, and finds out by the lease.
  if (!stopping.signal.aborted) throw error;
}
// Numerics that were told to stop and have not come to the end of their step must not keep us.
process.exit(0);
