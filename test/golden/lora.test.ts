/** LoRA against PEFT: outputs, loss and every gradient on adapters that PEFT saved, and the layout that we write. */
import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModelFolder, type ModelFolder } from '@/trainer/checkpoint/huggingface';
import { readAdapterFolder, writeAdapterFolder, type AdapterFolder } from '@/trainer/checkpoint/peft';
import { readSafetensors } from '@/trainer/checkpoint/safetensors';
import { collateLanguage, collateScoring } from '@/trainer/data/collate';
import { pairwiseLoss } from '@/trainer/losses/pairwise';
import type { ModelConfig } from '@/trainer/model/config';
import type { Params } from '@/trainer/model/layers';
import { mergeAdapter } from '@/trainer/model/lora';
import { layoutOf, pack, unpack, unpackTensors, type ParameterArrays } from '@/trainer/model/parameters';
import { hiddenStates, languageHead, scalarHead } from '@/trainer/model/transformer';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { bool, int32, type FloatArray } from '@/trainer/runtime/nd-array';
import { rawScores } from '@/trainer/stages/scoring';
import { languageLoss } from '@/trainer/stages/sft';
import { describeOnEveryBackend } from '../support/backends';
import { expectClose, expectNear } from '../support/close';
import { readFixture } from '../support/golden';

const fixtures = join(import.meta.dirname, 'fixtures');
type Expected = { inputIds: number[][]; attentionMask: number[][]; loss: number };

describe.each(['lora-qwen2', 'lora-gpt2-reward'])('%s', (name) => {
  let base: ModelFolder;
  let adapter: AdapterFolder;
  let config: ModelConfig;
  let expected: Expected;
  let tensors: Record<string, FloatArray>;
  let ids: ReturnType<typeof int32>;
  let isPad: ReturnType<typeof bool>;
  const root = mkdtemp(join(tmpdir(), 'heed-lora-'));
  beforeAll(async () => {
    adapter = await readAdapterFolder(join(fixtures, name));
    base = await readModelFolder(adapter.baseFolder);
    config = { ...base.config, lora: adapter.lora };
    expected = readFixture<Expected>(`${name}/expected.json`);
    tensors = (await readSafetensors(join(fixtures, name, 'expected.safetensors'))).tensors;
    const shape = [2, expected.inputIds[0]!.length];
    ids = int32(shape, expected.inputIds.flat());
    isPad = bool(
      shape,
      expected.attentionMask.flat().map((m) => 1 - m),
    );
  });
  afterAll(async () => rm(await root, { recursive: true, force: true }));

  const outputs = async (params: ParameterArrays): Promise<number[]> => {
    const program = jit('outputs', (x: { params: Params; ids: tf.Tensor; isPad: tf.Tensor }) => {
      const hidden = hiddenStates(config, x.params, x.ids, x.isPad);
      return { out: adapter.head === 'scalar' ? scalarHead(x.params, hidden) : languageHead(config, x.params, hidden) };
    });
    const { out } = await program({ params, ids, isPad });
    await program.dispose();
    const [rows, columns] = isPad.shape as [number, number];
    const width = out.data.length / rows / columns;
    const isWanted = (place: number) => (adapter.head === 'scalar' ? place % columns === columns - 1 : !isPad.data[place]);
    return Array.from(out.data as Float32Array).filter((_, i) => isWanted(Math.floor(i / width)));
  };
  const wanted = () => {
    const all = Array.from(tensors.out!.data);
    return adapter.head === 'scalar' ? all : all.filter((_, i) => !isPad.data[Math.floor(i / config.vocabSize)]);
  };

  describeOnEveryBackend((options) => {
    beforeAll(() => configureRuntime(options));

    test('logits or scores, on the frozen base and merged', async () => {
      expectNear(await outputs({ ...base.tensors, ...adapter.tensors }), wanted(), 'under the adapter');
      const merged = mergeAdapter(base.config, adapter.lora, base.tensors, adapter.tensors);
      expect(Object.keys(merged).sort()).toEqual(Object.keys(base.tensors).sort());
      const head = adapter.tensors['score.weight'];
      expectNear(await outputs({ ...merged, ...(head ? { 'score.weight': head } : {}) }), wanted(), 'merged');
    });

    test('loss and every gradient, which only what is trained has', async () => {
      const layout = layoutOf(Object.fromEntries(Object.entries(adapter.tensors).map(([key, { shape }]) => [key, shape])));
      const rows = expected.inputIds.map((row, r) => row.filter((_, t) => expected.attentionMask[r]![t]));
      const language = collateLanguage([split(rows[0]!, 5), split(rows[1]!, 3)], 16, 0);
      const scoring = collateScoring(
        rows.map((row) => split(row, 2)),
        16,
        0,
      );
      type Batch = Record<'ids' | 'isPad' | 'targets' | 'lossMask' | 'responseMask', tf.Tensor>;
      const program = jit('gradients', (x: { flat: tf.Tensor; frozen: Params; batch: Batch }) =>
        tf.valueAndGrad((flat) => {
          if (adapter.head === 'language')
            return languageLoss(config, { ...x.frozen, ...unpackTensors(layout, flat) }, x.batch).loss as tf.Scalar;
          const scores = rawScores(config, { ...x.frozen, ...unpackTensors(layout, flat) }, x.batch, 'last');
          const [rewardsA, rewardsB] = tf.split(scores as tf.Tensor1D, 2) as [tf.Tensor, tf.Tensor];
          const given = { chosenShare: tf.ones([1]), margin: tf.zeros([1]), weight: tf.ones([1]) };
          return pairwiseLoss({ rewardsA, rewardsB, ...given }, 0.01) as tf.Scalar;
        })(x.flat),
      );
      const batch = (adapter.head === 'language' ? language : scoring) as unknown as Parameters<typeof program>[0]['batch'];
      const { value, grad } = await program({ flat: pack(layout, adapter.tensors), frozen: base.tensors, batch });
      await program.dispose();
      expect(value.data[0]).toBeCloseTo(expected.loss, 5);
      const gradients = Object.entries(unpack(layout, grad as FloatArray));
      expect(gradients.map(([key]) => `grad.${key}`).sort()).toEqual(
        Object.keys(tensors)
          .filter((key) => key !== 'out')
          .sort(),
      );
      for (const [parameter, gradient] of gradients) expectClose(gradient, tensors[`grad.${parameter}`]!, parameter);
    });
  });

  test('what we write is what PEFT wrote, and is read back', async () => {
    const folder = join(await root, name);
    // The fixtures' bases have no tokenizer, which a reward model's pad token is read from.
    const parentFolder = adapter.head === 'scalar' ? await withTokenizer(adapter.baseFolder, join(await root, 'base')) : adapter.baseFolder;
    await writeAdapterFolder(folder, { ...adapter, parentFolder });
    const written = await readSafetensors(join(folder, 'adapter_model.safetensors'));
    const original = await readSafetensors(join(fixtures, name, 'adapter_model.safetensors'));
    expect(written.tensors).toEqual(original.tensors);
    const configOf = async (of: string) => JSON.parse(await readFile(join(of, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    const { base_model_name_or_path: at, modules_to_save: heads, ...ours } = await configOf(folder);
    expect(await configOf(join(fixtures, name))).toMatchObject(ours);
    expect(heads).toEqual(adapter.head === 'scalar' ? ['score'] : null);
    expect(at).toBe(adapter.baseFolder);
    const again = await readAdapterFolder(folder);
    expect(again).toEqual({ ...adapter, configFolder: folder });
  });
});

const split = (row: number[], at: number) => ({ prompt: row.slice(0, at), response: row.slice(at) });

async function withTokenizer(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
    await copyFile(join(import.meta.dirname, '../../trainer/base-model', file), join(to, file));
  return to;
}
