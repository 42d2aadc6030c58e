/** What comes when: things drawn one after another, each pass over them a fresh permutation of its own seed. */
import { createRng, type Rng } from '@/lib/rng';

/** Numbers `first … first + count − 1` of the endless row; it depends on the seed and the label alone. A draw may span several passes. */
export function drawInTurn<T>(things: T[], first: number, count: number, seed: number, label: string): T[] {
  const permutations = new Map<number, T[]>();
  return Array.from({ length: count }, (_, i) => {
    const at = first + i;
    const pass = Math.floor(at / things.length);
    if (!permutations.has(pass)) permutations.set(pass, createRng(seed).fork(`${label} ${pass}`).shuffle(things));
    return permutations.get(pass)![at % things.length]!;
  });
}

/**
 * The rows of each optimizer step of one PPO iteration (Schulman et al. 2017, algorithm 1): every pass over the rollouts is a permutation of its
 * own, cut into minibatches of one size. Rows that do not fill another are left out of that pass.
 */
export function minibatches(
  numRows: number,
  { numPpoEpochs, numMiniBatches }: { numPpoEpochs: number; numMiniBatches: number },
  rngOf: (pass: number) => Rng,
): number[][] {
  const rows = Array.from({ length: numRows }, (_, i) => i);
  const size = Math.floor(numRows / numMiniBatches);
  return Array.from({ length: numPpoEpochs }, (_, pass) => rngOf(pass).shuffle(rows)).flatMap((order) =>
    Array.from({ length: numMiniBatches }, (_, m) => order.slice(m * size, (m + 1) * size)),
  );
}
