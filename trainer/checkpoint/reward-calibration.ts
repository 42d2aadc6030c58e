/**
 * What a reward model's raw score means, kept in its config.json: `mean` and `std` of the scores of reference samples, and
 * where the score is read. A reward is (raw − mean) / std. The weights stay as trained, so `transformers` sees raw scores.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HeedError } from '@/lib/errors';

const schema = z.looseObject({
  mean: z.number().default(0),
  std: z.number().positive().default(1),
  pooling: z.enum(['last', 'mean']).default('last'),
  /** Of each member of an ensemble, whose heads are in `score_heads.safetensors`. */
  ensemble: z
    .object({ means: z.array(z.number()), stds: z.array(z.number().positive()) })
    .nullable()
    .default(null),
});
export type RewardCalibration = z.infer<typeof schema>;

export async function readRewardCalibration(folder: string): Promise<RewardCalibration> {
  const parsed = schema.safeParse(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')));
  if (!parsed.success)
    throw new HeedError('invalid', `${folder}/config.json: mean, std or pooling is not as a reward model has it.`, { cause: parsed.error });
  return parsed.data;
}
