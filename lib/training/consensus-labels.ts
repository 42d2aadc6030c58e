/**
 * One label a pair from those of several people: the posterior of Dawid and Skene's model, soft. Whoever is often right counts for more, and a
 * pair on which good annotators differ pulls less. Held-out labels stay as they were given, so that accuracy means the same however a round
 * takes its labels; so do imported ones, whose annotators are unknown. Where the model cannot be computed (one annotator, nothing judged twice,
 * one verdict throughout) the label is the share of votes. Pure.
 */
import { softLabel } from '@/lib/agreement/consensus';
import { dawidSkene } from '@/lib/agreement/dawid-skene';
import { groupBy } from '@/lib/agreement/ratings';
import type { Comparison } from './contract';
import { isLowerFirst, outcomeOfLower, pairOf } from './text-pair';

/** In the order in which the pairs first come. `grade`: the strength of all labels of the pair together, those against it counting against it. */
export function withConsensus(comparisons: readonly Comparison[]): Comparison[] {
  const isJudged = ({ isHeldOut, annotator }: Comparison) => !isHeldOut && annotator !== undefined;
  const pairs = groupBy(comparisons.filter(isJudged), pairOf);
  const labels = [...pairs].flatMap(([unit, labelled]) =>
    labelled.map((one) => ({ unit, rater: one.annotator!, value: outcomeOfLower(one) })),
  );
  const model = dawidSkene(labels);
  const posteriors = new Map(
    model.ok ? model.value.units.map(({ unit, posterior }) => [unit, softLabel(posterior, model.value.classes, Number)]) : [],
  );
  const seen = new Set<string>();
  return comparisons.flatMap((one) => {
    if (!isJudged(one)) return one;
    const unit = pairOf(one);
    if (seen.has(unit)) return [];
    seen.add(unit);
    const labelled = pairs.get(unit)!;
    const share = posteriors.get(unit) ?? mean(labelled.map(outcomeOfLower));
    const strength = mean(labelled.map(({ grade, ...label }) => grade * Math.sign(outcomeOfLower(label) - 0.5)));
    const { annotator, ...pair } = one;
    const isOnePersons = labelled.every((label) => label.annotator === annotator);
    return { ...pair, ...(isOnePersons && { annotator }), chosenShare: isLowerFirst(one) ? share : 1 - share, grade: Math.abs(strength) };
  });
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
