/** Two texts to a prompt as one pair, whichever stood first: what consensus labels and verdicts know a pair by. Pure. */
import type { Comparison } from './contract';

export type TextPair = Pick<Comparison, 'promptId' | 'responseA' | 'responseB'>;

export const isLowerFirst = ({ responseA, responseB }: TextPair): boolean => responseA <= responseB;

export function pairOf(pair: TextPair): string {
  const { promptId, responseA, responseB } = pair;
  return JSON.stringify([promptId, ...(isLowerFirst(pair) ? [responseA, responseB] : [responseB, responseA])]);
}

/** Of the text that comes first in order: 1 preferred, 0 the other, ½ a tie. */
export const outcomeOfLower = (one: TextPair & Pick<Comparison, 'chosenShare'>): number =>
  isLowerFirst(one) ? one.chosenShare : 1 - one.chosenShare;
