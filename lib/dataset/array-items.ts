/** Takes a JSON array apart into its items, line by line, without ever holding all of it. */
import { toItem, type Item } from './item';

export class ArrayItems {
  private depth = 0;
  private text = '';
  /** Where `text` begins. */
  private line = 1;
  private isClosed = false;
  private isEmpty = true;

  *add(line: number, text: string): Generator<Item> {
    let from = 0;
    // A JSON string ends in its line; one that does not is bad, and must not swallow what follows.
    let isInString = false;
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (isInString) {
        if (c === '\\') i++;
        else if (c === '"') isInString = false;
      } else if (c === '"') isInString = true;
      else if (c === '[' || c === '{') {
        if (++this.depth === 1) from = i + 1;
      } else if ((c === ']' || c === '}') && --this.depth === 0) {
        if (!this.isEmpty || (this.text + text.slice(from, i)).trim() !== '') yield this.take(text.slice(from, i), line);
        this.isClosed = true;
        from = i + 1;
      } else if (c === ',' && this.depth === 1) {
        yield this.take(text.slice(from, i), line);
        from = i + 1;
      }
    }
    if (this.isClosed && text.slice(from).trim() !== '') yield { line, reason: 'Something follows the end of the array.' };
    if (this.text === '') this.line = line;
    this.text += `${text.slice(from)}\n`;
  }

  *end(line: number): Generator<Item> {
    if (this.isClosed) return;
    if (this.text.trim() !== '') yield this.take('', line);
    yield { line, reason: 'The array is not closed. Is the file complete?' };
  }

  private take(rest: string, line: number): Item {
    const text = this.text + rest;
    const begin = this.text === '' ? line : this.line;
    this.text = '';
    this.isEmpty = false;
    const blank = /^\s*/.exec(text)![0];
    return toItem(begin + blank.split('\n').length - 1, text);
  }
}
