/** What can be said of texts without reading them: how varied they are, and whether they decline to answer. */

/** Share of different n-grams among all (Li et al. 2016, "distinct-n"), over the tokens of all texts; 0 where no text has n tokens. */
export function distinct(texts: readonly (readonly number[])[], n: number): number {
  const seen = new Set<string>();
  let total = 0;
  for (const ids of texts) {
    for (let i = 0; i + n <= ids.length; i++) {
      seen.add(ids.slice(i, i + n).join());
      total++;
    }
  }
  return total === 0 ? 0 : seen.size / total;
}

const refusals = [
  /^(i['’]?m|i am|we['’]?re|we are) (very |really |so |truly )?(sorry|afraid)[,.!]? (but )?(i|we) (can['’]?t|can ?not|won['’]?t|(am|are) (not able|unable))\b/,
  /^(sorry|unfortunately|i apologi[sz]e|my apologies)[,.!]? (but )?(i|we) (can['’]?t|can ?not|won['’]?t|(am|are) (not able|unable))\b/,
  /^(i|we) (can['’]?t|can ?not|won['’]?t|(am|are) (not able|unable) to|must decline|have to decline|refuse)\b/,
  /^(as an ai|as a language model)\b/,
  /^(it is|it['’]s|that is|that['’]s|this is) not (appropriate|something (i|we) can)\b/,
];

/** Whether an English text begins as refusals do ("I can't …", "As an AI …"). A rule of thumb: it knows no other language and misses polite turns. */
export function isRefusal(text: string): boolean {
  const start = text.trimStart().slice(0, 200).toLowerCase().replace(/\s+/g, ' ');
  return refusals.some((pattern) => pattern.test(start));
}
