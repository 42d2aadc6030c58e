/**
 * Whether strengths exist at all. Ford (1957): the likelihood of Bradley and Terry has its one maximum exactly when from every model a
 * chain of wins (a tie counts both ways) leads to every other: when the graph of wins is strongly connected.
 */
import { cannot, type NotComputed } from '../statistics/computed';
import { namesOf } from '../statistics/why-not';
import type { PairCounts } from './comparisons';

/** Strongly connected? Two searches from one model, along wins and against them: cheap enough for every bootstrap replicate. */
export function isConnected(counts: PairCounts): boolean {
  const { beats, beatenBy } = neighbours(counts);
  const size = counts.models.length;
  return reach(beats, [0]).size === size && reach(beatenBy, [0]).size === size;
}

/** Groups within which strengths can be computed, largest first. */
export function components(counts: PairCounts): string[][] {
  const { beats, beatenBy } = neighbours(counts);
  return partition(counts, (model) => {
    const below = reach(beats, [model]);
    return [...reach(beatenBy, [model])].filter((other) => below.has(other));
  });
}

/** What is wrong, and what would mend it. @returns null where nothing is */
export function whyNotConnected(counts: PairCounts): NotComputed | null {
  if (isConnected(counts)) return null;
  const { beats, beatenBy } = neighbours(counts);
  const met = beats.map((winners, i) => [...winners, ...beatenBy[i]!]);
  const islands = partition(counts, (model) => [...reach(met, [model])]);
  if (islands.length > 1) return cannot('groups', { groups: islands.map((group) => namesOf(group)) });
  const index = new Map(counts.models.map((model, i) => [model, i]));
  const groups = components(counts);
  const leaves = (edges: number[][]) =>
    groups.filter((group) => {
      const members = group.map((model) => index.get(model)!);
      return reach(edges, members).size === members.length;
    });
  const named = (edges: number[][]) => leaves(edges).map((group) => namesOf(group));
  return cannot('unbeaten', { neverLost: named(beatenBy), neverWon: named(beats) });
}

/**
 * Davidson's model asks for more: some cycle of models in which preferences, each for the next, outnumber ties (two models preferred
 * over each other once each are one). Else ν and the strengths can grow together for ever, every outcome seen being the likeliest there:
 * directions δ with δ₁ − δ₂ ≥ 2 for each preference and |δ₁ − δ₂| ≤ 2 for each tie exist exactly without such a cycle (Bellman and Ford).
 */
export function isTieParameterBounded({ models, first, second, wins, losses, ties }: PairCounts): boolean {
  if (first.some((_, row) => wins[row]! > 0 && losses[row]! > 0)) return true;
  const bound = new Float64Array(models.length);
  const relax = (from: number, to: number, by: number): boolean => {
    const isTighter = bound[from]! + by < bound[to]!;
    if (isTighter) bound[to] = bound[from]! + by;
    return isTighter;
  };
  for (let round = 0; round < models.length; round++) {
    let changed = false;
    for (let row = 0; row < first.length; row++) {
      const [i, j] = [first[row]!, second[row]!];
      if (wins[row]! > 0) changed = relax(i, j, -1) || changed;
      if (losses[row]! > 0) changed = relax(j, i, -1) || changed;
      if (ties[row]! > 0) changed = [relax(i, j, 1), relax(j, i, 1)].includes(true) || changed;
    }
    if (!changed) return false;
  }
  return true;
}

function neighbours({ models, first, second, wins, losses, ties }: PairCounts) {
  const beats: number[][] = models.map(() => []);
  const beatenBy: number[][] = models.map(() => []);
  for (let row = 0; row < first.length; row++) {
    const [i, j] = [first[row]!, second[row]!];
    if (wins[row]! + ties[row]! > 0) {
      beats[i]!.push(j);
      beatenBy[j]!.push(i);
    }
    if (losses[row]! + ties[row]! > 0) {
      beats[j]!.push(i);
      beatenBy[i]!.push(j);
    }
  }
  return { beats, beatenBy };
}

function reach(edges: number[][], from: readonly number[]): Set<number> {
  const seen = new Set(from);
  const waiting = [...from];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop())
    for (const next of edges[node]!)
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
  return seen;
}

function partition({ models }: PairCounts, groupOf: (model: number) => number[]): string[][] {
  const left = new Set(models.keys());
  const groups: string[][] = [];
  for (const model of left) {
    const group = groupOf(model);
    for (const member of group) left.delete(member);
    groups.push(group.sort((a, b) => a - b).map((member) => models[member]!));
  }
  return groups.sort((a, b) => b.length - a.length);
}
