/** A response from one of a project's models, as it is written. The inference process computes; this checks who may ask for what. */
import { z } from 'zod';
import { db } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { ask, writerFolder } from './ask';
import { generateSchema } from './contract';

const inputSchema = generateSchema.extend({ projectId: z.uuid() });

/**
 * Lines of JSON (InferenceEvent), as bytes. Cancelling the stream, or the signal, stops the generation.
 * @throws HeedError not_found: no such checkpoint in the project, or its files are gone; invalid: it writes no text; unavailable:
 * the inference process does not answer; rate_limited: too many wait for the same model
 */
export async function generate(actor: Actor, input: z.input<typeof inputSchema>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  mustBeAble(actor, 'lineage.view');
  const { projectId, checkpointId, ...sampling } = parse(inputSchema, input);
  return ask({ folder: await writerFolder(db(), { projectId, checkpointId }), ...sampling }, signal);
}
