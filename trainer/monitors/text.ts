/** What monitors count in texts: words (letters and digits, or one other sign), runs of them, and how much of a text is form. */

/** Asked for again and again: a dozen monitors read the same texts, iteration after iteration. */
function remembered<T>(of: (text: string) => T, most = 4096): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= most) known.clear();
    const found = of(text);
    known.set(text, found);
    return found;
  };
}

export const words = remembered((text): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}’']+|[^\s\p{L}\p{N}]/gu) ?? []);

/** Every run of n words, in order, with repetitions. */
export const ngrams = (of: readonly string[], n: number): string[] =>
  Array.from({ length: Math.max(0, of.length - n + 1) }, (_, i) => of.slice(i, i + n).join(' '));

/** Share of different runs among these (Li et al. 2016, distinct-n); 0 of none. */
export const distinct = (grams: readonly string[]): number => new Set(grams).size / Math.max(1, grams.length);

/** Share of a text's word triples (or pairs, where it is short) that have been there before in it; 0 … 1 (Welleck et al. 2020, seq-rep-n). */
export function repeatedShare(text: string): number {
  const own = words(text);
  const grams = ngrams(own, own.length < 12 ? 2 : 3);
  return grams.length === 0 ? 0 : 1 - distinct(grams);
}

/** Signs of form per word: markdown, lists, line breaks, capitals shouted, exclamation marks. */
export function formattingShare(text: string): number {
  const signs = text.match(/[*_#`|>•]|^\s*(?:[-–]|\d+[.)])\s|\n|!|\b\p{Lu}{3,}\b/gmu)?.length ?? 0;
  return signs / Math.max(1, words(text).length);
}

/** Distinct-n of two lots of texts, over as many runs of either (`count`): longer texts repeat more. */
export function distinctOfAsMuch(
  lots: readonly [readonly string[], readonly string[]],
  n: number,
): { shares: [number, number]; count: number } {
  const [a, b] = lots.map((texts) => texts.flatMap((text) => ngrams(words(text), n))) as [string[], string[]];
  const count = Math.min(a.length, b.length);
  return { shares: [distinct(a.slice(0, count)), distinct(b.slice(0, count))], count };
}

const pairs = remembered((text) => new Set(ngrams(words(text), 2)));

/** Overlap of two texts' word pairs, 0 … 1. Two texts without pairs are alike where they are the same. */
export function jaccard(a: string, b: string): number {
  const [x, y] = [pairs(a), pairs(b)];
  if (x.size === 0 && y.size === 0) return a.trim() === b.trim() ? 1 : 0;
  let shared = 0;
  for (const pair of x) if (y.has(pair)) shared++;
  return shared / (x.size + y.size - shared);
}

export const opening = (text: string): string => words(text).slice(0, 4).join(' ');
