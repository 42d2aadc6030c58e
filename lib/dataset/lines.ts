/** Bytes to text, as they come, and text to JSON lines. Of the text no more is held than the line that has not ended yet. */
import { refusal } from '@/lib/refusals';
import { checkLength, toItem, type Item } from './item';

/** Without byte order mark, cut anywhere. @throws HeedError invalid where the bytes are not UTF-8 */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let lines = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw refusal('not-utf8', { lines }, { cause });
    }
  };
  for await (const chunk of bytes) {
    const text = decode(chunk);
    lines += countLineEnds(text);
    yield text;
  }
  yield decode();
}

export function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** JSON lines, blank ones skipped. */
export class LineItems {
  private pieces: string[] = [];
  private size = 0;

  /** @param line the number of the first line */
  constructor(private line: number) {}

  /** @throws HeedError too_large */
  *add(text: string): Generator<Item> {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.hold(text.slice(from, at));
      yield* this.end();
      this.line++;
      from = at + 1;
    }
    this.hold(text.slice(from));
  }

  *end(): Generator<Item> {
    const text = this.pieces.join('').trim();
    this.pieces = [];
    this.size = 0;
    if (text !== '') yield toItem(this.line, text);
  }

  private hold(piece: string): void {
    this.pieces.push(piece);
    this.size += piece.length;
    checkLength(this.size, this.line);
  }
}
