/** Asks the inference process. Whoever calls has checked that the actor may. */
import { readFile } from 'node:fs/promises';
import type { Db } from '@/db/client';
import { findCheckpoint } from '@/db/queries/checkpoints';
import { HeedError } from '@/lib/errors';
import { checkpointFolder } from '@/lib/jobs/folders';
import { inferenceAddressFile, inferenceAddressSchema, inferenceFailureSchema, type InferenceRequest } from './contract';

/** The folder of one of the project's checkpoints that writes text. @throws HeedError not_found, invalid */
export async function writerFolder(db: Db, { projectId, checkpointId }: { projectId: string; checkpointId: string }): Promise<string> {
  const checkpoint = await findCheckpoint(db, checkpointId);
  if (checkpoint?.projectId !== projectId) throw new HeedError('not_found', 'This project has no such checkpoint.');
  if (checkpoint.deletedAt)
    throw new HeedError('not_found', 'The files of this checkpoint were removed to save disk space. Choose a newer one.');
  if (checkpoint.kind === 'reward' || checkpoint.kind === 'resume')
    throw new HeedError('invalid', 'This checkpoint writes no text. Choose a base model, an SFT model or a policy.');
  return checkpointFolder(checkpoint);
}

/**
 * Lines of JSON (InferenceEvent), as bytes. Cancelling the stream, or the signal, stops the generation.
 * @throws HeedError as the inference process says; unavailable when it does not answer
 */
export async function ask(request: InferenceRequest, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
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
  const said = inferenceFailureSchema.safeParse(await reply.json().catch(() => null));
  if (said.success) throw new HeedError(said.data.error.code, said.data.error.message, { details: said.data.error.details });
  throw new HeedError('unavailable', `The inference process refused the request (${reply.status}). Its log says why.`);
}
