/** What monitors count in texts: words (letters and digits, or one other sign), runs of them, and how much of a text is form. */
export const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}’']+|[^\s\p{L}\p{N}]/gu) ?? [];

/** Every run of n words, in order, with repetitions. */
export const ngrams = (of: readonly string[], n: number): string[] =>
  Array.from({ length: Math.max(0, of.length - n + 1) }, (_, i) => of.slice(i, i + n).join(' '));

/** Share of a text's word triples (or pairs, where it is short) that have been there before in it; 0 … 1 (Welleck et al. 2020, seq-rep-n). */
export function repeatedShare(text: string): number {
  const own = words(text);
  const grams = ngrams(own, own.length < 12 ? 2 : 3);
  return grams.length ? 1 - new Set(grams).size / grams.length : 0;
}

/** Signs of form per word: markdown, lists, line breaks, capitals shouted, exclamation marks. */
export function formattingShare(text: string): number {
  const signs = text.match(/[*_#`|>•]|^\s*(?:[-–]|\d+[.)])\s|\n|!|\b\p{Lu}{3,}\b/gmu)?.length ?? 0;
  return signs / Math.max(1, words(text).length);
}

/**
 * Distinct-n over many texts (Li et al. 2016): different runs of n words by all of them. Longer texts repeat more, so that only the first
 * `limit` runs count.
 */
export function distinct(texts: readonly string[], n: number, limit = Infinity): { share: number; count: number } {
  const grams = texts.flatMap((text) => ngrams(words(text), n)).slice(0, limit);
  return { share: grams.length ? new Set(grams).size / grams.length : 0, count: grams.length };
}

/** Overlap of two texts' word pairs, 0 … 1. Two texts without pairs are alike where they are the same. */
export function jaccard(a: string, b: string): number {
  const pairs = (text: string) => new Set(ngrams(words(text), 2));
  const [x, y] = [pairs(a), pairs(b)];
  if (x.size === 0 && y.size === 0) return a.trim() === b.trim() ? 1 : 0;
  let shared = 0;
  for (const pair of x) if (y.has(pair)) shared++;
  return shared / (x.size + y.size - shared);
}

export const opening = (text: string): string => words(text).slice(0, 4).join(' ');
