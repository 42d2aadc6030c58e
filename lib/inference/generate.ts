/** A response from one of a project's models, as it is written. The inference process computes; this checks who may ask for what. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { db } from '@/db/client';
import { findCheckpoint } from '@/db/queries/checkpoints';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { errorCodes, HeedError, type ErrorCode } from '@/lib/errors';
import { checkpointFolder } from '@/lib/jobs/folders';
import { parse } from '@/lib/parse';
import { generateSchema, inferenceAddressFile, inferenceAddressSchema, type InferenceRequest } from './contract';

const inputSchema = generateSchema.extend({ projectId: z.uuid() });

/**
 * Lines of JSON (InferenceEvent), as bytes. Cancelling the stream, or the signal, stops the generation.
 * @throws HeedError not_found: no such checkpoint in the project, or its files are gone; invalid: it writes no text; unavailable:
 * the inference process does not answer; rate_limited: too many wait for the same model
 */
export async function generate(actor: Actor, input: z.input<typeof inputSchema>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  mustBeAble(actor, 'lineage.view');
  const { projectId, checkpointId, ...sampling } = parse(inputSchema, input);
  const checkpoint = await findCheckpoint(db(), checkpointId);
  if (checkpoint?.projectId !== projectId) throw new HeedError('not_found', 'This project has no such checkpoint.');
  if (checkpoint.deletedAt)
    throw new HeedError('not_found', 'The files of this checkpoint were removed to save disk space. Choose a newer one.');
  if (checkpoint.kind === 'reward' || checkpoint.kind === 'resume')
    throw new HeedError('invalid', 'This checkpoint writes no text. Choose a base model, an SFT model or a policy.');
  return ask({ folder: checkpointFolder(checkpoint), ...sampling }, signal);
}

const failure = z.object({ error: z.object({ code: z.enum(Object.keys(errorCodes) as [ErrorCode]), message: z.string() }) });

async function ask(request: InferenceRequest, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  let reply: Response;
  try {
    const { port, token } = inferenceAddressSchema.parse(JSON.parse(await readFile(inferenceAddressFile(), 'utf8')));
    reply = await fetch(`http://127.0.0.1:${port}/generate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal,
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new HeedError('unavailable', 'The inference process does not answer; it is being started again. Try again in a moment.', {
      cause,
    });
  }
  if (reply.ok && reply.body) return reply.body;
  const said = failure.safeParse(await reply.json().catch(() => null));
  if (said.success) throw new HeedError(said.data.error.code, said.data.error.message);
  throw new HeedError('unavailable', `The inference process refused the request (${reply.status}). Its log says why.`);
}
