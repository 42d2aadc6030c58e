/** Which of a repository's files make a model that Heed can read. Nothing that holds code: no pickles (.bin), no Python. */
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import type { HubFile } from './client';

/** Without config.json and tokenizer.json there is no model. */
const required = ['config.json', 'tokenizer.json'];
const optional = ['generation_config.json', 'tokenizer_config.json', 'special_tokens_map.json', 'tokenizer.model', 'chat_template.jinja'];
export const indexName = 'model.safetensors.index.json';
const singleName = 'model.safetensors';

/** Everything but shards, which the index names. Throws HeedError(invalid) where a needed file is missing. */
export function chooseFiles(name: string, files: HubFile[]): HubFile[] {
  const has = (path: string) => files.some((file) => file.path === path);
  const missing = required.find((path) => !has(path));
  if (missing) throw new HeedError('invalid', `${name} has no ${missing}. Heed reads models in the layout of Hugging Face transformers.`);
  const weights = [indexName, singleName].find(has);
  if (!weights) {
    const others = files.map((file) => file.path).filter((path) => /\.(bin|pt|pth|gguf|h5|msgpack|onnx|safetensors)$/.test(path));
    const instead = others.length > 0 ? `, only ${others.slice(0, 3).join(', ')}` : '';
    throw new HeedError(
      'invalid',
      `${name} has no model.safetensors${instead}. Save it with transformers' save_pretrained, and give the folder.`,
    );
  }
  return files.filter(({ path }) => [...required, ...optional, weights].includes(path));
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** @param json what model.safetensors.index.json holds */
export function chooseShards(name: string, files: HubFile[], json: unknown): HubFile[] {
  const parsed = indexSchema.safeParse(json);
  if (!parsed.success) throw new HeedError('invalid', `${indexName} of ${name} has no weight_map.`, { cause: parsed.error });
  return [...new Set(Object.values(parsed.data.weight_map))].sort().map((path) => {
    const file = path.endsWith('.safetensors') ? files.find((each) => each.path === path) : undefined;
    if (!file) throw new HeedError('invalid', `${indexName} of ${name} names ${path}, which is not there.`);
    return file;
  });
}
