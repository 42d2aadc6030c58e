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

/**
 * The keys that a page begins with, from those chosen on another: an action that both have keeps the key that it has there. An action of this page
 * alone whose default is taken that way gets the default of the one that took it, so no two share a key.
 * @param actions the default keys of this page
 */
export function inheritedKeys(actions: readonly string[], chosenThere: Record<string, string>): Record<string, string> {
  const chosen = Object.fromEntries(actions.flatMap((key) => (key in chosenThere ? [[key, chosenThere[key]!]] : [])));
  const takerOf = new Map(Object.entries(chosen).map(([action, key]) => [key, action]));
  const moved = actions.flatMap((action) => {
    let key = action;
    // Nobody is met twice: each has another key.
    for (let taker = takerOf.get(key); !(action in chosen) && taker !== undefined; taker = takerOf.get(key)) key = taker;
    return key === action ? [] : [[action, key]];
  });
  return { ...chosen, ...Object.fromEntries(moved) };
}
