/** The rules of choosing keys. An action is known by the key that it has by default. Pure. */
export type ListedKey = { key: string; does: string };

/** One letter, digit or sign: what every keyboard can type without a modifier that browsers keep for themselves. */
export const isKey = (key: string): boolean => /^[^\s\p{C}]$/u.test(key);

/** The other action that has this key now. */
export function findTaken(actions: ListedKey[], chosen: Record<string, string>, action: ListedKey, key: string): ListedKey | undefined {
  return actions.find((other) => other.key !== action.key && (chosen[other.key] ?? other.key) === key);
}

/** `chosen` with these changes; what is back at its default is not named. */
export function chosenKeys(chosen: Record<string, string>, ...changes: [defaultKey: string, key: string][]): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...chosen, ...Object.fromEntries(changes) }).filter(([before, key]) => before !== key));
}
