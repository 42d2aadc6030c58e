/** How long a text is, as a reader counts: words of any script (Intl.Segmenter), and characters as they are seen. Pure. */

/** Beyond this, in UTF-16 units, words are what stands between spaces: counting must keep up with typing. */
const longest = 20_000;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function countText(text: string): { words: number; characters: number } {
  const trimmed = text.trim();
  if (trimmed === '') return { words: 0, characters: 0 };
  if (trimmed.length > longest) return { words: trimmed.split(/\s+/u).length, characters: trimmed.length };
  let words = 0;
  for (const { isWordLike } of segmenter.segment(trimmed)) if (isWordLike) words++;
  let characters = 0;
  for (const _ of graphemes.segment(trimmed)) characters++;
  return { words, characters };
}
