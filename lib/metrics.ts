/** Numbers about the running installation, in Prometheus' text format. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { db } from '@/db/client';
import { jobStates } from '@/db/enums';
import { readGauges } from '@/db/queries/health';
import { countJobsByState } from '@/db/queries/jobs';

// Next may load this module more than once in a process; its collectors must exist once.
const shared = globalThis as { heedMetrics?: ReturnType<typeof makeMetrics> };

/** Asks the database first: a scrape shows the state of now. */
export async function renderMetrics(): Promise<{ text: string; contentType: string }> {
  const { registry, gauges } = (shared.heedMetrics ??= makeMetrics());
  const counts = new Map((await countJobsByState(db())).map((row) => [row.state, row.count]));
  for (const state of jobStates) gauges.jobs.set({ state }, counts.get(state) ?? 0);
  const now = await readGauges(db());
  gauges.activeLeases.set(now.activeLeases);
  gauges.runningRounds.set(now.runningRounds);
  gauges.checkpointBytes.set(now.checkpointBytes);
  gauges.people.set(now.people);
  return { text: await registry.metrics(), contentType: registry.contentType };
}

function makeMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'heed_web_' });
  const gauges = {
    jobs: new Gauge({ name: 'heed_jobs', help: 'Training stages by state.', labelNames: ['state'], registers }),
    activeLeases: new Gauge({ name: 'heed_active_leases', help: 'Tasks that somebody has open.', registers }),
    runningRounds: new Gauge({ name: 'heed_running_rounds', help: 'Rounds that run.', registers }),
    checkpointBytes: new Gauge({ name: 'heed_checkpoint_bytes', help: 'Disk taken by checkpoints.', registers }),
    people: new Gauge({ name: 'heed_people', help: 'Accounts that are not closed.', registers }),
  };
  return { registry, gauges };
}
