/**
 * Seeded random numbers whose whole state is a few integers, so that a resumed run draws what the killed one would have.
 * xoshiro128** (Blackman and Vigna 2018), seeded through a mixing hash. Not for secrets.
 */
export type Rng = {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform in 0 … n−1. */
  int(n: number): number;
  /** Standard normal (Box and Muller); takes two draws, keeps no spare. */
  normal(): number;
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream for `label`. It depends on the seed and the label alone, not on how much was drawn. */
  fork(label: string): Rng;
  state(): RngState;
  restore(state: RngState): void;
};

/** The key that forks derive from, then the generator's four words. Plain JSON. */
export type RngState = readonly [key: number, a: number, b: number, c: number, d: number];

export function createRng(seed: number): Rng {
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  return fromKey(mix(low ^ mix(high)));
}

function fromKey(initialKey: number): Rng {
  let key = initialKey;
  const words = new Uint32Array(4);
  for (let i = 0; i < 4; i++) words[i] = mix(key + Math.imul(i + 1, 0x9e3779b9));

  function bits(): number {
    // By index: an iterator a draw takes several times as long.
    const a = words[0]!;
    const b = words[1]!;
    const c = words[2]!;
    const d = words[3]!;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const cc = c ^ a;
    const dd = d ^ b;
    words[1] = b ^ cc;
    words[0] = a ^ dd;
    words[2] = cc ^ (b << 9);
    words[3] = rotate(dd, 11);
    return result;
  }
  const next = () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
  const int = (n: number) => Math.floor(next() * n);

  return {
    next,
    int,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => {
      if (items.length === 0) throw new RangeError('Nothing to pick from.');
      return items[int(items.length)]!;
    },
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!];
      }
      return copy;
    },
    fork: (label) => fromKey(mix(key ^ hashText(label))),
    state: () => [key, words[0]!, words[1]!, words[2]!, words[3]!],
    restore: (state) => {
      key = state[0];
      words.set(state.slice(1));
    },
  };
}

const rotate = (x: number, by: number): number => ((x << by) | (x >>> (32 - by))) >>> 0;

/** A bijection of 32-bit integers that scatters neighbours (the finalizer of MurmurHash3). */
function mix(x: number): number {
  let z = (x + 0x9e3779b9) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** FNV-1a over UTF-16 code units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
