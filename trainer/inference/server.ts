/** The inference process's HTTP server: on this machine only, and only for whoever knows its token. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HeedError } from '@/lib/errors';
import { inferenceSchema, type InferenceEvent } from '@/lib/inference/contract';
import { parse } from '@/lib/parse';
import { log } from '../log';

const maxBodyBytes = 2 ** 20;

export function inferenceServer(token: string): Server {
  const expected = Buffer.from(`Bearer ${token}`);
  const isKnown = (request: IncomingMessage): boolean => {
    const given = Buffer.from(request.headers.authorization ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  return createServer((request, response) => {
    void handle(request, response, isKnown(request)).catch((error: unknown) => {
      log.error({ err: error }, 'an answer failed');
      response.destroy();
    });
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, isKnown: boolean): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const events = eventsOf(request, isKnown, gone.signal);
  try {
    const first = await events.next();
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (!first.done) response.write(line(first.value));
    for await (const event of events) response.write(line(event));
    response.end();
  } catch (error) {
    if (gone.signal.aborted) return;
    const known = error instanceof HeedError ? error : null;
    if (!known) log.error({ err: error }, 'an answer failed');
    const said = {
      code: known?.code ?? ('internal' as const),
      message: known?.message ?? 'The model failed. The log of the inference process says why.',
      ...(known?.details && { details: known.details }),
    };
    if (response.headersSent) response.end(line({ type: 'error', ...said }));
    else response.writeHead(known?.status ?? 500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: said }));
  }
}

async function* eventsOf(request: IncomingMessage, isKnown: boolean, signal: AbortSignal): AsyncGenerator<InferenceEvent> {
  if (!isKnown) throw new HeedError('unauthenticated', 'Only the web app may ask here.');
  if (request.method !== 'POST' || request.url !== '/generate') throw new HeedError('not_found', 'There is only POST /generate.');
  const body = await bodyOf(request);
  const { answer } = await import('./answer');
  yield* answer(parse(inferenceSchema, body), signal);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new HeedError('too_large', 'The request is larger than 1 MiB.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new HeedError('invalid', 'The body is not JSON.', { cause });
  }
}

const line = (event: InferenceEvent): string => `${JSON.stringify(event)}\n`;
