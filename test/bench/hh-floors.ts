/** What a reward model has to beat on human pairs: the shorter response, and hashed n-grams under Bradley and Terry. */
import type { Comparison } from '@/lib/training/contract';
import { createRng } from '@/lib/rng';

/** A is the preferred response in all of them. 1 right, 0 wrong, ½ neither. */
export type TextPair = Pick<Comparison, 'responseA' | 'responseB'>;
const outcome = (lead: number) => (lead > 0 ? 1 : lead < 0 ? 0 : 0.5);

/** By characters. */
export const preferTheShorter = (pairs: readonly TextPair[]): number[] =>
  pairs.map(({ responseA, responseB }) => outcome(responseB.trim().length - responseA.trim().length));

const BUCKETS = 2 ** 18;
const EPOCHS = 10;
const LEARNING_RATE = 0.1;
const DECAY = 1e-3;

/** Which words and pairs of neighbours a response has, as buckets of a hash (FNV-1a). */
function ngrams(text: string): Set<number> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+|[^\s\p{L}\p{N}]/gu) ?? [];
  const grams = words.flatMap((word, i) => [word, `${words[i - 1] ?? '^'} ${word}`]);
  return new Set(
    grams
      .map((gram) => [...gram].reduce((h, c) => Math.imul(h ^ c.codePointAt(0)!, 16_777_619), 2_166_136_261) >>> 0)
      .map((h) => h % BUCKETS),
  );
}

/** The features that one response has and the other lacks: +1 those of A, −1 those of B. */
function difference({ responseA, responseB }: TextPair): [number, 1 | -1][] {
  const [a, b] = [ngrams(responseA), ngrams(responseB)];
  return [
    ...[...a].filter((g) => !b.has(g)).map((g): [number, 1] => [g, 1]),
    ...[...b].filter((g) => !a.has(g)).map((g): [number, -1] => [g, -1]),
  ];
}

/** A linear reward of the response's n-grams, trained by AdaGrad on −log σ(r_A − r_B). @returns outcomes on `heldOut` */
export function ngramBradleyTerry(train: readonly TextPair[], heldOut: readonly TextPair[], seed: number): number[] {
  const weights = new Float64Array(BUCKETS);
  const squares = new Float64Array(BUCKETS).fill(1e-8);
  const leadOf = (features: [number, number][]) => features.reduce((sum, [g, x]) => sum + x * weights[g]!, 0);
  const rng = createRng(seed).fork('n-grams');
  const examples = train.map(difference);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const features of rng.shuffle(examples)) {
      const miss = 1 / (1 + Math.exp(leadOf(features)));
      for (const [g, x] of features) {
        const gradient = DECAY * weights[g]! - miss * x;
        squares[g]! += gradient ** 2;
        weights[g]! -= (LEARNING_RATE * gradient) / Math.sqrt(squares[g]!);
      }
    }
  }
  return heldOut.map((pair) => outcome(leadOf(difference(pair))));
}
