/** Real models and data that tests use where they are at hand; null where they are not ("skipped: no shared data"). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/data', import.meta.url));

export const sharedData: string | null = existsSync(folder) ? folder : null;

/**
 * What test/golden/scripts/convert_smollm2.py has made, where HEED_TEST_SMOLLM2 says so ("skipped: no SmolLM2 folder").
 * @throws where the variable names a folder without it
 */
export const smolLm2Folder: string | null = process.env.HEED_TEST_SMOLLM2 || null;
if (smolLm2Folder && !existsSync(join(smolLm2Folder, 'reference.json')))
  throw new Error(`HEED_TEST_SMOLLM2: ${smolLm2Folder} holds no reference.json. See test/golden/fixtures/README.md.`);
