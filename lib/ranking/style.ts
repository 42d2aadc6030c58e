/** How a response looks rather than what it says: lengths and Markdown, as covariates of a leaderboard. */

export const styleFeatures = ['length', 'headings', 'list items', 'bold'] as const;

const patterns: Record<Exclude<(typeof styleFeatures)[number], 'length'>, RegExp> = {
  headings: /^ {0,3}#{1,6}\s/gm,
  'list items': /^\s*(?:[-*+]|\d+[.)])\s/gm,
  bold: /\*\*[^*\n]+\*\*|__[^_\n]+__/g,
};

/** In the order of `styleFeatures`; the length in characters. */
export const styleOf = (text: string): number[] =>
  styleFeatures.map((feature) => (feature === 'length' ? text.length : (text.match(patterns[feature])?.length ?? 0)));

/** (left − right) / (left + right) of each feature, 0 where neither has any: −1 … 1, whatever the length of texts here. */
export function styleDifference(left: string, right: string): number[] {
  const [a, b] = [styleOf(left), styleOf(right)];
  return a.map((x, i) => (x + b[i]! === 0 ? 0 : (x - b[i]!) / (x + b[i]!)));
}
