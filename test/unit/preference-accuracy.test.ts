/** Accuracy and calibration of pairs: closed cases, what must hold for all pairs, and numbers that scikit-learn's definitions give. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentsOf, uncertaintyOf } from '@/trainer/math/ensemble';
import { accuracyOf, calibrationError, groupLeads, pairwiseLossOf, reliability } from '@/trainer/math/preference-accuracy';
import { readFixture } from '../support/golden';

const leadOf = (confidence: number) => Math.log(confidence / (1 - confidence));
const leads = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 });

type Fixture = {
  leads: number[];
  accuracy: number;
  logLoss: number;
  ece: number;
  bins: { to: number; pairs: number; confidence: number; accuracy: number }[];
};

describe('held-out pairs', () => {
  it('are as numpy has them', () => {
    const expected = readFixture<Fixture>('calibration.json');
    const bins = reliability(expected.leads, 5);
    expect(accuracyOf(expected.leads)).toBeCloseTo(expected.accuracy, 12);
    expect(pairwiseLossOf(expected.leads)).toBeCloseTo(expected.logLoss, 10);
    expect(calibrationError(bins)).toBeCloseTo(expected.ece, 10);
    expect(bins.map((bin) => bin.pairs)).toEqual(expected.bins.map((bin) => bin.pairs));
    bins.forEach((bin, i) => {
      expect(bin.to).toBeCloseTo(expected.bins[i]!.to, 12);
      expect(bin.confidence).toBeCloseTo(expected.bins[i]!.confidence, 10);
      expect(bin.accuracy).toBeCloseTo(expected.bins[i]!.accuracy, 12);
    });
  });

  it('three of four right at 75 % confidence is perfect calibration; all wrong is .75 off', () => {
    const lead = leadOf(0.75);
    expect(calibrationError(reliability([lead, lead, lead, -lead]))).toBeCloseTo(0, 12);
    expect(calibrationError(reliability([-lead, -lead]))).toBeCloseTo(0.75, 12);
  });

  it('equal scores are half right, without confidence, and so calibrated', () => {
    expect(accuracyOf([0, 0])).toBe(0.5);
    expect(pairwiseLossOf([0])).toBeCloseTo(Math.LN2, 12);
    expect(reliability([0])).toEqual([{ from: 0.5, to: 0.6, pairs: 1, confidence: 0.5, accuracy: 0.5 }]);
  });

  it('bins hold every pair once, within their bounds, and add up to the accuracy', () =>
    fc.assert(
      fc.property(leads, fc.integer({ min: 1, max: 20 }), (all, numBins) => {
        const bins = reliability(all, numBins);
        expect(bins.reduce((sum, bin) => sum + bin.pairs, 0)).toBe(all.length);
        for (const { from, to, confidence } of bins) {
          expect(confidence).toBeGreaterThanOrEqual(from - 1e-12);
          expect(confidence).toBeLessThanOrEqual(to + 1e-12);
        }
        const total = bins.reduce((sum, bin) => sum + bin.pairs * bin.accuracy, 0) / all.length;
        expect(total).toBeCloseTo(accuracyOf(all), 9);
        expect(calibrationError(bins)).toBeLessThanOrEqual(1);
      }),
    ));

  it('one bin: the error is the distance of means', () =>
    fc.assert(
      fc.property(leads, (all) => {
        const confidence = all.reduce((sum, lead) => sum + 1 / (1 + Math.exp(-Math.abs(lead))), 0) / all.length;
        expect(calibrationError(reliability(all, 1))).toBeCloseTo(Math.abs(accuracyOf(all) - confidence), 9);
      }),
    ));

  it('exchanging right and wrong mirrors the accuracy', () =>
    fc.assert(
      fc.property(leads, (all) => {
        expect(accuracyOf(all.map((l) => -l))).toBeCloseTo(1 - accuracyOf(all), 9);
      }),
    ));

  it('a pair whose both sides are of one policy counts once for it', () => {
    const pairs = [
      { lead: 1, sources: ['base', 'base'] },
      { lead: -1, sources: ['base', 'round 1'] },
    ];
    const groups = groupLeads(
      pairs,
      (p) => p.lead,
      (p) => p.sources,
    );
    expect(Object.fromEntries(groups)).toEqual({ base: [1, -1], 'round 1': [-1] });
  });
});

describe('an ensemble’s uncertainty', () => {
  const moments = { means: [0, 10], stds: [1, 2] };

  it('is 0 where members agree once each has its own zero and scale, and in a single member', () => {
    expect(uncertaintyOf([[1.5, 13]], moments)[0]).toBeCloseTo(0, 12);
    expect(uncertaintyOf([[7]], { means: [0], stds: [1] })).toEqual([0]);
  });

  it('is the standard deviation of two normalised scores', () => expect(uncertaintyOf([[0, 14]], moments)[0]).toBeCloseTo(Math.SQRT2, 12));

  it('does not change when a member’s scores are shifted and stretched, moments with them', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })), { minLength: 1 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: -10, max: 10, noNaN: true }),
        (raw, scale, shift) => {
          const moved = raw.map(([a, b]) => [scale * a + shift, b]);
          const before = uncertaintyOf(raw, { means: [0, 0], stds: [1, 1] });
          const after = uncertaintyOf(moved, { means: [shift, 0], stds: [scale, 1] });
          after.forEach((u, i) => expect(u).toBeCloseTo(before[i]!, 6));
        },
      ),
    ));

  it('moments make mean 0 and standard deviation 1', () => {
    const values = [3, 4, 8, 9.5];
    const { mean, std } = momentsOf(values);
    const again = momentsOf(values.map((v) => (v - mean) / std));
    expect(again.mean).toBeCloseTo(0, 12);
    expect(again.std).toBeCloseTo(1, 12);
  });
});
