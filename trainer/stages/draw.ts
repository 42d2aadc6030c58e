/** What comes when: things drawn one after another, each pass over them a fresh permutation of its own seed. */
import { createRng } from '../math/rng';

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
