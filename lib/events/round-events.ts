/**
 * A round as it happens: first what is new since `afterId`, then whatever comes, until the round has ended and all is told.
 * Everything is read from the database on a wake-up, so no event can be missed or told twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { getRound } from '@/lib/rounds/get-round';
import type { MetricPoint, RoundDetail } from '@/lib/rounds/round';
import { metricsOf } from '@/lib/rounds/round-metrics';
import { follow } from './hub';
import { WakeUp } from './wake-up';

/** `id` never shrinks; who comes back with the last one goes on from there. `idle`: nothing for a while, the line is open. */
export type RoundEvent =
  | { event: 'metrics'; id: number; data: MetricPoint[] }
  | { event: 'progress'; data: { jobId: string; progress: number } }
  | { event: 'state'; id: number; data: Pick<RoundDetail, 'state' | 'error' | 'stages'> }
  | { event: 'idle' };

const roundEventsSchema = z.object({ roundId: z.uuid(), afterId: z.number().int().min(0) });

const idleMilliseconds = 15_000;
/** A stage may report many steps a second; people cannot see more than this. */
const restMilliseconds = 250;

/** @throws HeedError not_found */
export async function* roundEvents(
  actor: Actor,
  input: z.input<typeof roundEventsSchema>,
  signal: AbortSignal,
): AsyncGenerator<RoundEvent, void, undefined> {
  mustBeAble(actor, 'round.view');
  const { roundId, afterId } = parse(roundEventsSchema, input);
  const bell = new WakeUp();
  const unfollow = await follow(roundId, bell.ring);
  signal.addEventListener('abort', bell.ring, { once: true });
  try {
    let lastId = afterId;
    let before: RoundDetail | null = null;
    while (!signal.aborted) {
      // The state first: what has ended has no metrics after these.
      const round = await getRound(actor, { roundId });
      const points = await metricsOf(actor, { roundId, afterId: lastId });
      if (points.length > 0) yield { event: 'metrics', id: (lastId = points.at(-1)!.id), data: points };
      if (stateOf(before) !== stateOf(round))
        yield { event: 'state', id: lastId, data: { state: round.state, error: round.error, stages: round.stages } };
      yield* progressEvents(before, round);
      if (round.state !== 'running' && points.length === 0) return;
      before = round;
      if (points.length > 0) await sleep(restMilliseconds);
      else await bell.wait(idleMilliseconds).then(() => sleep(restMilliseconds));
      yield { event: 'idle' };
    }
  } finally {
    unfollow();
    signal.removeEventListener('abort', bell.ring);
  }
}

function* progressEvents(before: RoundDetail | null, now: RoundDetail): Generator<RoundEvent> {
  for (const { jobId, progress } of now.stages) {
    const known = before?.stages.find((stage) => stage.jobId === jobId);
    if (known?.progress !== progress) yield { event: 'progress', data: { jobId, progress } };
  }
}

/** What makes a difference to people, as one string. */
const stateOf = (round: RoundDetail | null): string =>
  JSON.stringify(
    round && [
      round.state,
      round.error,
      round.alerts.map(({ id, step }) => [id, step]),
      round.stages.map(({ jobId, state, attempt, isCancelRequested }) => [jobId, state, attempt, isCancelRequested]),
    ],
  );
