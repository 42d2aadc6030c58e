/** A round's events as server-sent events. Ends when the round has ended; a browser that reconnects then is told to stop (204). */
import { z } from 'zod';
import { route } from '@/lib/auth/route';
import { roundEvents, type RoundEvent } from '@/lib/events/round-events';

export const dynamic = 'force-dynamic';

const query = z.object({ round: z.uuid(), after: z.coerce.number().int().min(0).default(0) });

export const GET = route({ permission: 'round.view', query }, async ({ actor, query, request }) => {
  const lastEventId = z.coerce.number().int().min(0).nullable().catch(null).parse(request.headers.get('last-event-id'));
  const gone = new AbortController();
  request.signal.addEventListener('abort', () => gone.abort());
  const events = roundEvents(actor, { roundId: query.round, afterId: Math.max(query.after, lastEventId ?? 0) }, gone.signal);
  // The first event is awaited here, so that an unknown round is a 404 and not an empty stream.
  const first = await events.next();
  const isOver = first.value?.event === 'state' && first.value.data.state !== 'running';
  if (isOver && lastEventId !== null) {
    // Else it would stay where it is, following the round for ever.
    await events.return(undefined);
    return new Response(null, { status: 204 });
  }
  return new Response(toStream(first, events, gone), {
    // no-transform keeps compression away, which would hold events back.
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' },
  });
});

function toStream(
  first: IteratorResult<RoundEvent, void>,
  events: AsyncGenerator<RoundEvent, void, undefined>,
  gone: AbortController,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: Promise<IteratorResult<RoundEvent, void>> | null = Promise.resolve(first);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await (next ?? events.next());
      next = null;
      if (done || !value) controller.close();
      else controller.enqueue(encoder.encode(toText(value)));
    },
    async cancel() {
      gone.abort();
      await events.return(undefined);
    },
  });
}

function toText(event: RoundEvent): string {
  if (event.event === 'idle') return ': still here\n\n';
  const id = 'id' in event ? `id: ${event.id}\n` : '';
  return `${id}event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`;
}
