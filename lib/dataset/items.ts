/** A file of items: JSON lines, or one JSON array over any number of lines. */
import { HeedError } from '@/lib/errors';

/** `line`: number of the line, or of the item where the file is an array; from 1. */
export type Item = { line: number; value: unknown } | { line: number; reason: string };

/** A bad line is an item with a reason; a broken array is broken as a whole. @throws HeedError invalid */
export async function* itemsOf(lines: AsyncIterable<string>): AsyncGenerator<Item> {
  let line = 0;
  let document: string[] | null = null;
  let isFirst = true;
  for await (const text of lines) {
    line++;
    if (document) {
      document.push(text);
      continue;
    }
    if (text.trim() === '') continue;
    if (isFirst && text.trimStart().startsWith('[')) document = [...Array<string>(line - 1).fill(''), text];
    else yield toItem(line, text);
    isFirst = false;
  }
  if (document) yield* arrayItems(document.join('\n'));
}

function toItem(line: number, text: string): Item {
  try {
    return { line, value: JSON.parse(text) };
  } catch (error) {
    return { line, reason: `Not valid JSON: ${(error as Error).message}` };
  }
}

function* arrayItems(text: string): Generator<Item> {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    const line = position === undefined ? text.split('\n').length : text.slice(0, Number(position)).split('\n').length;
    throw new HeedError('invalid', `Line ${line}: not valid JSON: ${message}. Nothing was imported.`, { cause, details: { line } });
  }
  for (const [index, value] of (values as unknown[]).entries()) yield { line: index + 1, value };
}
