import fc from 'fast-check';
import { expect, it } from 'vitest';
import { settingsHelp } from '@/bin/settings-help';
import { settingsOf } from '@/lib/projects/settings';
import { drawOverlap, overlapOf } from '@/lib/tasks/overlap';
import { roundConfigSchema } from '@/lib/training/hyperparameters';

const third = { base: 1, more: 3, moreShare: 0.2 };
const draws = Array.from({ length: 20_000 }, (_, i) => drawOverlap(third, 'compare', `prompt ${i}`, ['one', 'two']));

it('gives the share the larger overlap, and the others the smaller', () => {
  expect(new Set(draws)).toEqual(new Set([1, 3]));
  const share = draws.filter((overlap) => overlap === 3).length / draws.length;
  // Five standard deviations of a binomial share.
  expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / draws.length));
});

it('draws by what a task shows: again the same, in any order of the responses, and a larger share holds the smaller one', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.string(), { maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (prompt, shown, moreShare) => {
        const drawn = drawOverlap({ ...third, moreShare }, 'rank', prompt, shown);
        expect(
          drawOverlap(
            { ...third, moreShare },
            'rank',
            prompt,
            shown.toReversed().map((text) => ` ${text}\n`),
          ),
        ).toBe(drawn);
        if (drawn === 3) expect(drawOverlap({ ...third, moreShare: (1 + moreShare) / 2 }, 'rank', prompt, shown)).toBe(3);
      },
    ),
  );
});

it('is the same number for everybody at a share of 0, and the other one at 1', () => {
  expect(drawOverlap({ ...third, moreShare: 0 }, 'rate', 'any')).toBe(1);
  expect(drawOverlap({ ...third, moreShare: 1 }, 'rate', 'any')).toBe(3);
});

it('is what the round says, else what the project says, kind by kind', () => {
  const project = settingsOf({ compareOverlap: 2, compareMoreShare: 0.1, rankOverlap: 4 });
  const round = roundConfigSchema.parse({ overlap: { compareMoreOverlap: 5, compareMoreShare: 0, rateOverlap: 7 } }).overlap;
  expect(overlapOf('compare', project)).toEqual({ base: 2, more: 3, moreShare: 0.1 });
  expect(overlapOf('compare', project, round)).toEqual({ base: 2, more: 5, moreShare: 0 });
  expect(overlapOf('rank', project, round).base).toBe(4);
  expect(overlapOf('rate', project, round).base).toBe(7);
  expect(overlapOf('demonstrate', project, round).base).toBe(1);
});

it('stands in the help of heed round start', () => {
  expect(settingsHelp()).toContain('overlap.compareMoreShare = null   (0 … 1, or null)');
});
