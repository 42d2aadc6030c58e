/**
 * What we write has the tensors and the configuration that transformers wrote, for every family and both heads. That transformers
 * loads our folders was shown by scripts/check_saved.py (see fixtures/README.md).
 */
import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModelFolder, writeModelFolder } from '@/trainer/checkpoint/huggingface';
import { readSafetensors } from '@/trainer/checkpoint/safetensors';

const fixtures = join(import.meta.dirname, 'fixtures');
const builtIn = join(import.meta.dirname, '../../trainer/base-model');

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-saved-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test.each(['llama-untied', 'llama-scaled', 'llama-reward', 'qwen2', 'qwen2-reward', 'gpt2', 'gpt2-reward'])('%s', async (name) => {
  const parentFolder = join(root, name);
  await cp(join(fixtures, name), parentFolder, { recursive: true });
  // Where the pad token's id is read.
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
    await copyFile(join(builtIn, file), join(parentFolder, file));
  const { tensors, head } = await readModelFolder(parentFolder);
  const saved = join(root, `${name}-saved`);
  await writeModelFolder(saved, { parentFolder, head, tensors });

  const written = await readSafetensors(join(saved, 'model.safetensors'));
  const original = await readSafetensors(join(fixtures, name, 'model.safetensors'));
  expect(Object.keys(written.tensors).sort()).toEqual(Object.keys(original.tensors).sort());
  for (const [key, tensor] of Object.entries(original.tensors)) expect(written.tensors[key], key).toEqual(tensor);
  // transformers 5 calls the type `dtype`; one label stands in the label names, which are ours.
  const config = async (folder: string) => {
    const { dtype: _, torch_dtype: __, id2label, label2id, num_labels, ...rest } = await json(join(folder, 'config.json'));
    return { rest, labels: id2label && Object.keys(id2label).length, byName: label2id && Object.values(label2id), count: num_labels };
  };
  const [ours, theirs] = [await config(saved), await config(join(fixtures, name))];
  expect(ours.rest).toEqual(theirs.rest);
  expect({ labels: ours.labels, byName: ours.byName }).toEqual({ labels: theirs.labels, byName: theirs.byName });
  expect(ours.count).toBe(head === 'scalar' ? 1 : undefined);
});

const json = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as Record<string, object>;
