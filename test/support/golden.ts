/** The numbers from PyTorch in test/golden/fixtures, and the tiny models that they were computed with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModelFolder } from '@/trainer/checkpoint/huggingface';
import { readSafetensors } from '@/trainer/checkpoint/safetensors';
import type { ModelConfig } from '@/trainer/model/config';
import { parameterShapes } from '@/trainer/model/parameter-shapes';
import { layoutOf, pack, type Layout } from '@/trainer/model/parameters';
import type { FloatArray } from '@/trainer/runtime/nd-array';

const folder = join(import.meta.dirname, '../golden/fixtures');

export const readFixture = <T>(path: string): T => JSON.parse(readFileSync(join(folder, path), 'utf8')) as T;

export type GoldenModel<T> = {
  config: ModelConfig;
  layout: Layout;
  params: FloatArray;
  expected: T;
  tensors: Record<string, FloatArray>;
};

export async function goldenModel<T>(name: string): Promise<GoldenModel<T>> {
  const { config, head, tensors } = await readModelFolder(join(folder, name));
  const layout = layoutOf(parameterShapes(config, head));
  return {
    config,
    layout,
    params: pack(layout, tensors),
    expected: readFixture(`${name}/expected.json`),
    tensors: (await readSafetensors(join(folder, name, 'expected.safetensors'))).tensors,
  };
}
