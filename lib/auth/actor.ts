/** Who acts: a signed-in person, or whoever has a shell on this machine. Passed first to every use case. */
import type { Role } from '@/db/enums';

export type Actor = { id: string; name: string; email: string; role: Role };

/** The command line and the launcher: they hold the data folder already, so they may do everything. Has no row in `users`. */
export const systemActor: Actor = { id: '00000000-0000-0000-0000-000000000000', name: 'Heed', email: '', role: 'admin' };

/** For columns that refer to `users`: the system itself is null there. */
export const userIdOf = (actor: Actor): string | null => (actor.id === systemActor.id ? null : actor.id);
