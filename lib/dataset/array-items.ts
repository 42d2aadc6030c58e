/** Takes a JSON array apart into its items, piece by piece, without ever holding all of it. */
import { badLine } from './bad-lines';
import { checkLength, toItem, type Item } from './item';

export class ArrayItems {
  private depth = 0;
  /** Of the item that has not ended yet. */
  private pieces: string[] = [];
  private size = 0;
  /** Where that item begins; null while nothing but blanks came. */
  private begin: number | null = null;
  private isInString = false;
  private isEscaped = false;
  private isEmpty = true;
  private state: 'open' | 'closed' | 'over' = 'open';

  /** @param line the number of the first line */
  constructor(private line: number) {}

  /** @throws HeedError too_large */
  *add(text: string): Generator<Item> {
    let from = 0;
    for (let i = 0; i < text.length && this.state !== 'over'; i++) {
      const c = text[i]!;
      if (c === '\n') {
        this.line++;
        // A JSON string ends in its line; one that does not is bad, and must not swallow what follows.
        this.isInString = this.isEscaped = false;
        continue;
      }
      if (!this.isInString && (c === ' ' || c === '\r' || c === '\t')) continue;
      if (this.state === 'closed') {
        yield { line: this.line, ...badLine('after-the-end') };
        this.state = 'over';
      } else if (this.depth === 0) {
        if (c === '[') this.depth = 1;
        from = i + 1;
      } else if (this.isEnd(c)) {
        if (c === ',' || !this.isEmpty || this.begin !== null) yield this.take(text.slice(from, i));
        if (c !== ',') this.state = 'closed';
        from = i + 1;
      } else this.begin ??= this.line;
    }
    if (this.state === 'open') this.hold(text.slice(from));
  }

  *end(): Generator<Item> {
    if (this.state !== 'open') return;
    if (this.begin !== null) yield this.take('');
    yield { line: this.line, ...badLine('not-closed') };
  }

  /** Follows strings and brackets; true at what ends an item: a comma of the array, or its closing bracket. */
  private isEnd(c: string): boolean {
    if (this.isEscaped) this.isEscaped = false;
    else if (this.isInString) {
      if (c === '\\') this.isEscaped = true;
      else if (c === '"') this.isInString = false;
    } else if (c === '"') this.isInString = true;
    else if (c === '[' || c === '{') this.depth++;
    else if (c === ']' || c === '}') return --this.depth === 0;
    else return c === ',' && this.depth === 1;
    return false;
  }

  private hold(piece: string): void {
    this.pieces.push(piece);
    this.size += piece.length;
    checkLength(this.size, this.begin ?? this.line);
  }

  private take(rest: string): Item {
    this.hold(rest);
    const item = toItem(this.begin ?? this.line, this.pieces.join(''));
    this.pieces = [];
    this.size = 0;
    this.begin = null;
    this.isEmpty = false;
    return item;
  }
}
