/** Memory that runs out, for real: the stage fails with what to lower, and who started it lives on. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StageInput } from '@/lib/training/contract';
import { sftSchema } from '@/lib/training/hyperparameters';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32 } from '@/trainer/runtime/nd-array';
import { StageProcess, type ProcessReport } from '@/trainer/stage-process';
import { sftInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

let root: string;
beforeAll(async () => {
  configureRuntime({ backend: 'onnx', threads: 2 });
  root = await mkdtemp(join(tmpdir(), 'heed-memory-'));
  await writeTinyModel(join(root, 'model'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('an allocation that no machine has fails alone: the next call of the same process works', async () => {
  // 10⁷ × 10⁷ numbers: 400 TB, beyond the address space.
  const n = 10_000_000;
  const outer = jit('outer', ({ ids }: { ids: tf.Tensor }) => ({
    sum: tf.sum(tf.exp(tf.matMul(tf.reshape(ids, [-1, 1]) as tf.Tensor2D, tf.reshape(ids, [1, -1]) as tf.Tensor2D))),
  }));
  await expect(outer({ ids: float32([n]) })).rejects.toMatchObject({
    name: 'HeedError',
    code: 'unavailable',
    program: 'outer',
    message: expect.stringContaining(`not enough memory for the program outer on ids [${n}]`),
  });
  expect((await outer({ ids: float32([2], [0, 1]) })).sum.data[0]).toBeCloseTo(3 + Math.E, 4);
  await outer.dispose();
});

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;
test.skipIf(!hasPrlimit)('a stage in too little memory says what to lower (else skipped: no prlimit)', async () => {
  const reportsOf = async (name: string, change: object): Promise<ProcessReport[]> => {
    const outputFolder = join(root, name);
    await mkdir(outputFolder);
    const input = sftInput(join(root, 'model'), outputFolder);
    return starved({ ...input, config: sftSchema.parse({ ...input.config, numTrainEpochs: 1, ...change }) });
  };
  const big = await reportsOf('big', { batchSize: 4096 });
  expect(big.at(-1)).toMatchObject({
    type: 'failed',
    message: expect.stringMatching(
      /^SFT ran out of memory \(program sft, ids \[1,1,\d+,48\]\)\. In this order: raise sft\.gradientAccumulationSteps \(now 1;.*lower sft\.batchSize \(now 4096\), lower sft\.maxLength/,
    ),
  });
  expect(big.some((report) => report.type === 'checkpoint')).toBe(false);
  // What it says helps: the same batch, in parts, fits.
  const parts = await reportsOf('parts', { batchSize: 4096, gradientAccumulationSteps: 64 });
  expect(parts.at(-1)).toEqual({ type: 'finished', outcome: 'succeeded' });
});

async function starved(input: StageInput): Promise<ProcessReport[]> {
  process.env.STARVED_MB = '1500';
  const numerics = new StageProcess(new URL('../support/starved-worker.mjs', import.meta.url), input);
  const reports: ProcessReport[] = [];
  for await (const report of numerics.reports()) reports.push(report);
  return reports;
}
