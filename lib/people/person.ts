import type { Role } from '@/db/enums';

export type Person = { id: string; name: string; email: string; role: Role; createdAt: Date; disabledAt: Date | null };

/** `number`: see names.ts. */
export type NumberedPerson = Person & { number: number };

export type InvitationState = 'open' | 'used' | 'expired' | 'revoked';
export type InvitationView = { id: string; email: string | null; role: Role; state: InvitationState; createdAt: Date; expiresAt: Date };

/** What the page behind the link shows. `isSetup`: the very first account. */
export type InvitationOffer = { role: Role; email: string | null; isSetup: boolean };
