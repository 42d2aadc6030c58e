import fc from 'fast-check';
import { expect, it } from 'vitest';
import { poolSizes, reserve, sumOf } from '@/bin/connections';

it('all processes together stay below what the server takes, with room for commands', () => {
  fc.assert(
    fc.property(fc.integer({ min: 18, max: 1000 }), fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }), (limit, given) => {
      fc.pre(given === undefined || given <= limit - 16);
      const pools = poolSizes(limit, given);
      expect(sumOf(pools) + reserve).toBeLessThanOrEqual(limit);
      if (given !== undefined) expect(pools.web).toBe(given);
    }),
  );
});

it('gives the web app sixteen where there is room, as many as there are where there is less', () => {
  expect(poolSizes(97)).toEqual({ web: 16, trainer: 4 });
  expect(poolSizes(20)).toEqual({ web: 4, trainer: 4 });
});

it('says what to do where there is no room', () => {
  expect(() => poolSizes(17)).toThrow('The database server takes 17 connections; Heed needs 18. Raise its max_connections.');
  expect(() => poolSizes(97, 90)).toThrow(
    "HEED_POOL_SIZE is 90, but the database server leaves 81 for the web app. Lower it, or raise the server's max_connections.",
  );
});
