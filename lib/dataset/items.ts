/** A file of items: JSON lines, or one JSON array over any number of lines. Read as it comes; a bad item costs only itself. */
import { ArrayItems } from './array-items';
import { toItem, type Item } from './item';

export async function* itemsOf(lines: AsyncIterable<string>): AsyncGenerator<Item> {
  let line = 0;
  let isFirst = true;
  let array: ArrayItems | null = null;
  for await (const text of lines) {
    line++;
    if (isFirst && text.trim() === '') continue;
    if (isFirst && text.trimStart().startsWith('[')) array = new ArrayItems();
    isFirst = false;
    if (array) yield* array.add(line, text);
    else if (text.trim() !== '') yield toItem(line, text);
  }
  if (array) yield* array.end(line);
}
