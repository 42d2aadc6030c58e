/** `heed token`: tokens by which a person's programs call the API. Only their hash is stored, so a token is told once. */
import { systemActor } from '@/lib/auth/actor';
import { actorOfEmail } from '@/lib/people/actor-of-email';
import { createApiToken, listApiTokens, revokeApiToken } from '@/lib/people/api-tokens';
import { print, table } from '../output';

type Output = { json?: boolean };

export async function createTokenCommand(email: string, { name, json }: { name: string } & Output): Promise<void> {
  const made = await createApiToken(await actorOfEmail(systemActor, email), { name });
  print(json, made, [made.token]);
  if (!json) console.error('Keep it: it cannot be shown again. Programs send it as "Authorization: Bearer …".');
}

export async function listTokensCommand(email: string, { json }: Output): Promise<void> {
  const tokens = await listApiTokens(await actorOfEmail(systemActor, email));
  const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? '–';
  const cells = tokens.map(({ id, name, createdAt, revokedAt }) => [id, name, day(createdAt), day(revokedAt)]);
  print(json, tokens, table(['ID', 'NAME', 'MADE', 'REVOKED'], cells));
}

export async function revokeTokenCommand(email: string, tokenId: string, { json }: Output): Promise<void> {
  await revokeApiToken(await actorOfEmail(systemActor, email), { tokenId });
  print(json, { id: tokenId }, ['The token is revoked.']);
}
