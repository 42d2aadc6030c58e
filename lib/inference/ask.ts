/** Asks the inference process. Whoever calls has checked that the actor may. */
import { readFile } from 'node:fs/promises';
import type { Db } from '@/db/client';
import { findCheckpoint } from '@/db/queries/checkpoints';
import { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { checkpointFolder } from '@/lib/jobs/folders';
import { inferenceAddressFile, inferenceAddressSchema, inferenceFailureSchema, type InferenceRequest } from './contract';

/** The folder of one of the project's checkpoints that writes text. @throws HeedError not_found, invalid */
export async function writerFolder(db: Db, { projectId, checkpointId }: { projectId: string; checkpointId: string }): Promise<string> {
  const checkpoint = await findCheckpoint(db, checkpointId);
  if (checkpoint?.projectId !== projectId) throw refusal('no-such-checkpoint');
  if (checkpoint.deletedAt) throw refusal('checkpoint-removed');
  if (checkpoint.kind === 'reward' || checkpoint.kind === 'resume') throw refusal('writes-no-text');
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
    throw refusal('inference-down', {}, { cause });
  }
  if (reply.ok && reply.body) return reply.body;
  const said = inferenceFailureSchema.safeParse(await reply.json().catch(() => null));
  if (said.success) throw new HeedError(said.data.error.code, said.data.error.message, { details: said.data.error.details });
  throw refusal('inference-refused', { status: reply.status });
}
