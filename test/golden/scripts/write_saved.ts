/**
 * Writes the fixtures' models as Heed saves them, with what Heed computes on them (`ours.json`), for check_saved.py:
 *   npx tsx test/golden/scripts/write_saved.ts FOLDER && python test/golden/scripts/check_saved.py FOLDER
 */
import { copyFile, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { readModelFolder, writeModelFolder } from '@/trainer/checkpoint/huggingface';
import { readAdapterFolder, writeAdapterFolder } from '@/trainer/checkpoint/peft';
import type { ModelConfig } from '@/trainer/model/config';
import type { Params } from '@/trainer/model/layers';
import { hiddenStates, languageHead, scalarHead } from '@/trainer/model/transformer';
import { jit } from '@/trainer/runtime/jit';
import type { ParameterArrays } from '@/trainer/model/parameters';
import { bool, int32 } from '@/trainer/runtime/nd-array';

const target = process.argv[2]!;
const fixtures = join(import.meta.dirname, '../fixtures');
const builtIn = join(import.meta.dirname, '../../../trainer/base-model');

async function withTokenizer(name: string): Promise<string> {
  const folder = join(target, `${name}-parent`);
  await cp(join(fixtures, name), folder, { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
    await copyFile(join(builtIn, file), join(folder, file));
  return folder;
}

async function writeOurs(folder: string, config: ModelConfig, head: 'language' | 'scalar', params: ParameterArrays): Promise<void> {
  const ids = Array.from({ length: 24 }, (_, i) => 3 + ((i * 7) % 50));
  const program = jit('check', (x: { params: Params; ids: tf.Tensor; isPad: tf.Tensor }) => {
    const hidden = hiddenStates(config, x.params, x.ids, x.isPad);
    return { out: head === 'scalar' ? scalarHead(x.params, hidden) : languageHead(config, x.params, hidden) };
  });
  const { out } = await program({ params, ids: int32([1, ids.length], ids), isPad: bool([1, ids.length]) });
  await program.dispose();
  const values = Array.from(out.data as Float32Array);
  await writeFile(join(folder, 'ours.json'), JSON.stringify({ head, ids, values: head === 'scalar' ? values.slice(-1) : values }));
}

for (const name of ['llama-untied', 'llama-scaled', 'llama-reward', 'qwen2', 'qwen2-reward', 'gpt2', 'gpt2-reward']) {
  const parentFolder = await withTokenizer(name);
  const { config, head, tensors } = await readModelFolder(parentFolder);
  const folder = join(target, name);
  await writeModelFolder(folder, { parentFolder, head, tensors });
  await writeOurs(folder, config, head, tensors);
}

for (const [name, base] of [
  ['lora-qwen2', 'qwen2'],
  ['lora-gpt2-reward', 'gpt2'],
] as const) {
  const baseFolder = join(target, `${base}-parent`);
  const adapter = await readAdapterFolder(join(fixtures, name));
  const { config, tensors } = await readModelFolder(baseFolder);
  const folder = join(target, name);
  await writeAdapterFolder(folder, { ...adapter, parentFolder: baseFolder, baseFolder });
  await writeOurs(folder, { ...config, lora: adapter.lora }, adapter.head, { ...tensors, ...adapter.tensors });
}
