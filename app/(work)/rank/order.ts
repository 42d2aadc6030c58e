/**
 * An order of responses with ties: places from the best to the worst, on each the responses that share it, by their number. Every
 * response stands on exactly one place, and no place is empty. Pure.
 */
export type Order = readonly (readonly number[])[];

/** Each on a place of its own, as they are shown first. */
export const startOrder = (count: number): Order => Array.from({ length: count }, (_, response) => [response]);

/** Of each response: its place, 1 is the best. */
export function ranksOf(order: Order): number[] {
  const ranks: number[] = [];
  order.forEach((place, index) => place.forEach((response) => (ranks[response] = index + 1)));
  return ranks;
}

export const placeOf = (order: Order, response: number): number => order.findIndex((place) => place.includes(response));

/** Puts it on a place of its own, so that `above` of the others' places are above it. */
export function put(order: Order, response: number, above: number): Order {
  const others = without(order, response);
  const at = Math.max(0, Math.min(above, others.length));
  return [...others.slice(0, at), [response], ...others.slice(at)];
}

/** One step up (-1) or down (1): out of a tie first, then past the next place. */
export function step(order: Order, response: number, by: -1 | 1): Order {
  const at = placeOf(order, response);
  if (order[at]!.length > 1) return put(order, response, by < 0 ? at : at + 1);
  return put(order, response, at + by);
}

/** On the place above; out of a tie it comes right below it. What stands first alone stays. */
export function toggleTie(order: Order, response: number): Order {
  const at = placeOf(order, response);
  if (order[at]!.length > 1) return put(order, response, at + 1);
  if (at === 0) return order;
  return without(order, response).map((place, index) => (index === at - 1 ? [...place, response].sort((a, b) => a - b) : place));
}

const without = (order: Order, response: number): Order =>
  order.map((place) => place.filter((one) => one !== response)).filter((place) => place.length > 0);

/** `B > A = C`, in the names given. */
export const inSigns = (order: Order, nameOf: (response: number) => string): string =>
  order.map((place) => place.map(nameOf).join(' = ')).join(' > ');
