/** A Llama of some 60,000 random parameters with the built-in model's tokenizer: small enough to train in a test. */
import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModelFolder } from '@/trainer/checkpoint/huggingface';
import { loadTokenizer } from '@/trainer/data/tokenizer';
import { createRng } from '@/lib/rng';
import { parseModelConfig } from '@/trainer/model/config';
import { loadModel, type Model } from '@/trainer/model/load';
import { parameterShapes } from '@/trainer/model/parameter-shapes';
import { configureRuntime } from '@/trainer/runtime/jit';
import { float32, sizeOf } from '@/trainer/runtime/nd-array';

const builtIn = join(import.meta.dirname, '../../trainer/base-model');

const architecture = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 128,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
  bos_token_id: 1,
  eos_token_id: 2,
  pad_token_id: 0,
};

export async function writeTinyModel(folder: string, seed = 1): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
    await copyFile(join(builtIn, name), join(folder, name));
  const configJson = { ...architecture, vocab_size: (await loadTokenizer(folder)).vocabSize };
  await writeFile(join(folder, 'config.json'), JSON.stringify(configJson));
  const rng = createRng(seed);
  const random = (shape: number[]) =>
    float32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => (shape.length > 1 ? 0.1 * rng.normal() : 1)),
    );
  const shapes = Object.entries(parameterShapes(parseModelConfig(configJson), 'language'));
  const tensors = Object.fromEntries(shapes.map(([name, shape]) => [name, random(shape)]));
  await writeModelFolder(folder, { parentFolder: folder, head: 'language', tensors });
}

/** One to compute with; its folder is in `root`, a temporary one that the test removes. */
export async function loadTinyModel(name: string): Promise<{ root: string; model: Model }> {
  configureRuntime({ backend: 'onnx', threads: 2 });
  const root = await mkdtemp(join(tmpdir(), `heed-${name}-`));
  await writeTinyModel(join(root, 'model'));
  return { root, model: await loadModel(join(root, 'model'), 'language') };
}
