/** The models that both sides of the benchmark run: random weights of real shapes, written once as a Hugging Face folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@/trainer/checkpoint/safetensors';
import { createRng } from '@/lib/rng';
import { parseModelConfig, type ModelConfig } from '@/trainer/model/config';
import { parameterShapes } from '@/trainer/model/parameter-shapes';
import { float32, sizeOf, type FloatArray } from '@/trainer/runtime/nd-array';

const llama = (json: Record<string, unknown>) => ({
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  tie_word_embeddings: true,
  bos_token_id: 1,
  eos_token_id: 2,
  pad_token_id: 0,
  initializer_range: 0.02,
  ...json,
});

const configs = {
  '1M': llama({
    hidden_size: 128,
    intermediate_size: 352,
    num_hidden_layers: 5,
    num_attention_heads: 4,
    num_key_value_heads: 4,
    vocab_size: 1024,
    max_position_embeddings: 512,
  }),
  '14M': llama({
    hidden_size: 384,
    intermediate_size: 1024,
    num_hidden_layers: 6,
    num_attention_heads: 6,
    num_key_value_heads: 6,
    vocab_size: 8192,
    max_position_embeddings: 512,
  }),
  '135M': llama({
    hidden_size: 576,
    intermediate_size: 1536,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    vocab_size: 49_152,
    max_position_embeddings: 2048,
    rope_theta: 100_000,
  }),
};
export type ModelName = keyof typeof configs;

export type BenchModel = { folder: string; config: ModelConfig; tensors: Record<string, FloatArray>; parameters: number };

export async function makeModel(name: ModelName, parentFolder: string): Promise<BenchModel> {
  const folder = join(parentFolder, name);
  await mkdir(folder, { recursive: true });
  const config = parseModelConfig(configs[name]);
  const rng = createRng(1);
  const random = (shape: number[]) => {
    if (shape.length === 1) return float32(shape, new Float32Array(sizeOf(shape)).fill(1));
    return float32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => 0.02 * rng.normal()),
    );
  };
  const tensors = Object.fromEntries(Object.entries(parameterShapes(config, 'language')).map(([key, shape]) => [key, random(shape)]));
  await writeFile(join(folder, 'config.json'), JSON.stringify(configs[name]));
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { dtype: 'F32', metadata: { format: 'pt' } });
  return { folder, config, tensors, parameters: Object.values(tensors).reduce((sum, t) => sum + t.data.length, 0) };
}
