/**
 * How many database connections every process of one Heed may hold, so that all of them together stay below what the server takes. A
 * pool opens them as it needs them, so these are the most there can be.
 */
import { HeedError } from '@/lib/errors';

/** What stays free for commands (`heed import`, `heed export` …) and for a look with psql. */
export const reserve = 8;
/** Its own pool, for a moment at the start; the web app's and the trainer's each have a listener besides. */
const launcher = 2;
const listeners = 2;
const trainer = 4;
const web = { fewest: 2, usual: 16 };
const fixed = reserve + launcher + listeners + trainer;

export type PoolSizes = { web: number; trainer: number };

/** The most that the processes hold, the reserve not counted. */
export const sumOf = (pools: PoolSizes): number => launcher + listeners + pools.web + pools.trainer;

/**
 * @param limit connections that the server gives to ordinary accounts
 * @param given what HEED_POOL_SIZE says of the web app's pool
 * @throws HeedError invalid when they would not all find a place
 */
export function poolSizes(limit: number, given?: number): PoolSizes {
  const room = limit - fixed;
  if (given !== undefined && given > room && room >= web.fewest)
    throw new HeedError(
      'invalid',
      `HEED_POOL_SIZE is ${given}, but the database server leaves ${room} for the web app. Lower it, or raise the server's max_connections.`,
    );
  if (room < web.fewest)
    throw new HeedError(
      'invalid',
      `The database server takes ${limit} connections; Heed needs ${fixed + web.fewest}. Raise its max_connections.`,
    );
  return { web: given ?? Math.min(web.usual, room), trainer };
}
