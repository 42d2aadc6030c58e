/** One prompt with everything written for it, where that came from, and how it was judged. Not for annotators: they judge blind. */
import { z } from 'zod';
import { db } from '@/db/client';
import { findPrompt } from '@/db/queries/prompts';
import { judgementsOf, responsesWithLineage } from '@/db/queries/responses';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { namesIn } from '@/lib/people/names';
import { decodingSchema } from '@/lib/training/hyperparameters';
import type { PromptDetail, ResponseView } from './prompt';

const getPromptSchema = z.object({ promptId: z.uuid() });

/** @throws HeedError not_found */
export async function getPrompt(actor: Actor, input: z.input<typeof getPromptSchema>): Promise<PromptDetail> {
  mustBeAble(actor, 'lineage.view');
  const { promptId } = parse(getPromptSchema, input);
  const prompt = await findPrompt(db(), promptId);
  if (!prompt) throw refusal('no-such-prompt');
  const { id, projectId, text, split, source, createdAt } = prompt;
  const responses = (await responsesWithLineage(db(), promptId)).map(toView);
  const judged = await judgementsOf(db(), promptId);
  const names = await namesIn(projectId, judged.flatMap(({ annotator }) => annotator ?? [])); // prettier-ignore
  const judgements = judged.map(({ annotator, ...one }) => ({ ...one, annotator: annotator === null ? null : names[annotator]! }));
  return { id, projectId, text, split, source, createdAt, responses, judgements };
}

function toView(row: Awaited<ReturnType<typeof responsesWithLineage>>[number]): ResponseView {
  const { checkpointId, checkpointKind, roundNumber, decoding, ...response } = row;
  return {
    ...response,
    checkpoint: checkpointId && checkpointKind ? { id: checkpointId, kind: checkpointKind, roundNumber } : null,
    decoding: decoding === null ? null : decodingSchema.parse(decoding),
  };
}
