/** One label from several, for training: the posterior as it is, soft. Majorities are what Dawid and Skene's model begins with. */
import type { Value } from './ratings';

/** What the values of a comparison say about its first answer: 1 preferred, 0 the other, ½ a tie. */
export type OutcomeOf = (value: Value) => number;

/** P(first answer preferred), a tie counting half. @param posterior in the order of `classes`, as `dawidSkene` gives both */
export function softLabel(posterior: readonly number[], classes: readonly Value[], outcomeOf: OutcomeOf): number {
  return posterior.reduce((sum, p, c) => sum + p * outcomeOf(classes[c]!), 0);
}

/** The shares of the votes. @returns an entry a value that was given, most votes first; equal ones in the order of their names */
export function votes(values: readonly Value[]): { value: Value; share: number }[] {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, n]) => ({ value, share: n / values.length }))
    .sort((a, b) => b.share - a.share || (String(a.value) < String(b.value) ? -1 : 1));
}
