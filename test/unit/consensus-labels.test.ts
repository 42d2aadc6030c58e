import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { votes } from '@/lib/agreement/consensus';
import { dawidSkene } from '@/lib/agreement/dawid-skene';
import { createRng } from '@/lib/rng';
import { withConsensus } from '@/lib/training/consensus-labels';
import type { Comparison } from '@/lib/training/contract';

const label = (promptId: string, annotator: string | undefined, chosenShare: number, more: Partial<Comparison> = {}): Comparison => ({
  promptId,
  prompt: promptId,
  responseA: 'a',
  responseB: 'b',
  chosenShare,
  grade: chosenShare === 0.5 ? 0 : 2,
  isTruncatedA: false,
  isTruncatedB: false,
  isHeldOut: false,
  annotator,
  ...more,
});
const turned = (one: Comparison): Comparison => ({
  ...one,
  responseA: one.responseB,
  responseB: one.responseA,
  chosenShare: 1 - one.chosenShare,
});

/** Whether A is better alternates. @returns labels of people who are right this often */
function labelsOf(rights: number[], pairs: number, seed = 1): Comparison[] {
  const rng = createRng(seed);
  return Array.from({ length: pairs }, (_, i) => {
    const truth = i % 2;
    return rights.map((right, who) => label(`p${i}`, `person ${who}`, rng.next() < right ? truth : 1 - truth));
  }).flat();
}

describe('the consensus of a pair', () => {
  it('is the posterior of Dawid and Skene’s model, one row a pair', () => {
    const labels = labelsOf([0.95, 0.9, 0.6, 0.55, 0.5], 60);
    const found = withConsensus(labels);
    expect(found).toHaveLength(60);
    const model = dawidSkene(
      labels.map(({ promptId, annotator, chosenShare }) => ({ unit: promptId, rater: annotator!, value: chosenShare })),
    );
    if (!model.ok) throw new Error(model.reason);
    for (const { unit, posterior } of model.value.units)
      expect(found.find(({ promptId }) => promptId === unit)!.chosenShare).toBeCloseTo(posterior[model.value.classes.indexOf(1)]!, 10);
    const right = (rows: { promptId: string; share: number }[]) =>
      rows.filter(({ promptId, share }) => share > 0.5 === (Number(promptId.slice(1)) % 2 === 1)).length;
    const majority = [...new Set(labels.map(({ promptId }) => promptId))].map((promptId) => {
      const own = labels.filter((one) => one.promptId === promptId).map(({ chosenShare }) => chosenShare);
      return { promptId, share: Number(votes(own)[0]!.value) };
    });
    // Two who know and three who guess: whom to believe is worth more than a vote.
    expect(right(found.map(({ promptId, chosenShare: share }) => ({ promptId, share })))).toBeGreaterThan(right(majority));
  });

  it('does not depend on which text stood first', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (turns) => {
        const labels = labelsOf([0.9, 0.8, 0.7], 10);
        const shareOfA = (one: Comparison) => (one.responseA === 'a' ? one.chosenShare : 1 - one.chosenShare);
        const mixed = withConsensus(labels.map((one, i) => (turns[i] ? turned(one) : one))).map(shareOfA);
        withConsensus(labels).forEach((one, i) => expect(mixed[i]).toBeCloseTo(one.chosenShare, 9));
      }),
      { numRuns: 20 },
    );
  });

  it('leaves held-out and imported labels as they are', () => {
    const heldOut = [label('h', 'one', 1, { isHeldOut: true }), label('h', 'two', 0, { isHeldOut: true })];
    const imported = [label('i', undefined, 1), label('i', undefined, 0)];
    expect(withConsensus([...heldOut, ...imported])).toEqual([...heldOut, ...imported]);
  });

  it('is the share of votes where there is no model: one person, no overlap, one verdict', () => {
    expect(withConsensus([label('p', 'one', 1), label('q', 'one', 0)]).map(({ chosenShare }) => chosenShare)).toEqual([1, 0]);
    expect(withConsensus([label('p', 'one', 1), label('q', 'two', 0.5)]).map(({ chosenShare }) => chosenShare)).toEqual([1, 0.5]);
    expect(withConsensus([label('p', 'one', 1), label('p', 'two', 1)])).toEqual(
      [{ ...label('p', 'one', 1), annotator: undefined }].map(({ annotator: _, ...one }) => one),
    );
  });

  it('is as strong as its labels together', () => {
    const grades = withConsensus([
      label('p', 'one', 1, { grade: 3 }),
      label('p', 'two', 0, { grade: 1 }),
      label('q', 'one', 1, { grade: 2 }),
    ]).map(({ grade }) => grade);
    expect(grades).toEqual([1, 2]);
  });
});
