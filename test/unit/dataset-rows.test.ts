import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemsOf } from '@/lib/dataset/items';
import { textOf } from '@/lib/dataset/lines';
import { readRow } from '@/lib/dataset/row';
import { splitText, splitTranscripts, toContent, toMessages, toPrompt, toResponse, type Message } from '@/lib/dataset/transcript';

async function* bytes(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const all = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const items = (text: string, size?: number) => collect(itemsOf(textOf(bytes(text, size))));

describe('text', () => {
  it('comes out whole, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), async (text, size) => {
        expect((await collect(textOf(bytes(text, size)))).join('')).toBe(text.replace(/^\uFEFF/, ''));
      }),
    );
  });

  it('must be UTF-8', async () => {
    await expect(collect(textOf(bytes(new Uint8Array([0x61, 0x0a, 0xe9, 0x0a]), 1)))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('not UTF-8 text, after line 1'),
    });
  });
});

describe('items', () => {
  it('are JSON lines with their numbers, blank lines skipped', async () => {
    expect(await items('\n{"a":1}\n\n{oops}\n"x"\n')).toEqual([
      { line: 2, value: { a: 1 } },
      expect.objectContaining({ line: 4, reason: expect.stringContaining('Not valid JSON') }),
      { line: 5, value: 'x' },
    ]);
  });

  it('may begin with a byte order mark and end in carriage returns', async () => {
    expect(await items('\uFEFF"a"\r\n"b"\r\n')).toEqual([
      { line: 1, value: 'a' },
      { line: 2, value: 'b' },
    ]);
  });

  it('are the same however the text is cut', async () => {
    for (const text of ['[\n "a\\"], [b", {"c": "\\\\"},\n "open\\ ,\n "b"\n] x', '\n"a"\n\n{oops}\n"b"'])
      for (const size of [1, 2, 5]) expect(await items(text, size)).toEqual(await items(text, 1000));
  });

  it('of one long line take time in proportion, and one item may not be endless', async () => {
    async function* endless(head: string) {
      yield head;
      for (;;) yield 'x'.repeat(2 ** 20);
    }
    for (const head of ['{"prompt":"', '["a",\n"'])
      await expect(collect(itemsOf(endless(head)))).rejects.toMatchObject({
        code: 'too_large',
        message: expect.stringMatching(/line [12] /),
      });
    const many = Array.from({ length: 200_000 }, (_, i) => `prompt number ${i}`);
    expect(await items(JSON.stringify(many), 1000)).toHaveLength(many.length);
  });

  it('are the items of one array, with the lines where they begin', async () => {
    expect(await items('[\n "a, [b",\n {"prompt":\n  ["c", {"d": "}"}]},\n\n 5]\n')).toEqual([
      { line: 2, value: 'a, [b' },
      { line: 3, value: { prompt: ['c', { d: '}' }] } },
      { line: 6, value: 5 },
    ]);
    expect(await items('[]')).toEqual([]);
    expect(await items('[\n]\n')).toEqual([]);
  });

  it('a bad item of an array costs only itself', async () => {
    expect(await items('\n[\n "a",\n oops,\n "open,\n "b"\n]')).toEqual([
      { line: 3, value: 'a' },
      expect.objectContaining({ line: 4, reason: expect.stringContaining('Not valid JSON') }),
      expect.objectContaining({ line: 5, reason: expect.stringContaining('Not valid JSON') }),
    ]);
    expect(await items('["a",]')).toMatchObject([{ value: 'a' }, { line: 1, reason: expect.any(String) }]);
    expect(await items('["a"] "b"')).toMatchObject([{ value: 'a' }, { line: 1, reason: 'Something follows the end of the array.' }]);
    expect(await items('["a",\n"b"')).toMatchObject([
      { value: 'a' },
      { line: 2, value: 'b' },
      { reason: expect.stringContaining('not closed') },
    ]);
  });

  it('of any array are what JSON.parse finds in it, however it is laid out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 1, max: 64 }),
        async (values, indent, size) => {
          const found = await items(JSON.stringify(values, null, indent), size);
          expect(JSON.stringify(found.map((item) => (item as { value: unknown }).value))).toBe(JSON.stringify(values));
        },
      ),
    );
  });
});

const user = { role: 'user', content: 'Hi' };
const bot = { role: 'assistant', content: 'Hello' };

describe('rows', () => {
  it('prompts', () => {
    expect(readRow('prompts', 'Hi')).toEqual({ prompt: 'Hi' });
    expect(readRow('prompts', { prompt: 'Hi', extra: 1 })).toEqual({ prompt: 'Hi' });
    expect(readRow('prompts', { prompt: [user] })).toEqual({ prompt: 'Hi' });
    expect(readRow('prompts', { prompt: [user, bot, user] })).toEqual({
      prompt: '\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Hi\n\nAssistant:',
    });
  });

  it('demonstrations', () => {
    expect(readRow('demonstrations', { prompt: 'Hi', completion: 'Hello' })).toEqual({ prompt: 'Hi', response: 'Hello' });
    expect(readRow('demonstrations', { prompt: [user], completion: [bot] })).toEqual({ prompt: 'Hi', response: 'Hello' });
    expect(readRow('demonstrations', { messages: [user, bot] })).toEqual({ prompt: 'Hi', response: 'Hello' });
    expect(readRow('demonstrations', 'Once there was a cat. It sat.\nThe end.')).toEqual({
      prompt: 'Once there was a cat.',
      response: ' It sat.\nThe end.',
    });
    expect(readRow('demonstrations', { text: '"Go!" he said. He went.' })).toEqual({ prompt: '"Go!"', response: ' he said. He went.' });
  });

  it('comparisons, with the prompt beside or inside', () => {
    expect(readRow('comparisons', { prompt: 'Hi', chosen: 'Hello', rejected: 'What?' })).toEqual({
      prompt: 'Hi',
      chosen: 'Hello',
      rejected: 'What?',
      grade: null,
    });
    expect(readRow('comparisons', { prompt: 'Hi', chosen: 'Hello', rejected: '', margin: 2.6 })).toMatchObject({ rejected: '', grade: 3 });
    const models = { chosen_model: 'llama', rejected_model: ' alpaca ' };
    expect(readRow('comparisons', { prompt: 'Hi', chosen: 'Hello', rejected: 'No', ...models })).toMatchObject({
      chosenModel: 'llama',
      rejectedModel: 'alpaca',
    });
    expect(() => readRow('comparisons', { prompt: 'Hi', chosen: 'Hello', rejected: 'No', chosen_model: 7 })).toThrow('"chosen_model"');
    expect(readRow('comparisons', { chosen: [user, bot], rejected: [user, { ...bot, content: 'No' }] })).toMatchObject({
      prompt: 'Hi',
      chosen: 'Hello',
      rejected: 'No',
    });
    const before = '\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: And?\n\nAssistant:';
    expect(readRow('comparisons', { chosen: `${before} Yes.`, rejected: `${before} You bet` })).toEqual({
      prompt: before,
      chosen: ' Yes.',
      rejected: ' You bet',
      grade: null,
    });
  });

  it.each([
    ['prompts', 7, 'Must be a JSON object such as {"prompt": "…"}.'],
    ['prompts', ['x'], 'Must be a JSON object such as {"prompt": "…"}.'],
    ['prompts', {}, '"prompt" is missing.'],
    ['prompts', { prompt: 1 }, '"prompt": must be a string or a list of {"role", "content"}'],
    ['prompts', { prompt: '  ' }, '"prompt": The prompt is empty.'],
    ['prompts', { prompt: 'a\u0000b' }, '"prompt": Contains the character U+0000.'],
    ['prompts', { prompt: 'a'.repeat(200_001) }, '"prompt": Longer than 200,000 characters.'],
    ['demonstrations', { prompt: 'Hi' }, '"completion" is missing.'],
    ['demonstrations', { prompt: 'Hi', completion: ' ' }, '"completion": The response is empty.'],
    ['demonstrations', 'One sentence only.', 'A text needs at least two sentences: the first becomes the prompt, the rest the response.'],
    ['demonstrations', { messages: [bot, user] }, '"messages" must end with an assistant message that answers one.'],
    ['comparisons', { prompt: 'Hi', chosen: 'a' }, '"rejected" is missing.'],
    ['comparisons', { prompt: 'Hi', chosen: 'a ', rejected: 'a' }, '"chosen" and "rejected" are the same.'],
    [
      'comparisons',
      { chosen: 'a', rejected: 'b' },
      '"prompt" is missing, and "chosen" and "rejected" share no "\\n\\nAssistant:" up to which it could be read.',
    ],
    ['comparisons', { chosen: [user, bot], rejected: [bot] }, '"chosen" and "rejected" must have all messages but the last in common.'],
  ] as const)('bad item %#, for %s, is refused with a reason', (kind, value, reason) => {
    expect(() => readRow(kind, value)).toThrow(reason);
  });

  it('transcripts split where both replies begin, whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (question, a, b) => {
        fc.pre(![question, a, b].some((text) => text.includes('Assistant:')));
        const prompt = `\n\nHuman: ${question}\n\nAssistant:`;
        expect(splitTranscripts(`${prompt}${a}`, `${prompt}${b}`)).toEqual({ prompt, chosen: a, rejected: b });
      }),
    );
  });

  it('a prompt made of messages is those messages again', () => {
    const content = fc.string().filter((text) => !/\n|Human:|Assistant:/.test(text));
    const system = fc.option(content.filter(Boolean), { nil: undefined });
    fc.assert(
      fc.property(system, fc.array(fc.tuple(content, content)), content, (first, turns, last) => {
        const messages: Message[] = [
          ...(first === undefined ? [] : [{ role: 'system' as const, content: first }]),
          ...turns.flatMap(([user, assistant]): Message[] => [
            { role: 'user', content: user },
            { role: 'assistant', content: assistant },
          ]),
          { role: 'user', content: last },
        ];
        expect(toMessages(toPrompt(messages).prompt)).toEqual(messages);
        expect(toContent(toResponse(last, true), true)).toBe(last);
      }),
    );
  });

  it('a text that is no transcript is one message, whatever stands in it', () => {
    for (const text of ['Hi', 'What does "\n\nHuman: Hi" mean?', 'It ended with\n\nAssistant:'])
      expect(toMessages(text)).toEqual([{ role: 'user', content: text }]);
    expect(toMessages('\n\nHuman: Hi\n\nAssistant:')).toEqual([{ role: 'user', content: 'Hi' }]);
  });

  it('a text is not changed by splitting it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parts = splitText(text);
        if (parts) expect(parts.prompt + parts.response).toBe(text);
      }),
    );
  });
});

const shared = new URL('../../../shared/data/', import.meta.url);
const sharedTest = existsSync(shared) ? it : it.skip;
const title = (what: string) => (existsSync(shared) ? what : `${what} (skipped: no shared data)`);

sharedTest(title('reads HH transcripts, stories and openings as they are'), async () => {
  const hh = gunzipSync(readFileSync(new URL('preferences/hh-rlhf/harmless-base-test.jsonl.gz', shared)));
  const pairs = await collect(itemsOf(textOf(bytes(new Uint8Array(hh), 65_536))));
  const rows = pairs.map((item) => readRow('comparisons', (item as { value: unknown }).value));
  expect(rows).toHaveLength(2312);
  expect(new Set(rows.map((row) => row.prompt)).size).toBe(2310);
  expect(rows.every((row) => row.prompt.endsWith('\n\nAssistant:') && !row.chosen!.includes('\n\nHuman:'))).toBe(true);
  expect(rows.filter((row) => row.chosen!.trim() === '')).toHaveLength(4);
  const stories = await items(readFileSync(new URL('corpora/tinystories_1000.json', shared), 'utf8'), 65_536);
  expect(stories.map((item) => readRow('demonstrations', (item as { value: unknown }).value))).toHaveLength(1000);
  const openings = await items(readFileSync(new URL('corpora/story_openings.json', shared), 'utf8'), 65_536);
  expect(openings.map((item) => readRow('prompts', (item as { value: unknown }).value))).toHaveLength(812);
});
