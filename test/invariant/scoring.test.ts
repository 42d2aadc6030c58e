/** Scores and samples of many texts: what a text gets does not depend on its neighbours, and what is left out is counted. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sampleSchema } from '@/lib/training/hyperparameters';
import type { Pooling } from '@/trainer/data/pack-pairs';
import { withScalarHead, type Model } from '@/trainer/model/load';
import { unpack } from '@/trainer/model/parameters';
import { compileScorer } from '@/trainer/stages/scoring';
import { expectNear } from '../support/close';
import { metricsIn, recordStage } from '../support/run-stage';
import { loadTinyModel } from '../support/tiny-model';

let root: string;
let model: Model;
beforeAll(async () => {
  ({ root, model } = await loadTinyModel('scoring'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test.each<Pooling>(['last', 'mean'])('texts of all lengths in batches score as each does alone (%s)', async (pooling) => {
  const reward = withScalarHead(model, 3);
  const params = unpack(reward.layout, reward.params);
  // Neither in order of length nor a multiple of the batch.
  const examples = [3, 90, 14, 40, 5, 70, 22].map((length, i) => ({
    prompt: [5 + i, 6, 7],
    response: Array.from({ length: length - 3 }, (_, k) => 8 + ((k * (i + 3)) % 50)),
  }));
  const scorer = compileScorer(reward, pooling, 3);
  const create = vi.spyOn(ort.InferenceSession, 'create');
  const together = await scorer.score(params, examples);
  // 90, 70 and 40 in 96 columns; 22, 14 and 5 in 24; 3 in 16.
  expect(create).toHaveBeenCalledTimes(3);
  create.mockRestore();
  await scorer.dispose();
  const single = compileScorer(reward, pooling, 1);
  const alone: number[] = [];
  for (const example of examples) alone.push((await single.score(params, [example]))[0]!);
  await single.dispose();
  expect(new Set(alone).size).toBe(examples.length);
  expectNear(together, alone, 'scores', 1e-5);
});

test('sampling says how many prompts leave no room for a response', async () => {
  await mkdir(join(root, 'out'));
  const config = sampleSchema.parse({ maxNewTokens: 8 });
  const long = 'My kettle is late. '.repeat(model.config.contextLength);
  const prompts = ['My kettle is late.', long, 'Where is my lamp?'].map((text, i) => ({ promptId: String(i), text }));
  const { reports } = await recordStage({
    stage: 'sample',
    seed: 1,
    outputFolder: join(root, 'out'),
    resumeFolder: null,
    config,
    policies: [{ checkpointId: 'a', folder: model.folder, samplesPerPrompt: 2 }],
    prompts,
  });
  expect(metricsIn(reports)).toEqual([{ type: 'metrics', step: 0, values: { num_examples: 2, num_left_out: 1 } }]);
  const sampled = reports.flatMap((report) => (report.type === 'samples' ? report.samples.map(({ promptId }) => promptId) : []));
  expect(sampled.sort()).toEqual(['0', '0', '2', '2']);
});
