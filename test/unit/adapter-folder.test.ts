import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inspectModel } from '@/trainer/checkpoint/inspect';
import { readAdapterFolder, writeAdapterFolder } from '@/trainer/checkpoint/peft';
import { readSafetensors, writeSafetensors } from '@/trainer/checkpoint/safetensors';
import { parseModelConfig } from '@/trainer/model/config';
import { initialAdapter, type LoraConfig } from '@/trainer/model/lora';
import { float32 } from '@/trainer/runtime/nd-array';
import { writeTinyModel } from '../support/tiny-model';

const lora: LoraConfig = { r: 2, alpha: 4, targetModules: ['q_proj', 'mlp.down_proj'] };

let root: string;
let baseFolder: string;
let folder: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-adapter-'));
  baseFolder = join(root, 'base');
  await writeTinyModel(baseFolder);
  const config = parseModelConfig(JSON.parse(await readFile(join(baseFolder, 'config.json'), 'utf8')));
  const tensors = initialAdapter(config, lora, 1);
  await writeAdapterFolder(join(root, 'pristine'), { parentFolder: baseFolder, baseFolder, head: 'language', lora, tensors });
});
beforeEach(async () => {
  folder = join(root, `adapter-${count++}`);
  await cp(join(root, 'pristine'), folder, { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const changeConfig = async (change: object) => {
  const file = join(folder, 'adapter_config.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...change }));
};

it('begins as PEFT does: A uniform in ±1/√in, B zero', async () => {
  const { tensors } = await readAdapterFolder(folder);
  const layer = 'model.layers.1.mlp.down_proj';
  const [a, b] = [tensors[`${layer}.lora_A.weight`]!, tensors[`${layer}.lora_B.weight`]!];
  expect([a.shape, b.shape]).toEqual([
    [2, 64],
    [32, 2],
  ]);
  const largest = Math.max(...a.data.map(Math.abs));
  expect(largest).toBeLessThanOrEqual(1 / 8);
  expect(largest).toBeGreaterThan(0.9 / 8);
  expect(b.data.every((x) => x === 0)).toBe(true);
});

it('can be what a project starts from', async () => {
  expect(await inspectModel(folder)).toEqual(await inspectModel(baseFolder));
});

it('made elsewhere, without a config.json, takes configuration and tokenizer from its base', async () => {
  for (const name of ['config.json', 'generation_config.json', 'tokenizer.json']) await rm(join(folder, name));
  await changeConfig({ base_model_name_or_path: '../base' });
  expect(await readAdapterFolder(folder)).toMatchObject({ baseFolder, configFolder: baseFolder, head: 'language' });
  await inspectModel(folder);
});

describe('is refused with a reason', () => {
  it.each([
    ['another method', { peft_type: 'IA3' }, 'peft_type: only LORA'],
    ['weight decomposition', { use_dora: true }, 'use_dora is not supported'],
    ['another scale', { use_rslora: true }, 'use_rslora is not supported'],
    ['ranks by layer', { rank_pattern: { q_proj: 8 } }, 'rank_pattern is not supported'],
    ['biases', { bias: 'all' }, 'trained biases'],
    ['another rank than its matrices have', { r: 3 }, 'should have [3,32]'],
    ['targets without matrices', { target_modules: ['q_proj', 'mlp.down_proj', 'v_proj'] }, 'v_proj.lora_A.weight is missing'],
    ['matrices without targets', { target_modules: ['q_proj'] }, 'belongs to no adapted layer'],
    ['targets that no layer has', { target_modules: ['c_attn'] }, 'no linear layer "c_attn"'],
  ])('%s', async (_, change, message) => {
    await changeConfig(change);
    await expect(readAdapterFolder(folder)).rejects.toMatchObject({
      name: 'HeedError',
      code: 'invalid',
      message: expect.stringContaining(message),
    });
  });

  it('a configuration that is no JSON', async () => {
    await writeFile(join(folder, 'adapter_config.json'), '{');
    await expect(readAdapterFolder(folder)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('not valid JSON') });
  });

  it('a base that is gone', async () => {
    await rm(join(folder, 'config.json'));
    await changeConfig({ base_model_name_or_path: 'meta/elsewhere' });
    await expect(readAdapterFolder(folder)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('meta/elsewhere'),
    });
  });

  it('numbers that are none', async () => {
    const file = join(folder, 'adapter_model.safetensors');
    const { tensors } = await readSafetensors(file);
    const [name, tensor] = Object.entries(tensors)[0]!;
    await writeSafetensors(file, { ...tensors, [name]: float32(tensor.shape, tensor.data.fill(NaN)) }, { dtype: 'F32', metadata: {} });
    await expect(readAdapterFolder(folder)).rejects.toThrow('holds NaN');
  });
});
