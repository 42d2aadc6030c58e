/** Tokens by which a person's programs call /api/v1 as that person. */
import { z } from 'zod';
import { db, transaction } from '@/db/client';
import { insertApiToken, listApiTokens as selectApiTokens, revokeApiToken as markRevoked } from '@/db/queries/api-tokens';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { hashToken, newToken } from '@/lib/auth/secret-token';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';

export type ApiTokenView = { id: string; name: string; createdAt: Date; revokedAt: Date | null };

const createApiTokenSchema = z.object({ name: z.string().trim().min(1, 'Say what the token is for.').max(100) });
const revokeApiTokenSchema = z.object({ tokenId: z.uuid() });

/** The token is told once, here. */
export async function createApiToken(actor: Actor, input: z.input<typeof createApiTokenSchema>): Promise<ApiTokenView & { token: string }> {
  const { name } = parse(createApiTokenSchema, input);
  const token = `heed_${newToken()}`;
  return transaction(async (tx) => {
    const row = await insertApiToken(tx, { userId: actor.id, name, tokenHash: hashToken(token) });
    await audit(tx, actor, 'api-token.create', row.id, { name });
    return { ...row, token };
  });
}

/** The actor's own, newest first. */
export const listApiTokens = (actor: Actor): Promise<ApiTokenView[]> => selectApiTokens(db(), actor.id);

export async function revokeApiToken(actor: Actor, input: z.input<typeof revokeApiTokenSchema>): Promise<void> {
  const { tokenId } = parse(revokeApiTokenSchema, input);
  await transaction(async (tx) => {
    if (!(await markRevoked(tx, actor.id, tokenId))) throw refusal('no-such-token');
    await audit(tx, actor, 'api-token.revoke', tokenId);
  });
}
