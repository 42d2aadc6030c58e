/** A file of items: JSON lines, or one JSON array over any number of lines. Read as it comes; a bad item costs only itself. */
import { ArrayItems } from './array-items';
import type { Item } from './item';
import { countLineEnds, LineItems } from './lines';

/** @param text the file, cut anywhere. @throws HeedError too_large for a single item that is */
export async function* itemsOf(text: AsyncIterable<string>): AsyncGenerator<Item> {
  let line = 1;
  let reader: ArrayItems | LineItems | null = null;
  for await (const piece of text) {
    if (!reader) {
      const start = piece.trimStart();
      if (start === '') {
        line += countLineEnds(piece);
        continue;
      }
      reader = start.startsWith('[') ? new ArrayItems(line) : new LineItems(line);
    }
    yield* reader.add(piece);
  }
  if (reader) yield* reader.end();
}
