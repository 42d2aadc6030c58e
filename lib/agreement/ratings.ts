/**
 * What all figures of agreement read: who gave which unit which value. A unit is whatever was judged (a pair of answers, one answer on one
 * aspect); units and raters that did not meet are simply not there.
 */
export type Value = string | number;
export type Rating = { unit: string; rater: string; value: Value };

/** One value a rater and unit, the last given: agreement is between people, repeats are for `testRetest`. Order kept. */
export function latest<R extends Rating>(ratings: readonly R[]): R[] {
  const last = new Map<string, R>();
  for (const rating of ratings) last.set(JSON.stringify([rating.unit, rating.rater]), rating);
  return [...last.values()];
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** Numbers stay, categories become their places in `order`. @returns null where a value is neither */
export function toNumbers(values: readonly Value[], order?: readonly Value[]): number[] | null {
  const numbers = values.map((value) => (order ? order.indexOf(value) : typeof value === 'number' ? value : NaN));
  return numbers.every((x) => Number.isFinite(x) && !(order && x < 0)) ? numbers : null;
}
