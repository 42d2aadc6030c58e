/** What a model's makers advise for sampling: temperature, top_k and top_p of generation_config.json. Everything else in it is not read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HeedError } from '@/lib/errors';

// Null means "not set" there.
const schema = z.looseObject({
  temperature: z.number().nonnegative().nullish(),
  top_k: z.number().int().nonnegative().nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
});

export type GenerationDefaults = { temperature: number; topK: number; topP: number };

/** Temperature 1 and the whole vocabulary where nothing is said. @throws HeedError invalid: a file that cannot be read as that */
export async function readGenerationDefaults(folder: string): Promise<GenerationDefaults> {
  const file = join(folder, 'generation_config.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    const { temperature, top_k: topK, top_p: topP } = schema.parse(JSON.parse(text));
    // A temperature of 0 is how some say "do not sample".
    return { temperature: temperature || 1, topK: topK ?? 0, topP: topP ?? 1 };
  } catch (cause) {
    throw new HeedError(
      'invalid',
      `${file} cannot be read: temperature, top_k and top_p must be numbers in their ranges. Mend or delete it.`,
      { cause },
    );
  }
}
