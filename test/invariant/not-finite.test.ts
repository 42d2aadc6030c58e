/** A step that overflows, for real: it stops the stage, names step, tensor and batch, and leaves no broken number on disk. */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StageInput, StageReport } from '@/lib/training/contract';
import { sftSchema } from '@/lib/training/hyperparameters';
import { readSafetensors } from '@/trainer/checkpoint/safetensors';
import { collateLanguage, type LanguageBatch } from '@/trainer/data/collate';
import { firstNotFinite } from '@/trainer/math/finite';
import { loadModel } from '@/trainer/model/load';
import { initialState } from '@/trainer/optimizer/adamw';
import { configureRuntime } from '@/trainer/runtime/jit';
import { float32 } from '@/trainer/runtime/nd-array';
import { languageLoss } from '@/trainer/stages/sft';
import { compileTraining, trainSteps } from '@/trainer/stages/training';
import { checkpointsIn, runStage } from '../support/run-stage';
import { rewardInput, sftInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

let root: string;
let folder: string;
beforeAll(async () => {
  configureRuntime({ backend: 'onnx', threads: 2 });
  root = await mkdtemp(join(tmpdir(), 'heed-not-finite-'));
  folder = join(root, 'model');
  await writeTinyModel(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Failure = { code: string; message: string; details: { step: number; tensor?: string } };

async function failureOf(input: StageInput): Promise<{ failure: Failure; reports: StageReport[] }> {
  await mkdir(input.outputFolder);
  const reports: StageReport[] = [];
  // A resume point after every call: none of them may hold what is broken.
  const context = { report: (r: StageReport) => void reports.push(r), interruption: async () => null, resumeIntervalSeconds: 0 };
  const failure = await runStage(input, context).then(
    () => expect.unreachable('the stage succeeded'),
    (error: unknown) => error as Failure,
  );
  return { failure, reports };
}

async function expectSoundFiles(reports: StageReport[]): Promise<void> {
  for (const { kind, folder: written } of checkpointsIn(reports)) {
    expect(kind).toBe('resume');
    expect(firstNotFinite((await readSafetensors(join(written, 'state.safetensors'))).tensors)).toBeNull();
  }
}

test('SFT with a learning rate that overflows: the exact step, whatever call it is in, and its batch', async () => {
  const input = sftInput(folder, join(root, 'sft'));
  // The weights decay by 1 − rate·decay = −99 a step: after some twenty they are beyond 32 bits.
  const config = sftSchema.parse({ ...input.config, learningRate: 1, weightDecay: 1, lrScheduler: 'constant', warmupRatio: 0 });
  const { failure, reports } = await failureOf({ ...input, config: { ...config, learningRate: 100 } });
  expect(failure).toMatchObject({ code: 'invalid', details: { step: expect.any(Number), tensor: expect.stringMatching(/^model\./) } });
  const { step } = failure.details;
  const file = join(input.outputFolder, `failed-step-${step}`, 'batch.json');
  expect(failure.message).toContain(`Step ${step} of 128 did not end in numbers`);
  expect(failure.message).toContain(failure.details.tensor);
  expect(failure.message).toContain(file);
  const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, never> & {
    examples: object[];
    arrays: Record<string, { shape: number[] }>;
  };
  expect(kept).toMatchObject({ step, totalSteps: 128, tensor: failure.details.tensor, learningRate: 100 });
  expect(kept.examples).toHaveLength(3);
  expect(kept.examples[0]).toMatchObject({ prompt: expect.stringContaining('is late.'), response: expect.any(String) });
  expect(kept.arrays.ids!.shape).toEqual([1, 2, 48]);
  expect((await readdir(input.outputFolder)).some((name) => name.startsWith('sft-'))).toBe(false);
  await expectSoundFiles(reports);
  expect(checkpointsIn(reports).every((c) => c.step < step)).toBe(true);
});

test('the reward model, too', async () => {
  const input = rewardInput(folder, join(root, 'reward'));
  const { failure, reports } = await failureOf({
    ...input,
    config: { ...input.config, learningRate: 100, weightDecay: 1, lrScheduler: 'constant' },
  });
  expect(failure.details.tensor).toBeTypeOf('string');
  const kept = JSON.parse(await readFile(join(input.outputFolder, `failed-step-${failure.details.step}`, 'batch.json'), 'utf8')) as {
    examples: object[];
  };
  expect(kept.examples[0]).toMatchObject({ promptId: expect.any(String), responseA: expect.any(String), responseB: expect.any(String) });
  await expectSoundFiles(reports);
});

test('one poisoned batch in the middle of a call: its step is named, the state before it is untouched', async () => {
  const model = await loadModel(folder, 'language');
  const adam = { adamBeta1: 0.9, adamBeta2: 0.95, adamEps: 1e-5, weightDecay: 0, maxGradNorm: 1 };
  const loss = (params: Record<string, Tensor>, batch: Record<string, Tensor>) =>
    languageLoss(model.config, params, batch as LanguageBatch<Tensor>);
  const program = compileTraining('poisoned', loss, adam, model.layout);
  const good = collateLanguage(
    [{ prompt: model.tokenizer.encodePrompt('Hello'), response: [...model.tokenizer.encode('Good morning.'), model.endId] }],
    24,
    model.tokenizer.padId,
  );
  const lossMask = float32([1, 24], Array.from(good.lossMask.data as Float32Array));
  lossMask.data[23] = NaN;
  const poisoned = { ...good, lossMask };
  for (const [bad, stepsPerCall] of [
    [5, 4],
    [2, 8],
    [6, 1],
  ] as const) {
    const plan = {
      firstStep: 0,
      totalSteps: 8,
      stepsPerCall,
      batchAt: (step: number) => [step === bad ? poisoned : good],
      learningRateAt: () => 1e-3,
      adam,
      evidence: { folder: join(root, `poisoned-${bad}`), examplesAt: (step: number) => [{ step }] },
    };
    let done = 0;
    const run = async () => {
      for await (const call of trainSteps(program, initialState(model.params), plan)) {
        done = call.stepsDone;
        expect(firstNotFinite(call.state)).toBeNull();
      }
    };
    await expect(run()).rejects.toMatchObject({
      details: { step: bad + 1, tensor: 'model.embed_tokens.weight' },
      message: expect.stringContaining('the gradient of model.embed_tokens.weight holds'),
    });
    expect(done).toBe(Math.floor(bad / stepsPerCall) * stepsPerCall);
    const kept = JSON.parse(await readFile(join(root, `poisoned-${bad}`, `failed-step-${bad + 1}`, 'batch.json'), 'utf8')) as {
      examples: object[];
    };
    expect(kept.examples).toEqual([{ step: bad }]);
  }
  await program.dispose();
});
