/** How often each model was preferred to each other one. What Bradley and Terry's strengths summarise; look here where they surprise. */
import { wilson } from '../statistics/interval';
import { betweenModels, countPairs, modelsOf, type Comparison } from './comparisons';
import type { WinRate } from './win-rate';

export type WinMatrix = {
  models: string[];
  /** Row against column, a tie counting half; null where the two were never compared. */
  cells: (WinRate | null)[][];
};

/** @param models in the order wanted (a leaderboard's), all that occur among them; without, by name */
export function winMatrix(comparisons: readonly Comparison[], models: string[] = modelsOf(comparisons)): WinMatrix {
  const { first, second, wins, losses, ties } = countPairs(betweenModels(comparisons), models);
  const cells: WinMatrix['cells'] = models.map(() => models.map(() => null));
  for (let row = 0; row < first.length; row++) {
    const n = wins[row]! + losses[row]! + ties[row]!;
    const share = (wins[row]! + ties[row]! / 2) / n;
    cells[first[row]!]![second[row]!] = { winRate: share, ...wilson(share, n), comparisons: n };
    cells[second[row]!]![first[row]!] = { winRate: 1 - share, ...wilson(1 - share, n), comparisons: n };
  }
  return { models, cells };
}
