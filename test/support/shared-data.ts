/** Real models and data that tests use where they are at hand; null where they are not ("skipped: no shared data"). */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/data', import.meta.url));

export const sharedData: string | null = existsSync(folder) ? folder : null;
