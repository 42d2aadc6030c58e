/**
 * One item of a file as a row of ours. Accepted, in TRL's field names:
 *   prompts         "…"  ·  {"prompt": T}
 *   demonstrations  {"prompt": T, "completion": T}  ·  {"messages": [… , assistant]}  ·  "…" or {"text": "…"}, split after the first sentence
 *   comparisons     {"prompt": T, "chosen": T, "rejected": T, "margin"?: number, "chosen_model"?, "rejected_model"?: string}  ·  {"chosen": T, "rejected": T} with the prompt inside
 * T is a string or a list of {"role", "content"}. Other fields are ignored. A margin is taken as a grade of 1, 2 or 3.
 * The models' names are for the leaderboard.
 */
import { z } from 'zod';
import { judgedTextSchema, promptTextSchema, responseTextSchema } from '@/lib/prompts/text';
import { badLine, BadRow } from './bad-lines';
import { splitText, splitTranscripts, toPrompt, toResponse, type Message } from './transcript';

export const importKinds = ['prompts', 'demonstrations', 'comparisons'] as const;
export type ImportKind = (typeof importKinds)[number];

/** `response`: only demonstrations. `chosen`, `rejected`, their models, `grade`: only comparisons; `grade` is null where the file tells no strength. */
export type Row = {
  prompt: string;
  response?: string;
  chosen?: string;
  rejected?: string;
  chosenModel?: string;
  rejectedModel?: string;
  grade?: number | null;
};

const message = z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() });
const messages = z.array(message).min(1);
const modelName = z.string().trim().min(1).max(200);
/** The only union: see `checked`. */
const text = z.union([z.string(), messages]);

/** @throws BadRow */
export function readRow(kind: ImportKind, value: unknown): Row {
  const row = readers[kind](value);
  checked('prompt', promptTextSchema, row.prompt);
  if (row.response !== undefined) checked('completion', responseTextSchema, row.response);
  if (row.chosen !== undefined) checked('chosen', judgedTextSchema, row.chosen);
  if (row.rejected !== undefined) checked('rejected', judgedTextSchema, row.rejected);
  if (row.chosen !== undefined && row.chosen.trim() === row.rejected?.trim()) throw new BadRow(badLine('same'));
  return row;
}

const readers: Record<ImportKind, (value: unknown) => Row> = {
  prompts: (value) => {
    if (typeof value === 'string') return { prompt: value };
    return { prompt: promptOf(field(value, 'prompt', text)).prompt };
  },

  demonstrations: (value) => {
    const plain = typeof value === 'string' ? value : optional(value, 'text', z.string());
    if (plain !== undefined) {
      const parts = splitText(plain);
      if (!parts) throw new BadRow(badLine('one-sentence'));
      return parts;
    }
    const conversation = optional(value, 'messages', messages);
    if (conversation) return fromConversation(conversation);
    const { prompt, isTranscript } = promptOf(field(value, 'prompt', text));
    return { prompt, response: replyOf(field(value, 'completion', text), isTranscript, 'completion') };
  },

  comparisons: (value) => {
    const chosen = field(value, 'chosen', text);
    const rejected = field(value, 'rejected', text);
    const margin = optional(value, 'margin', z.number());
    const grade = margin === undefined ? null : Math.min(3, Math.max(1, Math.round(Math.abs(margin))));
    const given = optional(value, 'prompt', text);
    const models = modelsOf(value);
    if (given === undefined) return { ...withoutPrompt(chosen, rejected), grade, ...models };
    const { prompt, isTranscript } = promptOf(given);
    return {
      prompt,
      chosen: replyOf(chosen, isTranscript, 'chosen'),
      rejected: replyOf(rejected, isTranscript, 'rejected'),
      grade,
      ...models,
    };
  },
};

/** Only the keys that are there, so that a row without them is the row that it was. */
function modelsOf(value: unknown): Pick<Row, 'chosenModel' | 'rejectedModel'> {
  const [chosenModel, rejectedModel] = [optional(value, 'chosen_model', modelName), optional(value, 'rejected_model', modelName)];
  return { ...(chosenModel !== undefined && { chosenModel }), ...(rejectedModel !== undefined && { rejectedModel }) };
}

function withoutPrompt(chosen: string | Message[], rejected: string | Message[]): { prompt: string; chosen: string; rejected: string } {
  if (typeof chosen === 'string' && typeof rejected === 'string') {
    const parts = splitTranscripts(chosen, rejected);
    if (!parts) throw new BadRow(badLine('no-shared-prompt'));
    return parts;
  }
  if (typeof chosen === 'string' || typeof rejected === 'string') throw new BadRow(badLine('unlike-forms'));
  const shared = chosen.slice(0, -1);
  const isShared =
    chosen.length === rejected.length && shared.every((one, i) => one.role === rejected[i]!.role && one.content === rejected[i]!.content);
  if (!isShared || shared.length === 0) throw new BadRow(badLine('unlike-messages'));
  const { prompt, isTranscript } = toPrompt(shared);
  return {
    prompt,
    chosen: replyOf(chosen.slice(-1), isTranscript, 'chosen'),
    rejected: replyOf(rejected.slice(-1), isTranscript, 'rejected'),
  };
}

function fromConversation(conversation: Message[]): Row {
  const before = conversation.slice(0, -1);
  if (before.length === 0 || conversation.at(-1)!.role !== 'assistant') throw new BadRow(badLine('no-answer'));
  const { prompt, isTranscript } = toPrompt(before);
  return { prompt, response: toResponse(conversation.at(-1)!.content, isTranscript) };
}

const promptOf = (prompt: string | Message[]) => (typeof prompt === 'string' ? { prompt, isTranscript: false } : toPrompt(prompt));

function replyOf(reply: string | Message[], isTranscript: boolean, name: string): string {
  if (typeof reply === 'string') return reply;
  if (reply.length !== 1 || reply[0]!.role !== 'assistant') throw new BadRow(badLine('not-a-reply', { field: name }));
  return toResponse(reply[0]!.content, isTranscript);
}

function field<T>(value: unknown, name: string, schema: z.ZodType<T>): T {
  const found = optional(value, name, schema);
  if (found === undefined) throw new BadRow(badLine('missing', { field: name }));
  return found;
}

function optional<T>(value: unknown, name: string, schema: z.ZodType<T>): T | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadRow(badLine('no-object'));
  const given = (value as Record<string, unknown>)[name];
  if (given === undefined || given === null) return undefined;
  return checked(name, schema, given);
}

function checked<T>(field: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new BadRow(issue.code === 'invalid_union' ? badLine('no-text', { field }) : badLine('bad-field', { field, issue }));
}
