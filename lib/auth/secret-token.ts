/** Tokens that stand in links and headers. Only their hash is stored, so the database alone opens nothing. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 bits, safe in a URL. A plain hash is enough for it: nobody can guess through 2²⁵⁶ of them. */
export const newToken = (): string => randomBytes(32).toString('base64url');
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
