/** Models that cannot be used, as files on disk: each is refused with what is wrong, and nothing is half loaded. */
import { appendFile, copyFile, cp, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from '@/trainer/checkpoint/safetensors';
import { writeModelFolder } from '@/trainer/checkpoint/huggingface';
import { loadModel } from '@/trainer/model/load';
import { unpack } from '@/trainer/model/parameters';
import { float32, type FloatArray } from '@/trainer/runtime/nd-array';
import { recordStage } from '../support/run-stage';
import { sftInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

let root: string;
let pristine: string;
let folder: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-bad-model-'));
  pristine = join(root, 'pristine');
  await writeTinyModel(pristine);
});
beforeEach(async () => {
  folder = join(root, `model-${count++}`);
  await cp(pristine, folder, { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const weights = () => join(folder, 'model.safetensors');
const refused = (message: string | RegExp, code = 'invalid') =>
  expect(loadModel(folder, 'language')).rejects.toMatchObject({
    name: 'HeedError',
    code,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
    details: expect.objectContaining({ reason: 'model-unreadable', folder }),
  });
const changeConfig = async (change: object) => {
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
};
const changeTensors = async (change: (tensors: Record<string, FloatArray>) => void) => {
  const { tensors } = await readSafetensors(weights());
  change(tensors);
  await writeSafetensors(weights(), tensors, { dtype: 'F32', metadata: {} });
};

it('the model itself is fine', async () => {
  expect((await loadModel(folder, 'language')).params.data.length).toBeGreaterThan(50_000);
});

describe('config.json', () => {
  it.each<[object, string]>([
    [{ hidden_size: '32' }, 'hidden_size'],
    [{ num_hidden_layers: 2.5 }, 'num_hidden_layers'],
    [{ vocab_size: null }, 'vocab_size'],
    [{ tie_word_embeddings: 'yes' }, 'tie_word_embeddings'],
    [{ rms_norm_eps: -1 }, 'rms_norm_eps'],
    [{ eos_token_id: 'two' }, 'eos_token_id'],
    [{ max_position_embeddings: 0 }, 'max_position_embeddings'],
  ])('%j is named', async (change, field) => {
    await changeConfig(change);
    await refused(new RegExp(`config\\.json.*${field}`));
  });

  it.each<[object, string]>([
    [{ model_type: 'mamba' }, 'Unknown architecture "mamba"'],
    [{ model_type: 7 }, 'Unknown architecture 7'],
    [{ architectures: ['LlamaForTokenClassification'] }, 'Unknown architecture LlamaForTokenClassification'],
    [{ hidden_act: 'relu' }, 'hidden_act'],
  ])('%j is no model that is known', async (change, message) => {
    await changeConfig(change);
    await refused(message);
  });
});

describe('tensors', () => {
  it('missing, unknown and of another shape: each with its name and shape', async () => {
    await changeTensors((tensors) => {
      delete tensors['model.norm.weight'];
      tensors['model.layers.0.self_attn.q_proj.weight'] = float32([16, 32]);
      tensors['model.layers.9.extra'] = float32([3, 5]);
    });
    await refused(/model\.norm\.weight \[32\] is missing/);
    await refused(/model\.layers\.0\.self_attn\.q_proj\.weight has shape \[16,32\], config\.json asks for \[32,32\]/);
    await refused(/model\.layers\.9\.extra \[3,5\] does not belong/);
  });

  it('of a type that cannot be read', async () => {
    const bytes = await readFile(weights());
    await writeFile(weights(), Buffer.from(bytes.toString('latin1').replace('"dtype":"F32"', '"dtype":"I32"'), 'latin1'));
    await refused(/has the type I32; F32, F16 and BF16 can be read/);
  });

  it('cut short, or with a header that promises more than there is', async () => {
    const bytes = await readFile(weights());
    await writeFile(weights(), bytes.subarray(0, bytes.length - 1000));
    await refused('it is truncated');
    const longer = Buffer.from(bytes);
    longer.writeBigUInt64LE(BigInt(bytes.length));
    await writeFile(weights(), longer);
    await refused('its header claims');
  });

  it.each([NaN, Infinity, -Infinity])('that hold %d: the tensor is named, and where', async (value) => {
    await changeTensors((tensors) => void (tensors['model.layers.1.mlp.down_proj.weight']!.data[77] = value));
    await refused(`tensor model.layers.1.mlp.down_proj.weight [32,64] holds ${value} at position 77`);
  });

  it('that hold NaN are not written either', async () => {
    const model = await loadModel(folder, 'language');
    const tensors = unpack(model.layout, model.params);
    tensors['model.norm.weight']!.data[3] = NaN;
    const never = join(root, 'never');
    await expect(writeModelFolder(never, { parentFolder: folder, head: 'language', tensors })).rejects.toMatchObject({
      message: expect.stringContaining('tensor model.norm.weight [32] holds NaN at position 3'),
    });
    await expect(readFile(join(never, 'config.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('shards', () => {
  const shards = ['a.safetensors', 'b.safetensors'];
  /** Puts the tensors into two files; returns the index that fits them. */
  async function split(): Promise<Record<string, string>> {
    const { tensors } = await readSafetensors(weights());
    const names = Object.keys(tensors);
    const weightMap = Object.fromEntries(names.map((name, i) => [name, shards[i % 2]!]));
    for (const file of shards) {
      const part = Object.fromEntries(names.filter((name) => weightMap[name] === file).map((name) => [name, tensors[name]!]));
      await writeSafetensors(join(folder, file), part, { dtype: 'F32', metadata: {} });
    }
    await rm(weights());
    return weightMap;
  }
  const writeIndex = (weightMap: unknown) =>
    writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));

  it('are read together', async () => {
    await writeIndex(await split());
    expect((await loadModel(folder, 'language')).params).toEqual((await loadModel(pristine, 'language')).params);
  });

  it('of which one is missing', async () => {
    await writeIndex(await split());
    await rm(join(folder, 'b.safetensors'));
    await refused('1 of 2 shards are missing (b.safetensors)');
  });

  it('that the index does not describe', async () => {
    const weightMap = await split();
    await writeIndex({ ...weightMap, 'model.norm.weight': shards.find((file) => file !== weightMap['model.norm.weight']) });
    await refused(/model\.norm\.weight stands in .\.safetensors, the index says .\.safetensors/);
    await writeIndex({ ...weightMap, 'model.ghost': 'a.safetensors' });
    await refused('model.ghost is not in a.safetensors');
    const { 'model.norm.weight': _, ...incomplete } = weightMap;
    await writeIndex(incomplete);
    await refused(/model\.norm\.weight stands in .\.safetensors, but not in the index/);
  });

  it('that hold a tensor twice', async () => {
    const weightMap = await split();
    const { tensors } = await readSafetensors(join(folder, 'a.safetensors'));
    const twice = Object.keys(tensors)[0]!;
    const other = (await readSafetensors(join(folder, 'b.safetensors'))).tensors;
    await writeSafetensors(join(folder, 'b.safetensors'), { ...other, [twice]: tensors[twice]! }, { dtype: 'F32', metadata: {} });
    await writeIndex(weightMap);
    await refused(`${twice} stands in a.safetensors and in b.safetensors`);
  });

  it.each([[{}], ['a.safetensors'], [{ x: 7 }], [{ x: '../../secrets' }]])('with the index %j', async (weightMap) => {
    await split();
    await writeIndex(weightMap);
    await refused('model.safetensors.index.json');
  });
});

describe('vocabulary', () => {
  const vocabSize = async () => (JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { vocab_size: number }).vocab_size;
  const resize = async (rows: number) => {
    await changeConfig({ vocab_size: rows });
    await changeTensors((tensors) => {
      const { data } = tensors['model.embed_tokens.weight']!;
      const resized = new Float32Array(rows * 32);
      resized.set(data.subarray(0, resized.length));
      tensors['model.embed_tokens.weight'] = float32([rows, 32], resized);
    });
  };

  it('smaller than the tokenizer’s is refused, with both numbers', async () => {
    const size = await vocabSize();
    await resize(size - 1);
    await refused(`has ids up to ${size - 1}, the model has a vocabulary of ${size - 1}`);
  });

  it('padded beyond the tokenizer’s is fine', async () => {
    const size = await vocabSize();
    await resize(size + 64);
    const model = await loadModel(folder, 'language');
    expect([model.config.vocabSize, model.tokenizer.vocabSize]).toEqual([size + 64, size]);
  });
});

describe('a checkpoint of Heed’s own', () => {
  const run = (recordedHashes: Record<string, string>) => recordStage({ ...sftInput(folder, join(root, `out-${count}`)), recordedHashes });

  it('that was changed on disk is refused before it is read, naming the file', async () => {
    const written = join(root, `own-${count}`);
    const { writeFolder } = await import('@/trainer/checkpoint/store');
    const { sha256 } = await writeFolder(written, (temporary) => cp(pristine, temporary, { recursive: true }));
    const { dataStart } = await readSafetensorsHeader(join(written, 'model.safetensors'));
    const file = await open(join(written, 'model.safetensors'), 'r+');
    await file.write(Buffer.from([1]), 0, 1, dataStart + 4000);
    await file.close();
    await expect(run({ [written]: sha256 })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/was changed or damaged: model\.safetensors is not as written/),
    });
    await copyFile(join(pristine, 'model.safetensors'), join(written, 'model.safetensors'));
    await rm(join(written, 'tokenizer.json'));
    await appendFile(join(written, 'config.json'), ' ');
    await expect(run({ [written]: sha256 })).rejects.toMatchObject({
      message: expect.stringMatching(/config\.json, tokenizer\.json \(missing\) are not as written/),
    });
    await rm(written, { recursive: true });
    await expect(run({ [written]: sha256 })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('is gone from the disk'),
    });
  });
});
