/** LoRA as the trainer uses it: what it costs in the graph, what it starts from, what is shared, how it is saved. */
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collateLanguage, type LanguageBatch } from '@/trainer/data/collate';
import type { Params } from '@/trainer/model/layers';
import { loadModel, loadTrainable, parametersOf, saveModel, withScalarHead, type Model } from '@/trainer/model/load';
import type { LoraConfig } from '@/trainer/model/lora';
import { hiddenStates, languageHead } from '@/trainer/model/transformer';
import { jit, type Arrays } from '@/trainer/runtime/jit';
import { unpackTensors } from '@/trainer/model/parameters';
import { float32, type FloatArray } from '@/trainer/runtime/nd-array';
import { Graph, recordInto, symbol, TRACE_BACKEND } from '@/trainer/runtime/onnx/trace';
import { languageLoss } from '@/trainer/stages/sft';
import { expectClose } from '../support/close';
import { recordStage } from '../support/run-stage';
import { ppoInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

const lora: LoraConfig = { r: 3, alpha: 6, targetModules: 'all-linear' };
const batch = collateLanguage(
  [
    { prompt: [5, 6, 7], response: [8, 9, 2] },
    { prompt: [10], response: [11, 12, 13, 14, 2] },
  ],
  7,
  0,
);

let root: string;
let folder: string;
let plain: Model;
let adapted: Model;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-lora-'));
  folder = join(root, 'model');
  await writeTinyModel(folder);
  plain = await loadModel(folder, 'language');
  adapted = await loadTrainable(folder, 'language', { lora, seed: 5, isLasting: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const trained = (model: Model): FloatArray =>
  float32(
    model.params.shape,
    model.params.data.map((x, i) => x + 0.05 * Math.sin(i)),
  );

async function logits(model: Model, params = model.params): Promise<FloatArray> {
  const program = jit('logits', (x: { params: Params; batch: LanguageBatch<tf.Tensor> }) => ({
    out: languageHead(model.config, x.params, hiddenStates(model.config, x.params, x.batch.ids, x.batch.isPad)),
  }));
  const { out } = await program({
    params: parametersOf(model, params),
    batch: batch as Arrays<{ batch: LanguageBatch<tf.Tensor> }>['batch'],
  });
  await program.dispose();
  return out as FloatArray;
}

/** Shapes of all matrix products in the traced loss and gradient. */
async function products(model: Model): Promise<string[]> {
  const shapes: string[] = [];
  class Watched extends Graph {
    override nodeMany(...args: Parameters<Graph['nodeMany']>) {
      if (/MatMul|Gemm/.test(args[0])) shapes.push(String(args[2][0]!.shape));
      return super.nodeMany(...args);
    }
  }
  await tf.setBackend(TRACE_BACKEND);
  const graph = new Watched();
  const input = (name: string, { dtype, shape }: { dtype: 'float32' | 'int32' | 'bool'; shape: number[] }) =>
    symbol(graph.input(name, dtype, shape));
  tf.engine().startScope();
  try {
    recordInto(graph, () => {
      const frozen = Object.fromEntries(Object.entries(model.frozen).map(([name, array]) => [name, input(name, array)]));
      const inputs = Object.fromEntries(Object.entries(batch).map(([name, array]) => [name, input(name, array)]));
      const loss = (flat: tf.Tensor) =>
        languageLoss(model.config, { ...frozen, ...unpackTensors(model.layout, flat) }, inputs as LanguageBatch<tf.Tensor>)
          .loss as tf.Scalar;
      tf.valueAndGrad(loss)(input('flat', model.params));
    });
  } finally {
    tf.engine().endScope();
  }
  return shapes;
}

describe('an adapter', () => {
  test('that is new computes what its base does', async () => {
    expect((await logits(adapted)).data).toEqual((await logits(plain)).data);
  });

  test('asks for no gradient of a frozen matrix', async () => {
    const { hiddenSize: d, intermediateSize: f, numLayers } = plain.config;
    const matrices = new Set(
      Object.values(adapted.frozen).flatMap(({ shape }) => (shape.length === 2 ? [String(shape), String([...shape].reverse())] : [])),
    );
    expect(matrices).toContain(String([f, d]));
    const count = (shapes: string[]) => shapes.filter((shape) => matrices.has(shape)).length;
    // Every linear layer, and the head; tied embeddings get the rest of theirs by scatter.
    expect(count(await products(plain))).toBe(7 * numLayers + 1);
    const own = await products(adapted);
    expect(count(own)).toBe(0);
    // Both matrices of each adapter have one.
    const isAdapter = (shape: string) =>
      shape.split(',').includes(String(lora.r)) && !shape.split(',').includes(String(batch.ids.shape[0]! * batch.ids.shape[1]!));
    expect(own.filter(isAdapter)).toHaveLength(2 * 7 * numLayers);
  });

  test('shares the arrays of its base with every other model on it', async () => {
    const reward = withScalarHead(adapted, 3);
    const other = await loadTrainable(folder, 'language', { lora, seed: 9, isLasting: true });
    for (const [name, array] of Object.entries(adapted.frozen)) {
      expect(other.frozen[name]!.data).toBe(array.data);
      expect(reward.frozen[name]!.data).toBe(array.data);
    }
    expect(reward.layout.total).toBe(adapted.layout.total + plain.config.hiddenSize);
    expect(Object.keys(parametersOf(reward, reward.params))).toContain('score.weight');
  });

  test('is one of two in PPO, whose four networks read one copy of the base', async () => {
    const reward = withScalarHead(adapted, 3);
    const options = { outputFolder: root, step: 1 };
    const policyFolder = (await saveModel(adapted, trained(adapted), { ...options, kind: 'sft' })).folder;
    const extraConfig = { mean: 0, std: 1, pooling: 'last' };
    const rewardFolder = (await saveModel(reward, trained(reward), { ...options, kind: 'reward', extraConfig })).folder;
    /** Program by program, where the embeddings lie that it was given. */
    const given: { data: unknown; offset: number }[][] = [];
    const original = ort.InferenceSession.create.bind(ort.InferenceSession) as (...args: unknown[]) => Promise<ort.InferenceSession>;
    const create = vi.spyOn(ort.InferenceSession, 'create').mockImplementation(async (...args: unknown[]) => {
      const session = await original(...args);
      const run = session.run.bind(session);
      session.run = ((feeds: Record<string, ort.Tensor>) => {
        const size = String([plain.config.vocabSize, plain.config.hiddenSize]);
        const own = Object.values(feeds).filter(({ dims }) => String(dims) === size);
        given.push(own.map(({ data }) => ({ data: (data as Float32Array).buffer, offset: (data as Float32Array).byteOffset })));
        return run(feeds);
      }) as typeof session.run;
      return session;
    });
    const outputFolder = join(root, 'ppo');
    await mkdir(outputFolder);
    const input = ppoInput(policyFolder, rewardFolder, outputFolder);
    await recordStage({ ...input, config: { ...input.config, totalEpisodes: 8, lora } });
    create.mockRestore();
    // Rollouts, scores, forward pass, update: each sees the embeddings, PPO's programs for two networks at once.
    expect(given.length).toBeGreaterThanOrEqual(4);
    expect(Math.min(...given.map((one) => one.length))).toBeGreaterThanOrEqual(1);
    expect(Math.max(...given.map((one) => one.length))).toBe(2);
    const [first, ...others] = given.flat();
    for (const other of others) {
      expect(other.offset).toBe(first!.offset);
      expect(other.data === first!.data).toBe(true);
    }
  });

  test('is saved beside its base, found again after both were moved, and merged on demand', async () => {
    const params = trained(adapted);
    const before = await logits(adapted, params);
    const saved = await saveModel(adapted, params, { outputFolder: root, kind: 'sft', step: 1 });
    const again = await loadTrainable(saved.folder, 'language', { lora, seed: 1, isLasting: true });
    expect(again.params).toEqual(params);
    expect((await logits(again)).data).toEqual(before.data);
    const merged = await loadModel(saved.folder, 'language');
    expect(merged.layout).toEqual(plain.layout);
    expectClose(await logits(merged), before, 'merged');

    const elsewhere = await mkdtemp(join(tmpdir(), 'heed-lora-'));
    await cp(root, join(elsewhere, 'all'), { recursive: true });
    const moved = join(elsewhere, 'all', saved.folder.slice(root.length));
    await rename(folder, `${folder}-hidden`);
    expect((await loadTrainable(moved, 'language', { lora, seed: 1, isLasting: true })).params).toEqual(params);
    await expect(loadModel(saved.folder, 'language')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('belongs to the model'),
    });
    await rename(`${folder}-hidden`, folder);
    await rm(elsewhere, { recursive: true });
  });

  test('on a checkpoint that may be deleted is merged when it is saved', async () => {
    const passing = await loadTrainable(folder, 'language', { lora, seed: 5, isLasting: false });
    const reward = withScalarHead(passing, 3);
    const params = trained(reward);
    const saved = await saveModel(reward, params, { outputFolder: root, kind: 'reward', step: 1 });
    const again = await loadModel(saved.folder, 'scalar');
    expect(again.base).toBeNull();
    expectClose(await logits(again), await logits(reward, params), 'merged');
  });

  test('is refused where it does not fit', async () => {
    const saved = await saveModel(adapted, adapted.params, { outputFolder: root, kind: 'sft', step: 1 });
    const load = (change: Partial<LoraConfig>, from = saved.folder) =>
      loadTrainable(from, 'language', { lora: { ...lora, ...change }, seed: 1, isLasting: true });
    await expect(load({ r: 4 })).rejects.toThrow('has r 3, alpha 6');
    await expect(load({ targetModules: ['q_proj'] })).rejects.toThrow('the settings ask for');
    await expect(load({ targetModules: ['c_attn'] }, folder)).rejects.toThrow('no linear layer "c_attn". It has q_proj, k_proj');
    await expect(load({ targetModules: ['embed_tokens'] }, folder)).rejects.toThrow('no linear layer');
  });
});
