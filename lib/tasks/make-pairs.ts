/**
 * Which samples of one prompt are compared: the new policy with the previous one, and the new policy with itself. Never two
 * texts that are the same but for spaces at the ends, and never a pair of texts that this prompt has had before. Pure.
 */
export type Sample = { id: string; text: string };

/** @param isKnown whether this prompt has had this pair of texts */
export function makePairs(
  newer: Sample[],
  previous: Sample[],
  isKnown: (textA: string, textB: string) => boolean = () => false,
): { responseAId: string; responseBId: string }[] {
  const made = new Set<string>();
  const pair = (lefts: Sample[], rights: Sample[]) => {
    for (const a of lefts) {
      for (const b of rights) {
        const key = pairKey(a.text, b.text);
        if (key === null || made.has(key) || isKnown(a.text, b.text)) continue;
        made.add(key);
        return [{ responseAId: a.id, responseBId: b.id }];
      }
    }
    return [];
  };
  return [...pair(newer, previous), ...newer.flatMap((sample, i) => pair([sample], newer.slice(i + 1)))];
}

/** The same for (a, b) and (b, a); null when there is nothing to choose between. */
export function pairKey(textA: string, textB: string): string | null {
  const [a, b] = [textA.trim(), textB.trim()].sort();
  return a === b ? null : JSON.stringify([a, b]);
}
