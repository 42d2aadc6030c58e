/**
 * Wakes whoever follows a round when something about it is new. One LISTEN connection a process, however many follow; it comes
 * back by itself, and then everybody looks, since what was sent meanwhile is lost.
 */
import { listen } from '@/db/client';
import { channels, type TrainingEvent } from '@/db/queries/notify';

type Wake = () => void;
type Hub = { followers: Map<string, Set<Wake>>; listening: Promise<unknown> | null };
// Next may load this module more than once in a process.
const shared = globalThis as { heedHub?: Hub };
const hub: Hub = (shared.heedHub ??= { followers: new Map(), listening: null });

/** Resolves once nothing can be missed any more. Call the result to stop. */
export async function follow(roundId: string, wake: () => void): Promise<() => void> {
  hub.listening ??= listen(channels.events, dispatch).catch((error: unknown) => {
    hub.listening = null;
    throw error;
  });
  await hub.listening;
  const followers = hub.followers.get(roundId) ?? new Set<Wake>();
  hub.followers.set(roundId, followers.add(wake));
  return () => {
    followers.delete(wake);
    if (followers.size === 0) hub.followers.delete(roundId);
  };
}

function dispatch(payload: string | null): void {
  const roundId = payload === null ? null : (JSON.parse(payload) as TrainingEvent).roundId;
  for (const [id, followers] of hub.followers) if (roundId === null || roundId === id) followers.forEach((wake) => wake());
}
