/** When somebody is warned or paused; the tables are worked out by hand. */
import { describe, expect, it } from 'vitest';
import { checkSettingsOf } from '@/lib/quality/check-settings';
import { goldFinding, paceFinding, paceStep, type PaceRecord } from '@/lib/quality/hold-rules';

describe('gold', () => {
  const settings = checkSettingsOf({ goldPauseShare: 0.7, goldPauseLast: 10, goldPauseMin: 5 });

  it.each([
    // all, asked, right; 70 % of ten are seven, of five 3.5
    [4, 4, 0, false],
    [5, 5, 3, true],
    [5, 5, 4, false],
    [6, 6, 4, true],
    [10, 10, 7, false],
    [10, 10, 6, true],
    [50, 10, 6, true],
    [50, 10, 7, false],
  ])('%i in all, of the last %i %i as expected: paused is %s', (all, asked, right, isPaused) => {
    const finding = goldFinding({ all, asked, right }, settings);
    expect(finding).toEqual(isPaused ? { rule: 'gold', asked, right, minShare: 0.7 } : undefined);
  });

  it('pauses nobody by default', () => {
    expect(goldFinding({ all: 100, asked: 10, right: 0 }, checkSettingsOf({}))).toBeUndefined();
  });
});

describe('pace', () => {
  const settings = checkSettingsOf({ speedRule: 'pause', speedLast: 5, speedShare: 0.25, speedSecondsPerThousand: 2 });
  const record = (answers: number, seconds: number, secondsPerThousand: number, others: [number, number]): PaceRecord => ({
    answers,
    seconds,
    secondsPerThousand,
    others: { answers: others[0], seconds: others[1] },
  });

  it.each([
    // A quarter of others' 20 s is 5 s.
    ['too few of one’s own', record(4, 1, 1, [50, 20]), undefined],
    ['a quarter', record(5, 5, 9, [50, 20]), null],
    ['less than a quarter', record(5, 4.9, 9, [50, 20]), 'others'],
    ['too few of others', record(5, 1, 9, [4, 20]), null],
    ['just enough of others', record(5, 1, 9, [5, 20]), 'others'],
    ['too fast for the length, with nobody to compare with', record(5, 1, 1.9, [0, 0]), 'length'],
    ['just slow enough for the length', record(5, 1, 2, [0, 0]), null],
  ])('%s', (_, given, by) => {
    const finding = paceFinding('compare', given, settings);
    if (typeof by === 'string') expect(finding).toMatchObject({ rule: 'speed', kind: 'compare', answers: 5, by });
    else expect(finding).toBe(by);
  });

  it('says what was measured and what is expected', () => {
    expect(paceFinding('rank', record(5, 4, 9, [50, 20]), settings)).toEqual({
      rule: 'speed', kind: 'rank', answers: 5, by: 'others', seconds: 4, usual: 20, least: 5,
    }); // prettier-ignore
    expect(paceFinding('rate', record(5, 4, 0.5, [50, 20]), settings)).toEqual({
      rule: 'speed', kind: 'rate', answers: 5, by: 'length', seconds: 0.5, least: 2,
    }); // prettier-ignore
  });

  const fast = { rule: 'speed', kind: 'compare', answers: 5, by: 'length', seconds: 1, least: 2 } as const;
  it.each([
    [undefined, true, 'pause', 'nothing'],
    [null, false, 'pause', 'nothing'],
    [null, true, 'pause', 'end-warning'],
    [fast, false, 'warn', 'warn'],
    [fast, false, 'pause', 'warn'],
    [fast, true, 'warn', 'nothing'],
    [fast, true, 'pause', 'pause'],
  ] as const)('%o, warned %s, rule %s: %s', (finding, isWarned, rule, step) => {
    expect(paceStep(finding, isWarned, rule)).toBe(step);
  });
});
