/**
 * What a person says in their conversation, and the model's answer as it is written. The person's turn is stored first, the answer when
 * it is complete: one that breaks off is never stored, and the turn can be sent again. As long as it has no answer its text may be
 * changed. An answer that was stored but did not arrive is given again.
 */
import { z } from 'zod';
import { db, transaction } from '@/db/client';
import { lockConversation, putTurn, turnsOf } from '@/db/queries/conversations';
import { toStream } from '@/lib/dataset/to-stream';
import { isTranscript, speakers, toContent } from '@/lib/dataset/transcript';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { ask, writerFolder } from '@/lib/inference/ask';
import { maxPromptCharacters, type InferenceEvent } from '@/lib/inference/contract';
import { log } from '@/lib/log';
import { parse } from '@/lib/parse';
import { judgedTextSchema } from '@/lib/prompts/text';
import { decodingSchema } from '@/lib/training/hyperparameters';
import { promptOf, type Turn, type TurnEvent } from './conversation';
import { fieldProblems } from '@/lib/field-problems';

/** What is sent to the model as a whole is bounded by its context. */
const maxCharacters = 20_000;

export const turnBody = z.object({
  /** Of the person's turn: how many turns stand before it. */
  position: z.number().int().min(0).max(1000),
  text: judgedTextSchema
    .max(maxCharacters, `Longer than ${maxCharacters.toLocaleString('en')} characters.`)
    .refine((text) => text.trim() !== '', fieldProblems.emptyMessage)
    // As the database gives it back: half a surrogate pair is no character.
    .transform((text) => Buffer.from(text).toString()),
});
const sendTurnSchema = turnBody.extend({ conversationId: z.uuid() });

type Sent = z.output<typeof sendTurnSchema>;

/**
 * Lines of JSON (TurnEvent), as bytes. Cancelling the stream, or the signal, stops the model.
 * @throws HeedError not_found; conflict with `details.reason` finished, moved-on or context-full; else as generate does
 */
export async function sendTurn(
  actor: Actor,
  input: z.input<typeof sendTurnSchema>,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  mustBeAble(actor, 'task.work');
  const sent = parse(sendTurnSchema, input);
  const said = await storeQuestion(actor, sent);
  if (said.answer) return lines([{ type: 'done', turn: said.answer }]);
  const { projectId, checkpointId, decoding, prompt } = said;
  const folder = await writerFolder(db(), { projectId, checkpointId });
  const written = await ask({ ...decoding, folder, prompt, seed: decoding.seed + sent.position }, signal).catch((error: unknown) => {
    throw isContextFull(error) ? contextFull(error) : error;
  });
  return toStream(answerLines(actor, sent, prompt, written, signal));
}

async function storeQuestion(actor: Actor, { conversationId, position, text }: Sent) {
  return transaction(async (tx) => {
    const conversation = await lockOpen(tx, actor, conversationId);
    const turns = await turnsOf(tx, conversationId);
    const [there, answer] = [turns[position], turns[position + 1]];
    if (answer && there?.role === 'user' && there.text === text) return { answer };
    const isNext = position === turns.length && turns.at(-1)?.role !== 'user';
    const isUnanswered = position === turns.length - 1 && there?.role === 'user';
    if (!isNext && !isUnanswered) throw movedOn();
    await putTurn(tx, { conversationId, position, role: 'user', text });
    const { projectId, checkpointId } = conversation;
    const prompt = promptOf([...turns.slice(0, position), { role: 'user', text }]);
    if (prompt.length > maxPromptCharacters) throw refusal('conversation-full');
    return { projectId, checkpointId, decoding: decodingSchema.parse(conversation.decoding), prompt };
  });
}

async function* answerLines(
  actor: Actor,
  sent: Sent,
  prompt: string,
  written: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const inTranscript = isTranscript(prompt);
  let text = '';
  try {
    for await (const event of eventsOf(written)) {
      if (event.type === 'error') throw new HeedError('unavailable', event.message, { details: event.details });
      if (event.type === 'start') yield line(event);
      if (event.type === 'piece') {
        text += event.text;
        // A model without an end of its own goes on with what the person might say next.
        const end = inTranscript ? text.indexOf(speakers.user) : -1;
        if (end >= 0) return yield line(await storeAnswer(actor, sent, toContent(text.slice(0, end), inTranscript), false));
        yield line(event);
      }
      if (event.type === 'done') return yield line(await storeAnswer(actor, sent, toContent(text, inTranscript), event.isTruncated));
    }
    throw brokenOff();
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof HeedError) return yield line({ type: 'error', code: error.code, message: error.message, details: error.details });
    log.error({ err: error }, 'an answer could not be stored');
    yield line({ type: 'error', code: 'internal', message: 'The answer could not be stored. Send the message again.' });
  }
}

/** Only to the question that it answers; of two answers to one the first stays. */
async function storeAnswer(
  actor: Actor,
  { conversationId, position, text: question }: Sent,
  text: string,
  isTruncated: boolean,
): Promise<TurnEvent> {
  return transaction(async (tx) => {
    await lockOpen(tx, actor, conversationId);
    const turns = await turnsOf(tx, conversationId);
    if (turns[position]?.text !== question) throw movedOn();
    const turn: Turn = turns[position + 1] ?? { position: position + 1, role: 'assistant', text, isTruncated };
    if (!turns[position + 1]) await putTurn(tx, { conversationId, ...turn });
    return { type: 'done', turn };
  });
}

async function lockOpen(tx: Parameters<typeof lockConversation>[0], actor: Actor, conversationId: string) {
  const conversation = await lockConversation(tx, conversationId, actor.id);
  if (!conversation) throw refusal('no-such-conversation');
  if (conversation.outcome !== 'open') throw refusal('finished');
  return conversation;
}

const movedOn = () => refusal('moved-on');

const isContextFull = (error: unknown): error is HeedError => error instanceof HeedError && error.details?.reason === 'context-full';

function contextFull(cause: HeedError): HeedError {
  const { promptTokens, contextLength } = cause.details as { promptTokens: number; contextLength: number };
  return new HeedError(
    'conflict',
    `The conversation has ${promptTokens} tokens with this message; the model can hold ${contextLength} and has no room left to answer. Shorten the message, or finish the conversation.`,
    { cause, details: cause.details },
  );
}

async function* eventsOf(written: ReadableStream<Uint8Array>): AsyncGenerator<InferenceEvent> {
  const decoder = new TextDecoder();
  const reader = written.getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw brokenOff(cause);
      });
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = parts.pop()!;
      for (const part of parts) yield JSON.parse(part) as InferenceEvent;
    }
  } finally {
    // Whoever wants no more of it stops the model.
    await reader.cancel().catch(() => {});
  }
}

const brokenOff = (cause?: unknown) => refusal('answer-broke-off', {}, { cause });

const line = (event: TurnEvent): string => `${JSON.stringify(event)}\n`;

function lines(events: TurnEvent[]): ReadableStream<Uint8Array> {
  return toStream(
    (async function* () {
      yield* events.map(line);
    })(),
  );
}
