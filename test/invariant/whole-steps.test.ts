/**
 * Whole training steps (forward, loss, gradient, micro-batches, clipping, AdamW) of SFT, the reward model and PPO: the ONNX graph,
 * at one and two threads, and eager TensorFlow, where it loads, against the plain-JavaScript referee, tensor by tensor.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ppoSchema, rewardSchema } from '@/lib/training/hyperparameters';
import { stackBatches, type Example } from '@/trainer/data/collate';
import { collatePacked, type PackedBatch } from '@/trainer/data/pack';
import { createRng } from '@/lib/rng';
import { loadModel, withScalarHead, type Model } from '@/trainer/model/load';
import { unpack, withPrefix } from '@/trainer/model/parameters';
import { initialState, stepScalars, type AdamConfig } from '@/trainer/optimizer/adamw';
import { configureRuntime } from '@/trainer/runtime/jit';
import { float32, type FloatArray, type NdArray } from '@/trainer/runtime/nd-array';
import type { Batch } from '@/trainer/stages/accumulate';
import { collateEpisodes, compilePpoTraining, initialParams, networksOf } from '@/trainer/stages/ppo-networks';
import { collatePairs, pairLoss, type Pair } from '@/trainer/stages/reward-pairs';
import { languageLoss } from '@/trainer/stages/sft';
import { compileTraining, type TrainProgram } from '@/trainer/stages/training';
import { hasTensorflow, onlyWithTensorflow } from '../support/backends';
import { expectClose } from '../support/close';
import { writeTinyModel } from '../support/tiny-model';

const adam: AdamConfig = { adamBeta1: 0.9, adamBeta2: 0.95, adamEps: 1e-5, weightDecay: 0.01, maxGradNorm: 1 };
const learningRate = 1e-3;
/** `batches` are the micro-batches of one step. */
type Step = { program: TrainProgram; params: FloatArray; batches: Batch<NdArray>[] };
type Numbers = Record<string, NdArray>;

let root: string;
let model: Model;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-steps-'));
  await writeTinyModel(root);
  model = await loadModel(root, 'language');
});
afterAll(async () => {
  configureRuntime({ backend: 'onnx', threads: 2 });
  await rm(root, { recursive: true, force: true });
});

/** Of at most ten tokens each: the referee takes its time. */
const example = (prompt: string, response: string): Example => ({
  prompt: model.tokenizer.encodePrompt(prompt).slice(-10),
  response: [...model.tokenizer.encode(response).slice(0, 9), model.endId],
});
const examples = () => [
  example('My kettle is late.', 'It is on its way.'),
  example('Where is my lamp?', 'I am sorry. I will look for it, and write to you tomorrow.'),
  example('The desk is broken.', 'Send it back.'),
  example('My clock is blue, and I ordered a green one.', 'Please keep it.'),
];

function sftStep(): Step {
  const loss = (params: Batch<tf.Tensor>, batch: Batch<tf.Tensor>) => languageLoss(model.config, params, batch as PackedBatch<tf.Tensor>);
  // The first micro-batch has both demonstrations in one row.
  const batches = [examples().slice(0, 2), examples().slice(2)].map((part, i) => {
    const rows = i === 0 ? [part] : part.map((each) => [each]);
    return collatePacked(rows, { numRows: 2, length: 40 }, model.tokenizer.padId);
  });
  return { program: compileTraining('sft', loss, adam, model.layout), params: model.params, batches };
}

function rewardStep(): Step {
  const critic = withScalarHead(model, 3);
  const config = rewardSchema.parse({ batchSize: 4, gradientAccumulationSteps: 2, marginPerGrade: 0.1, centerRewardsCoefficient: 0.01 });
  const [a, b, c, d] = examples() as [Example, Example, Example, Example];
  const pairs: Pair[] = [
    { promptId: '0', a, b: { ...b, prompt: a.prompt }, chosenShare: 1, grade: 2 },
    { promptId: '1', a: c, b: d, chosenShare: 0.5, grade: 0 },
    { promptId: '2', a: d, b: a, chosenShare: 0, grade: 1 },
  ];
  // Two rows: two pairs share one of them.
  const plan = { numRows: 1, length: 60, pairsPerRow: 2, parts: 2 };
  const program = compileTraining('reward', (params, batch) => pairLoss(critic, params, batch, config), adam, critic.layout);
  return { program, params: critic.params, batches: collatePairs(pairs, plan, config, model.tokenizer.padId) };
}

/** Some ratios and values lie outside of their clip ranges. */
function ppoStep(): Step {
  const critic = withScalarHead(model, 3);
  const networks = networksOf(model, critic);
  const params = initialParams(networks, model, critic);
  const rng = createRng(11);
  const uniform = -Math.log(model.config.vocabSize);
  const rollouts = examples().map(({ prompt, response }) => ({
    prompt,
    response,
    logprobs: response.map(() => uniform + 0.3 * rng.normal()),
    isTruncated: false,
  }));
  const responseLength = Math.max(...rollouts.map(({ response }) => response.length));
  const episodes = collateEpisodes(rollouts, 12, responseLength, model.tokenizer.padId);
  const perToken = () => Float32Array.from({ length: rollouts.length * responseLength }, () => rng.normal());
  const extra = { values: perToken(), advantages: perToken(), returns: perToken() };
  const config = { ...ppoSchema.parse({ temperature: 0.8, entropyCoef: 0.01, vfCoef: 0.1 }), ...adam };
  const batches = [
    [0, 1],
    [2, 3],
  ].map((rows) => episodes.rows(rows, extra));
  return { program: compilePpoTraining(networks, config), params, batches };
}

/** Loss and gradient, and what one step makes of them: metrics, update and moments; vectors as tensors by name. */
async function takeStep({ program, params, batches }: Step): Promise<Numbers> {
  const step = stackBatches(batches);
  const { loss, grad } = await program.gradients({ params, batch: step });
  const { state, metrics } = await program({
    state: initialState(params),
    batches: stackBatches([step]),
    scalars: stepScalars(adam, () => learningRate, 0, 1),
  });
  const after = state as Record<'params' | 'm' | 'v', FloatArray>;
  const update = float32(
    params.shape,
    params.data.map((before, i) => after.params.data[i]! - before),
  );
  const byName = (what: string, flat: NdArray) => withPrefix(what, unpack(program.layout, flat as FloatArray));
  return {
    loss,
    ...withPrefix('metric', metrics),
    ...byName('gradient', grad),
    ...byName('update', update),
    ...byName('m', after.m),
    ...byName('v', after.v),
  };
}

const stepsOf = { sft: sftStep, reward: rewardStep, ppo: ppoStep };

describe.each(Object.keys(stepsOf) as (keyof typeof stepsOf)[])('a step of %s', (stage) => {
  let step: Step;
  let expected: Numbers;
  let leftTensors: number;
  beforeAll(async () => {
    step = stepsOf[stage]();
    configureRuntime({ backend: 'cpu' });
    const { numTensors } = tf.memory();
    expected = await takeStep(step);
    leftTensors = tf.memory().numTensors - numTensors;
  }, 120_000);
  afterAll(() => step.program.dispose());

  const expectAgreement = (actual: Numbers) => {
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, numbers] of Object.entries(expected)) expectClose(actual[name]!, numbers, name);
  };

  test('moves every tensor', () => {
    for (const [name, { data }] of Object.entries(expected)) {
      if (name.startsWith('gradient.') || name.startsWith('update.'))
        expect(Math.max(...Array.from(data, Math.abs)), name).toBeGreaterThan(0);
    }
  });

  test.each([1, 2])('onnx, %i threads, agrees with the referee', async (threads) => {
    configureRuntime({ backend: 'onnx', threads });
    expectAgreement(await takeStep(step));
  });

  test.skipIf(!hasTensorflow)(onlyWithTensorflow('tensorflow agrees with the referee'), async () => {
    configureRuntime({ backend: 'tensorflow' });
    expectAgreement(await takeStep(step));
  });

  test('an eager step leaves no tensors behind', () => {
    expect(leftTensors).toBe(0);
  });
});
