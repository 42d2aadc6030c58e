/**
 * A model folder's tokenizer: Hugging Face's tokenizer.json, with the chat template where the folder has one.
 * A prompt that is a transcript (lib/dataset/transcript.ts) goes through the chat template turn by turn.
 * Prompt and response are encoded apart. Where there is no chat template, a text that continues the prompt begins with the space or
 * line break that parts them: then the ids are those of the whole text, since byte-level vocabularies keep a space with the word after it.
 *
 * Invariant: `encode` never adds special tokens and `decode` never shows them; the pad id is never an end id, so that masking by
 * id cannot hide an end.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { isTranscript, toContent, toMessages, type Message } from '@/lib/dataset/transcript';
import { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';

export type Tokenizer = {
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
  /** The ids that a response follows: the prompt's messages in the chat template, or the prompt as it is where there is none. */
  encodePrompt(prompt: string): number[];
  /** What follows them, without an end: the response as it is; in a chat template without the space that it begins with in a transcript. */
  encodeResponse(prompt: string, response: string): number[];
  bosId: number | null;
  /** Ids that end a response; empty where the folder names none. */
  eosIds: number[];
  /** The one that training appends to a response: the tokenizer's own eos_token, which need not come first among several. */
  endId: number | null;
  padId: number;
  hasChatTemplate: boolean;
  /** One more than the highest id. */
  vocabSize: number;
};

/** A vocabulary padded beyond the tokenizer is fine. Throws HeedError(invalid) where the tokenizer has ids that the model has not. */
export function assertVocabularyFits(folder: string, tokenizer: Pick<Tokenizer, 'vocabSize'>, modelVocabSize: number): void {
  if (tokenizer.vocabSize <= modelVocabSize) return;
  throw new HeedError(
    'invalid',
    `The tokenizer in ${folder} has ids up to ${tokenizer.vocabSize - 1}, the model has a vocabulary of ${modelVocabSize} (vocab_size in config.json). Are they from the same model?`,
  );
}

type Json = Record<string, unknown>;

/** Throws HeedError(invalid) where tokenizer.json is missing or cannot be used. */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const json = await readJson(folder, 'tokenizer.json');
  if (!json) throw new HeedError('invalid', `${folder} has no tokenizer.json. Export the model with its fast tokenizer.`);
  const config = (await readJson(folder, 'tokenizer_config.json')) ?? {};
  const specials = (await readJson(folder, 'special_tokens_map.json')) ?? {};
  const model = (await readJson(folder, 'config.json')) ?? {};
  const generation = (await readJson(folder, 'generation_config.json')) ?? {};

  let inner: HuggingFaceTokenizer;
  try {
    inner = new HuggingFaceTokenizer(json, config);
    inner.encode('a');
  } catch (cause) {
    throw new HeedError('invalid', `${join(folder, 'tokenizer.json')} cannot be used as a tokenizer: ${(cause as Error).message}`, {
      cause,
    });
  }

  const named = (role: string): string | null => tokenText(config[role]) ?? tokenText(specials[role]);
  const idOf = (role: string): number | null => {
    const text = named(role);
    return text === null ? null : (inner.token_to_id(text) ?? null);
  };
  const bosId = idOf('bos_token') ?? asIds(model.bos_token_id)[0] ?? null;
  const eosIds = [asIds(generation.eos_token_id), asIds(model.eos_token_id), asIds(idOf('eos_token'))].find((ids) => ids.length > 0) ?? [];
  const endId = idOf('eos_token') ?? eosIds[0] ?? null;
  const ends = [...eosIds, ...asIds(endId)];
  const padId =
    [idOf('pad_token'), asIds(model.pad_token_id)[0], idOf('unk_token'), bytesOutsideUtf8(inner)].find(
      (id) => id != null && id >= 0 && !ends.includes(id),
    ) ?? firstFree(ends);

  const template = await readChatTemplate(folder, config);
  const encode = (text: string): number[] => inner.encode(text, { add_special_tokens: false }).ids;

  return {
    encode,
    decode: (ids) => (ids.length === 0 ? '' : inner.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false })),
    encodePrompt(prompt) {
      const text = template ? renderPrompt(template, prompt, named) : prompt;
      const ids = encode(text);
      return config.add_bos_token === true && bosId !== null && ids[0] !== bosId ? [bosId, ...ids] : ids;
    },
    encodeResponse: (prompt, response) => encode(template ? toContent(response, isTranscript(prompt)) : response),
    bosId,
    eosIds,
    endId,
    padId,
    hasChatTemplate: template !== null,
    vocabSize: [...inner.get_vocab().values()].reduce((highest, id) => Math.max(highest, id + 1), 0),
  };
}

/** A template that refuses a conversation's turns, such as a system's, gets the transcript as one message. */
function renderPrompt(template: Template, prompt: string, named: (role: string) => string | null): string {
  const render = (messages: Message[]): string =>
    template.render({
      messages,
      add_generation_prompt: true,
      bos_token: named('bos_token') ?? '',
      eos_token: named('eos_token') ?? '',
      pad_token: named('pad_token') ?? '',
      unk_token: named('unk_token') ?? '',
    });
  if (isTranscript(prompt)) {
    try {
      return render(toMessages(prompt));
    } catch {
      // As one message, below.
    }
  }
  try {
    return render([{ role: 'user', content: prompt }]);
  } catch (cause) {
    throw refusal('template-fails', { problem: (cause as Error).message }, { cause });
  }
}

/** From chat_template.jinja, or tokenizer_config.json's `chat_template`: one template, or a list of named ones. */
async function readChatTemplate(folder: string, config: Json): Promise<Template | null> {
  const inConfig = Array.isArray(config.chat_template)
    ? (config.chat_template as { name?: string; template?: string }[]).find(({ name }) => name === 'default')?.template
    : config.chat_template;
  const source = (await readText(folder, 'chat_template.jinja')) ?? inConfig;
  if (typeof source !== 'string' || source === '') return null;
  try {
    return new Template(source);
  } catch (cause) {
    throw new HeedError('invalid', `The chat template of ${folder} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Special tokens are written as text or as { content }. */
function tokenText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : null;
}

function asIds(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter((id): id is number => Number.isInteger(id));
}

/**
 * A byte-level vocabulary without a pad token (GPT-2's) has tokens for bytes that no UTF-8 text contains, such as 0xFF, which it
 * writes as "ÿ": one of them pads, so that `transformers`, which finds the last token of a reward model's input by the pad id, never
 * takes text for padding. Undefined for other vocabularies.
 */
function bytesOutsideUtf8(inner: HuggingFaceTokenizer): number | undefined {
  const isByteLevel = ['Ġ', 'Ċ', 'ÿ', 'À'].every((symbol) => inner.token_to_id(symbol) !== undefined);
  return isByteLevel ? inner.token_to_id('ÿ') : undefined;
}

function firstFree(taken: readonly number[]): number {
  let id = 0;
  while (taken.includes(id)) id++;
  return id;
}

async function readJson(folder: string, name: string): Promise<Json | null> {
  const text = await readText(folder, name);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object') throw new SyntaxError('not an object');
    return value as Json;
  } catch (cause) {
    throw new HeedError('invalid', `${join(folder, name)} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

async function readText(folder: string, name: string): Promise<string | null> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new HeedError('unavailable', `${join(folder, name)} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
