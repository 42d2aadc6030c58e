import { describe, expect, it } from 'vitest';
import { withConsensus } from '@/lib/training/consensus-labels';
import type { Comparison } from '@/lib/training/contract';
import { withVerdicts, type VerdictLabel } from '@/lib/training/verdict-labels';

const label = (promptId: string, annotator: string | undefined, chosenShare: number, more: Partial<Comparison> = {}): Comparison => ({
  promptId,
  prompt: promptId,
  responseA: 'a',
  responseB: 'b',
  chosenShare,
  grade: 2,
  isTruncatedA: true,
  isTruncatedB: false,
  isHeldOut: false,
  annotator,
  ...more,
});
const verdict = (promptId: string, chosenShare: number, more: Partial<VerdictLabel> = {}): VerdictLabel => ({
  id: `verdict on ${promptId}`,
  promptId,
  responseA: 'a',
  responseB: 'b',
  chosenShare,
  grade: 3,
  isBothBad: false,
  ...more,
});
const turned = { responseA: 'b', responseB: 'a' };

describe('a verdict among labels', () => {
  it('is one label in the place of all of its pair, whichever text stood first, and nobody’s', () => {
    const labels = [label('p', 'x', 1), label('q', 'x', 1), label('p', 'y', 1, turned), label('p', undefined, 0)];
    const found = withVerdicts(labels, [verdict('p', 0)]);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ promptId: 'p', responseA: 'a', chosenShare: 0, grade: 3, id: 'verdict on p', isTruncatedA: true });
    expect(found[0]!.annotator).toBeUndefined();
    expect(found[1]).toEqual(labels[1]);
    expect(withVerdicts([label('p', 'x', 0)], [verdict('p', 1, turned)])[0]).toMatchObject({ responseA: 'a', chosenShare: 0 });
  });

  it('leaves out a pair that is both bad, and lets held-out labels stand', () => {
    const labels = [label('p', 'x', 1), label('p', 'y', 0), label('h', 'x', 1, { isHeldOut: true })];
    expect(withVerdicts(labels, [verdict('p', 0.5, { isBothBad: true, grade: 0 }), verdict('h', 0)])).toEqual([labels[2]]);
  });

  it('changes nothing where there is none, and the consensus of no other pair', () => {
    const labels = ['x', 'y', 'z'].flatMap((who, w) =>
      Array.from({ length: 12 }, (_, i) => label(`p${i}`, who, w === 2 && i < 4 ? 0 : i % 2)),
    );
    expect(withVerdicts(labels, [])).toEqual(labels);
    const consensus = withConsensus(labels);
    const found = withVerdicts(consensus, [verdict('p0', 1)]);
    expect(found.slice(1)).toEqual(consensus.slice(1));
    expect(found[0]).toMatchObject({ promptId: 'p0', chosenShare: 1 });
  });
});
