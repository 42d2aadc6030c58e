/**
 * The wrapper of every route under /api/v1: who (cookie or bearer token) → same origin → may they → zod → handler → JSON.
 * A HeedError becomes `{ error: { code, message, details? } }` with its status; anything else is logged and is a 500 or 503.
 */
import { z } from 'zod';
import { db } from '@/db/client';
import { isDatabaseOutage } from '@/db/outage';
import { findPersonByToken } from '@/db/queries/api-tokens';
import { HeedError, type ErrorCode } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { log } from '@/lib/log';
import { parse } from '@/lib/parse';
import type { Actor } from './actor';
import { readJson } from './bounded-body';
import { mustBeAble, type Permission } from './permissions';
import { isSameOrigin } from './same-origin';
import { hashToken } from './secret-token';
import { currentActor } from './session';

type Spec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  permission: Permission;
  params?: P;
  query?: Q;
  /** Without it the body is left unread, for handlers that stream. */
  body?: B;
  maxBytes?: number;
};
type Call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  actor: Actor;
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
  request: Request;
};
/** Next gives routes without parameters none at all. */
type Context = { params: Promise<Record<string, string> | undefined> };

const none = z.object({});

/** The handler's plain value goes out as JSON, null as 204, a Response as it is. */
export function route<P extends z.ZodType = typeof none, Q extends z.ZodType = typeof none, B extends z.ZodType = typeof none>(
  spec: Spec<P, Q, B>,
  handler: (call: Call<P, Q, B>) => Promise<object | null>,
): (request: Request, context: Context) => Promise<Response> {
  return async (request, context) => {
    try {
      const actor = await identify(request);
      mustBeAble(actor, spec.permission);
      const url = new URL(request.url);
      const result = await handler({
        actor,
        params: parse(spec.params ?? none, (await context.params) ?? {}) as z.output<P>,
        query: parse(spec.query ?? none, Object.fromEntries(url.searchParams)) as z.output<Q>,
        body: (spec.body ? parse(spec.body, await readJson(request, spec.maxBytes ?? 2 ** 20)) : {}) as z.output<B>,
        request,
      });
      if (result instanceof Response) return result;
      return result === null ? new Response(null, { status: 204 }) : reply(result, 200);
    } catch (error) {
      return toResponse(error, request);
    }
  };
}

async function identify(request: Request): Promise<Actor> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer) {
    const actor = await findPersonByToken(db(), hashToken(bearer));
    if (!actor) throw refusal('unknown-token');
    return actor;
  }
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead && !isSameOrigin(request)) throw refusal('other-site');
  const actor = await currentActor();
  if (!actor) throw refusal('signed-out');
  return actor;
}

export function toResponse(error: unknown, request: Request): Response {
  if (error instanceof HeedError) return failure(error.code, error.message, error.status, error.details);
  log.error({ err: error, method: request.method, path: new URL(request.url).pathname }, 'request failed');
  if (isDatabaseOutage(error)) return failure('unavailable', 'The database does not answer. Try again in a moment.', 503);
  return failure('internal', 'Something went wrong on the server. It has been logged.', 500);
}

const failure = (code: ErrorCode | 'internal', message: string, status: number, details?: object): Response =>
  reply({ error: { code, message, ...(details && { details }) } }, status);
const reply = (body: object, status: number): Response => Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } });
