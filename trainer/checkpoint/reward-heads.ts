/**
 * The heads of a reward model's ensemble, in a file of their own beside the model, whose `score.weight` is their mean: a head is
 * linear, so the mean head's score is the mean of the members' scores, and `transformers` loads a plain reward model.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FloatArray } from '../runtime/nd-array';
import { assertFinite } from './finite';
import { readSafetensors, writeSafetensors } from './safetensors';

const FILE = 'score_heads.safetensors';
const NAME = 'score.weight';

/** @param heads (K, d) */
export async function writeRewardHeads(folder: string, heads: FloatArray): Promise<void> {
  assertFinite({ [NAME]: heads }, folder, 'It is not written.');
  await writeSafetensors(join(folder, FILE), { [NAME]: heads }, { dtype: 'F32', metadata: {} });
}

/** (K, d) to be put in the place of the parameter `score.weight`; null where the reward model is no ensemble. */
export async function readRewardHeads(folder: string): Promise<FloatArray | null> {
  if (!existsSync(join(folder, FILE))) return null;
  const { tensors } = await readSafetensors(join(folder, FILE));
  assertFinite(tensors, folder, 'The reward model is damaged: go back to an earlier checkpoint.');
  return tensors[NAME] ?? null;
}
