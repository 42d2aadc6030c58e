/** Columns of a table in a file: CSV with a header (RFC 4180), or JSON lines of objects; either gzipped, `-` for standard input. */
import { pipeline } from 'node:stream/promises';
import { CsvError, parse, type Info } from 'csv-parse';
import type { Item } from '@/lib/dataset/item';
import { LineItems } from '@/lib/dataset/lines';
import { HeedError } from '@/lib/errors';
import { nameOf, textOfFile } from './read-file';

/** `values` in the order of the columns asked for, spaces around them cut off; '' where there is none. `line`: where the row begins or ends. */
export type Row = { line: number; values: string[] };

/** @throws HeedError invalid: a column that is not there, rows of unequal length, no rows; not_found */
export async function readColumns(path: string, columns: readonly string[]): Promise<Row[]> {
  const file = nameOf(path);
  const chunks = textOfFile(path);
  let head = '';
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head += next.value;
    if (head.trim() !== '') break;
  }
  const text = (async function* () {
    yield head;
    yield* chunks;
  })();
  const rows: Row[] = [];
  if (head.trimStart().startsWith('['))
    throw new HeedError('invalid', `${file} is one JSON array. One object a line is needed: jq -c '.[]' ${path}`);
  for await (const row of head.trimStart().startsWith('{') ? fromJsonLines(text, file, columns) : fromCsv(text, file, columns))
    rows.push(row);
  if (rows.length === 0) throw new HeedError('invalid', `${file} has a header and no rows.`);
  return rows;
}

async function* fromCsv(text: AsyncIterable<string>, file: string, columns: readonly string[]): AsyncGenerator<Row> {
  let places: number[] | undefined;
  const parser = parse({ trim: true, skip_empty_lines: true, info: true });
  // A mistake of the file reaches the reader through the stream.
  const done = pipeline(text, parser).catch(() => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (places) yield { line: info.lines, values: places.map((place) => record[place]!) };
      else places = placesOf(record, file, columns);
    }
  } catch (cause) {
    if (cause instanceof CsvError) throw new HeedError('invalid', `${file} is not CSV throughout: ${cause.message}.`, { cause });
    throw cause;
  }
  await done;
}

function placesOf(header: readonly string[], file: string, columns: readonly string[]): number[] {
  const twice = columns.find((column) => header.indexOf(column) !== header.lastIndexOf(column));
  if (twice !== undefined) throw new HeedError('invalid', `${file} has two columns "${twice}".`);
  return columns.map((column) => {
    if (!header.includes(column)) throw unknownColumn(column, file, header);
    return header.indexOf(column);
  });
}

function unknownColumn(column: string, file: string, known: readonly string[]): HeedError {
  const divider = known.length === 1 ? /[;\t]/.exec(known[0]!)?.[0] : undefined;
  const why = divider
    ? `Its columns are divided by ${divider === ';' ? 'semicolons' : 'tabs'}: save it with commas between them.`
    : `It has: ${known.join(', ')}.`;
  return new HeedError('invalid', `${file} has no column "${column}". ${why}`);
}

async function* fromJsonLines(text: AsyncIterable<string>, file: string, columns: readonly string[]): AsyncGenerator<Row> {
  const lines = new LineItems(1);
  const seen = new Set<string>();
  const rowsOf = function* (items: Iterable<Item>): Generator<Row> {
    for (const item of items) {
      if ('reason' in item) throw new HeedError('invalid', `${file}, line ${item.line}: ${item.reason}`);
      const { line, value } = item;
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new HeedError('invalid', `${file}, line ${line}: not an object of columns.`);
      const row = value as Record<string, unknown>;
      for (const name of Object.keys(row)) seen.add(name);
      yield { line, values: columns.map((column) => cell(row[column], `${file}, line ${line}, "${column}"`)) };
    }
  };
  for await (const chunk of text) yield* rowsOf(lines.add(chunk));
  yield* rowsOf(lines.end());
  const unknown = columns.find((column) => !seen.has(column));
  if (unknown !== undefined) throw unknownColumn(unknown, file, [...seen]);
}

function cell(value: unknown, where: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') throw new HeedError('invalid', `${where}: a text or a number is needed.`);
  return String(value).trim();
}
