/**
 * Writes the fixtures' models as Heed saves them, with what Heed computes on them (`ours.json`), for check_saved.py:
 *   npx tsx test/golden/scripts/write_saved.ts FOLDER && python test/golden/scripts/check_saved.py FOLDER
 */
import { copyFile, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { readModelFolder, writeModelFolder } from '@/trainer/checkpoint/huggingface';
import type { Params } from '@/trainer/model/layers';
import { hiddenStates, languageHead, scalarHead } from '@/trainer/model/transformer';
import { jit } from '@/trainer/runtime/jit';
import { bool, int32 } from '@/trainer/runtime/nd-array';

const target = process.argv[2]!;
const fixtures = join(import.meta.dirname, '../fixtures');
const builtIn = join(import.meta.dirname, '../../../trainer/base-model');

for (const name of ['llama-untied', 'llama-scaled', 'llama-reward', 'qwen2', 'qwen2-reward', 'gpt2', 'gpt2-reward']) {
  const parentFolder = join(target, `${name}-parent`);
  await cp(join(fixtures, name), parentFolder, { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
    await copyFile(join(builtIn, file), join(parentFolder, file));
  const { config, head, tensors } = await readModelFolder(parentFolder);
  const folder = join(target, name);
  await writeModelFolder(folder, { parentFolder, head, tensors });
  const ids = Array.from({ length: 24 }, (_, i) => 3 + ((i * 7) % 50));
  const program = jit('check', (x: { params: Params; ids: tf.Tensor; isPad: tf.Tensor }) => {
    const hidden = hiddenStates(config, x.params, x.ids, x.isPad);
    return { out: head === 'scalar' ? scalarHead(x.params, hidden) : languageHead(config, x.params, hidden) };
  });
  const { out } = await program({ params: tensors, ids: int32([1, ids.length], ids), isPad: bool([1, ids.length]) });
  await program.dispose();
  const values = Array.from(out.data as Float32Array);
  await writeFile(join(folder, 'ours.json'), JSON.stringify({ head, ids, values: head === 'scalar' ? values.slice(-1) : values }));
}
