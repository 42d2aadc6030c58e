import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeBaseTokenizer } from '@/trainer/base-model/tokenizer';
import { readModelFolder, writeModelFolder } from '@/trainer/checkpoint/huggingface';
import { inspectModel } from '@/trainer/checkpoint/inspect';
import { readSafetensors, writeSafetensors } from '@/trainer/checkpoint/safetensors';
import { createRng } from '@/lib/rng';
import { parseModelConfig } from '@/trainer/model/config';
import { parameterShapes } from '@/trainer/model/parameter-shapes';
import { float32, type FloatArray, sizeOf } from '@/trainer/runtime/nd-array';
import { sharedData } from '../support/shared-data';

const configJson = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 300,
  max_position_embeddings: 64,
  bos_token_id: 1,
  eos_token_id: 2,
  tie_word_embeddings: true,
};

function randomTensors(head: 'language' | 'scalar', json: object = configJson): Record<string, FloatArray> {
  const rng = createRng(1);
  const shapes = parameterShapes(parseModelConfig(json), head);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      float32(
        shape,
        Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
      ),
    ]),
  );
}

let root: string;
let pristine: string;
let folder: string;
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-model-'));
  pristine = join(root, 'pristine');
  await writeBaseTokenizer(pristine, { seed: 1, size: 50, vocabSize: 300 });
  await writeFile(join(pristine, 'config.json'), JSON.stringify(configJson));
  await writeModelFolder(pristine, { parentFolder: pristine, head: 'language', tensors: randomTensors('language') });
});
beforeEach(async () => {
  folder = join(root, `model-${count++}`);
  await cp(pristine, folder, { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const changeJson = async (name: string, change: object) =>
  writeFile(join(folder, name), JSON.stringify({ ...JSON.parse(await readFile(join(folder, name), 'utf8').catch(() => '{}')), ...change }));
const changeTensors = async (change: (tensors: Record<string, FloatArray>) => void) => {
  const { tensors } = await readSafetensors(join(folder, 'model.safetensors'));
  change(tensors);
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { dtype: 'F32', metadata: {} });
};

describe('a model folder', () => {
  it('is written complete and read back', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const { config, head, tensors } = await readModelFolder(folder);
    expect({ head, eos: config.eosTokenIds }).toEqual({ head: 'language', eos: [2] });
    expect(tensors).toEqual(randomTensors('language'));
    expect((await readSafetensors(join(folder, 'model.safetensors'))).metadata).toEqual({ format: 'pt' });
  });

  it('becomes a reward model and a language model again', async () => {
    const reward = join(root, 'reward');
    await writeModelFolder(reward, {
      parentFolder: folder,
      head: 'scalar',
      tensors: randomTensors('scalar'),
      extraConfig: { reward_gain: 2 },
    });
    const read = await readModelFolder(reward);
    expect(read.head).toBe('scalar');
    expect(read.tensors['score.weight']!.shape).toEqual([1, 8]);
    expect(read.configJson).toMatchObject({
      architectures: ['LlamaForSequenceClassification'],
      num_labels: 1,
      pad_token_id: 0,
      reward_gain: 2,
    });
    const again = join(root, 'again');
    await writeModelFolder(again, { parentFolder: reward, head: 'language', tensors: randomTensors('language'), dtype: 'F16' });
    const { configJson: written } = await readModelFolder(again);
    expect(written).toMatchObject({ architectures: ['LlamaForCausalLM'], torch_dtype: 'float16' });
    expect(written).not.toHaveProperty('num_labels');
    await expect(inspectModel(reward)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('reward model') });
  });

  it('is summed up from its headers', async () => {
    const parameters = Object.values(parameterShapes(parseModelConfig(configJson), 'language')).reduce(
      (total, shape) => total + sizeOf(shape),
      0,
    );
    expect(await inspectModel(folder)).toEqual({
      architecture: 'llama',
      parameters,
      contextLength: 64,
      vocabSize: 300,
      hasChatTemplate: true,
    });
  });

  it('may come in shards, with tensors that say nothing new', async () => {
    await changeTensors((tensors) => {
      tensors['model.layers.0.self_attn.rotary_emb.inv_freq'] = float32([1]);
      tensors['lm_head.weight'] = tensors['model.embed_tokens.weight']!;
    });
    const { tensors } = await readSafetensors(join(folder, 'model.safetensors'));
    const weightMap: Record<string, string> = {};
    const names = Object.keys(tensors);
    for (const [file, part] of [
      ['a.safetensors', names.slice(0, 5)],
      ['b.safetensors', names.slice(5)],
    ] as const) {
      await writeSafetensors(join(folder, file), Object.fromEntries(part.map((name) => [name, tensors[name]!])), {
        dtype: 'F32',
        metadata: {},
      });
      for (const name of part) weightMap[name] = file;
    }
    await rm(join(folder, 'model.safetensors'));
    await changeJson('model.safetensors.index.json', { weight_map: weightMap });
    expect((await readModelFolder(folder)).tensors).toEqual(randomTensors('language'));
    await inspectModel(folder);
    await changeJson('model.safetensors.index.json', { weight_map: { x: '../../secrets' } });
    await expect(inspectModel(folder)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('outside the folder') });
  });
});

describe('a GPT-2 checkpoint', () => {
  const json = { ...configJson, architectures: ['GPT2LMHeadModel'], model_type: 'gpt2', n_embd: 8, n_layer: 2, n_head: 2, n_positions: 64 };

  it.each(['transformer.', ''])('is read with names that begin with "%s", and its mask buffers are left out', async (prefix) => {
    const expected = randomTensors('language', json);
    const written = Object.fromEntries(Object.entries(expected).map(([name, tensor]) => [name.replace('transformer.', prefix), tensor]));
    written[`${prefix}h.0.attn.bias`] = float32([1, 1, 64, 64]);
    written[`${prefix}h.0.attn.masked_bias`] = float32([]);
    written['lm_head.weight'] = expected['transformer.wte.weight']!;
    await writeFile(join(folder, 'config.json'), JSON.stringify(json));
    await writeSafetensors(join(folder, 'model.safetensors'), written, { dtype: 'F32', metadata: {} });
    expect((await readModelFolder(folder)).tensors).toEqual(expected);
    expect(await inspectModel(folder)).toMatchObject({ architecture: 'gpt2', contextLength: 64 });

    const reward = join(root, `gpt2-reward-${count++}`);
    await writeModelFolder(reward, { parentFolder: folder, head: 'scalar', tensors: randomTensors('scalar', json) });
    const { head, configJson: saved } = await readModelFolder(reward);
    expect({ head, saved }).toMatchObject({ head: 'scalar', saved: { architectures: ['GPT2ForSequenceClassification'], num_labels: 1 } });
  });
});

describe('a folder that cannot be used is refused with a reason', () => {
  const cases: [string, string, string, () => Promise<unknown>][] = [
    ['there is none', 'not_found', 'no model folder', () => rm(folder, { recursive: true })],
    ['no config', 'not_found', 'has no config.json', () => rm(join(folder, 'config.json'))],
    ['config is not JSON', 'invalid', 'config.json is not a JSON object', () => writeFile(join(folder, 'config.json'), '{')],
    ['an unknown family', 'invalid', 'Unknown architecture "mamba"', () => changeJson('config.json', { model_type: 'mamba' })],
    [
      'an unknown head',
      'invalid',
      'Unknown architecture LlamaForTokenClassification',
      () => changeJson('config.json', { architectures: ['LlamaForTokenClassification'] }),
    ],
    ['no weights', 'not_found', 'model.safetensors does not exist', () => rm(join(folder, 'model.safetensors'))],
    [
      'truncated weights',
      'invalid',
      'truncated',
      async () => writeFile(join(folder, 'model.safetensors'), (await readFile(join(folder, 'model.safetensors'))).subarray(0, -9)),
    ],
    [
      'a checkpoint of another size',
      'invalid',
      'model.embed_tokens.weight has shape [300,8], config.json asks for [300,16]',
      () => changeJson('config.json', { hidden_size: 16 }),
    ],
    [
      'a missing tensor',
      'invalid',
      'model.norm.weight [8] is missing',
      () => changeTensors((tensors) => delete tensors['model.norm.weight']),
    ],
    ['a missing head', 'invalid', 'lm_head.weight [300,8] is missing', () => changeJson('config.json', { tie_word_embeddings: false })],
    [
      'a tensor too many',
      'invalid',
      'extra.bias [1] does not belong to LlamaForCausalLM',
      () => changeTensors((tensors) => (tensors['extra.bias'] = float32([1]))),
    ],
    ['no tokenizer', 'invalid', 'has no tokenizer.json', () => rm(join(folder, 'tokenizer.json'))],
    [
      "another model's tokenizer",
      'invalid',
      'has ids up to 299, the model has a vocabulary of 200',
      async () => {
        const smaller = { ...configJson, vocab_size: 200 };
        await changeJson('config.json', smaller);
        await writeSafetensors(join(folder, 'model.safetensors'), randomTensors('language', smaller), { dtype: 'F32', metadata: {} });
      },
    ],
  ];
  it.each(cases)('%s', async (_, code, message, damage) => {
    await damage();
    await expect(inspectModel(folder)).rejects.toMatchObject({ name: 'HeedError', code, message: expect.stringContaining(message) });
  });

  it('tensors that do not fit are not written either', async () => {
    const target = join(root, 'never');
    await expect(
      writeModelFolder(target, { parentFolder: folder, head: 'scalar', tensors: randomTensors('language') }),
    ).rejects.toMatchObject({ message: expect.stringContaining('score.weight [1,8] is missing') });
    await expect(readdir(target)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('with all its problems in the details', async () => {
    await mkdir(folder, { recursive: true });
    await changeJson('config.json', { hidden_size: 16 });
    const error = await inspectModel(folder).catch((cause: unknown) => cause as { details: { problems: string[] } });
    expect((error as { details: { problems: string[] } }).details.problems.length).toBe(20);
  });
});

it.skipIf(!sharedData)('a real pretrained model is read (else skipped: no shared data)', async () => {
  const real = join(sharedData!, 'models/stories260K-hf');
  expect(await inspectModel(real)).toEqual({
    architecture: 'llama',
    parameters: 260_032,
    contextLength: 512,
    vocabSize: 512,
    hasChatTemplate: false,
  });
  const copy = join(root, 'stories');
  const { tensors } = await readModelFolder(real);
  await writeModelFolder(copy, { parentFolder: real, head: 'language', tensors });
  expect((await readModelFolder(copy)).tensors).toEqual(tensors);
});
