/**
 * A better version of a response, written by a person: a demonstration that names the text it was made of, and the pairs in which it is
 * the better one (db/queries/edits.ts), all in the caller's transaction.
 */
import type { Db } from '@/db/client';
import type { AnswerStanding } from '@/db/enums';
import { insertDemonstration, type NewDemonstration } from '@/db/queries/demonstrations';
import { insertEditPairs } from '@/db/queries/edits';
import { findPrompt } from '@/db/queries/prompts';
import { textsOf } from '@/db/queries/responses';
import { isTranscript, toResponse } from '@/lib/dataset/transcript';
import { refusal } from '@/lib/refusals';
import type { TextSource } from './claim';
import type { HeldLease } from './hold-lease';

type Edit = NewDemonstration & { startedFromId: string; standing: AnswerStanding };

/** @param rejectedId the response that the one started from was chosen over */
export async function insertEdit(tx: Db, edit: Edit, rejectedId?: string): Promise<string> {
  const over = [edit.startedFromId, ...(rejectedId ? [rejectedId] : [])];
  await mustBeNew(tx, edit.text, over);
  const { id: demonstrationId } = await insertDemonstration(tx, edit);
  await insertEditPairs(tx, { demonstrationId, over, standing: edit.standing });
  return demonstrationId;
}

/** @throws HeedError invalid with `details.reason` unchanged */
export async function mustBeNew(tx: Db, text: string, responseIds: string[]): Promise<void> {
  const texts = await textsOf(tx, responseIds);
  if (!texts.some((known) => known.trim() === text.trim())) return;
  throw refusal('unchanged', {}, { field: 'text' });
}

/** As it is spelt after the prompt: in a transcript a reply begins with a space. */
export async function asReply(tx: Db, promptId: string, text: string): Promise<string> {
  const prompt = await findPrompt(tx, promptId);
  return toResponse(text, prompt !== undefined && isTranscript(prompt.text) && !/^\s/.test(text));
}

/** The response that a name in a draft or answer stands for. @throws HeedError invalid where the task has no such text */
export function startedFrom(lease: HeldLease, from: TextSource | null): string | null {
  if (from === null) return null;
  const isFirst = from === 'model' || (from === 'left') !== lease.isSwapped;
  const id = (from === 'model') === (lease.kind === 'demonstrate') ? (isFirst ? lease.responseAId : lease.responseBId) : null;
  if (id === null) throw refusal('no-text-to-start-from', { from });
  return id;
}

/** The other way round. */
export function sourceOf(
  { kind, isSwapped, responseAId }: Pick<HeldLease, 'kind' | 'isSwapped' | 'responseAId'>,
  startedFromId: string | null,
): TextSource | null {
  if (startedFromId === null) return null;
  if (kind === 'demonstrate') return 'model';
  return (startedFromId === responseAId) !== isSwapped ? 'left' : 'right';
}
