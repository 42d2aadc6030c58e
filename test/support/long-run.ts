/**
 * A process to weigh: `node --expose-gc --import tsx long-run.ts <model folder>` takes 1,600 optimizer steps on batches of several
 * lengths, more than sessions are kept for, with evaluation and generation in between, and prints its resident megabytes after every 20.
 */
import { readFileSync } from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs';
import { collateLanguage, type Example, type LanguageBatch } from '@/trainer/data/collate';
import { createRng } from '@/lib/rng';
import { loadModel } from '@/trainer/model/load';
import { unpack } from '@/trainer/model/parameters';
import { initialState } from '@/trainer/optimizer/adamw';
import { configureRuntime } from '@/trainer/runtime/jit';
import { compileSampler } from '@/trainer/stages/rollout';
import { compileEvaluation, languageLoss } from '@/trainer/stages/sft';
import { compileTraining, trainSteps } from '@/trainer/stages/training';

const steps = 1600;
const stepsPerBlock = 20;
/** Columns of a block's batches, in turn. Sessions are kept for four shapes. */
const lengths = [32, 64, 96, 24, 48, 80];
const adam = { adamBeta1: 0.9, adamBeta2: 0.95, adamEps: 1e-5, weightDecay: 0.01, maxGradNorm: 1 };

configureRuntime({ backend: 'onnx', threads: 2 });
const model = await loadModel(process.argv[2]!, 'language');
const program = compileTraining(
  'long-run',
  (params, batch) => languageLoss(model.config, params, batch as LanguageBatch<Tensor>),
  adam,
  model.layout,
);
const evaluate = compileEvaluation(model.config);
const sampler = compileSampler(model, { temperature: 1, topK: 0, topP: 1, maxNewTokens: 16, seed: 1 }, 8);
const rng = createRng(1);
const lengthAt = (step: number) => lengths[Math.floor(step / stepsPerBlock) % lengths.length]!;
const batchOf = (length: number) => {
  const ids = (count: number) => Array.from({ length: count }, () => 3 + rng.int(model.config.vocabSize - 3));
  const examples = Array.from({ length: 8 }, (): Example => ({ prompt: ids(4), response: ids(length - 4 - rng.int(8)) }));
  return collateLanguage(examples, length, model.tokenizer.padId);
};

const plan = {
  firstStep: 0,
  totalSteps: steps,
  stepsPerCall: 5,
  batchAt: (step: number) => [batchOf(lengthAt(step))],
  learningRateAt: () => 1e-3,
  adam,
};
for await (const { state, stepsDone } of trainSteps(program, initialState(model.params), plan)) {
  if (stepsDone % stepsPerBlock !== 0) continue;
  const params = unpack(model.layout, state.params);
  const length = lengthAt(stepsDone - 1);
  await evaluate({ params, batch: batchOf(length) });
  await sampler.sample(params, [Array.from({ length: length / 4 }, () => 5)], `${stepsDone}`);
  globalThis.gc!();
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  process.stdout.write(`${resident.toFixed(1)}\n`);
}
