/** Optimizer steps: however they are grouped into calls they do the same, and a batch that is repeated is learned by heart. */
import { rm } from 'node:fs/promises';
import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bucketOf, collateLanguage, type Example, type LanguageBatch } from '@/trainer/data/collate';
import { type Model } from '@/trainer/model/load';
import { initialState, type AdamConfig } from '@/trainer/optimizer/adamw';
import { languageLoss } from '@/trainer/stages/sft';
import type { TrainState } from '@/trainer/stages/train-state';
import { compileTraining, trainSteps } from '@/trainer/stages/training';
import { expectIdentical } from '../support/close';
import { metricsIn, recordStage } from '../support/run-stage';
import { rewardInput } from '../support/stage-inputs';
import { loadTinyModel } from '../support/tiny-model';

const adam: AdamConfig = { adamBeta1: 0.9, adamBeta2: 0.95, adamEps: 1e-5, weightDecay: 0.01, maxGradNorm: 1 };
let root: string;
let model: Model;
beforeAll(async () => {
  ({ root, model } = await loadTinyModel('training'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const example = (prompt: string, response: string): Example => ({
  prompt: model.tokenizer.encodePrompt(prompt),
  response: [...model.tokenizer.encode(response), model.endId],
});

async function train(
  batches: Example[][],
  options: { stepsPerCall: number; learningRateAt: (step: number) => number },
): Promise<{ state: TrainState; calls: number; metrics: Record<string, number>[] }> {
  const program = compileTraining(
    'train',
    (params, batch) => languageLoss(model.config, params, batch as LanguageBatch<Tensor>),
    adam,
    model.layout,
  );
  let state = initialState(model.params);
  const metrics: Record<string, number>[] = [];
  let calls = 0;
  for await (const call of trainSteps(program, state, {
    firstStep: 0,
    totalSteps: batches.length,
    stepsPerCall: options.stepsPerCall,
    batchAt: (step) => [
      collateLanguage(
        batches[step]!,
        bucketOf(Math.max(...batches[step]!.map((e) => e.prompt.length + e.response.length))),
        model.tokenizer.padId,
      ),
    ],
    learningRateAt: options.learningRateAt,
    adam,
  })) {
    state = call.state;
    metrics.push(...call.metrics);
    calls++;
  }
  await program.dispose();
  return { state, calls, metrics };
}

test('steps do the same, bit for bit, singly and several in a call', async () => {
  const short = [example('My kettle is late.', 'It is on its way.'), example('Where is my lamp?', 'I will look for it.')];
  const long = [
    ...short.slice(1),
    example(
      'The desk that I ordered last week arrived broken, and I want my money back.',
      'I am sorry. Please send it back to us, and you will have your money within a week.',
    ),
  ];
  const batches = [short, short, short, long, long, short, long, long, long, long];
  const falling = (step: number) => 1e-2 / (1 + step);
  const singly = await train(batches, { stepsPerCall: 1, learningRateAt: falling });
  expect(singly.calls).toBe(10);
  for (const stepsPerCall of [2, 3]) {
    const grouped = await train(batches, { stepsPerCall, learningRateAt: falling });
    expect(grouped.calls, `${stepsPerCall} a call`).toBeLessThan(10);
    expect(grouped.metrics).toEqual(singly.metrics);
    for (const part of ['params', 'm', 'v'] as const) expectIdentical(grouped.state[part], singly.state[part], part);
  }
});

test('one batch is learned by heart', async () => {
  const batch = [
    example('My kettle is late.', 'It is on its way.'),
    example('My lamp is late.', 'Please wait another day.'),
    example('My clock is broken.', 'Send it back to us.'),
    example('My desk is blue.', 'And I ordered lunch.'),
  ];
  const { metrics } = await train(Array<Example[]>(160).fill(batch), { stepsPerCall: 8, learningRateAt: () => 1e-2 });
  expect(metrics[0]!.loss).toBeGreaterThan(6);
  expect(metrics.at(-1)!.loss).toBeLessThan(0.02);
  expect(metrics.at(-1)!.mean_token_accuracy).toBe(1);
});

test('a few comparisons are learned by heart, and hold for a prompt that was kept apart', async () => {
  const values = metricsIn((await recordStage(rewardInput(model.folder, root))).reports).map((m) => m.values);
  const training = values.filter((v) => 'loss' in v);
  expect(training.at(-1)!.loss).toBeLessThan(training[0]!.loss! / 4);
  expect(training.at(-1)!.accuracy).toBe(1);
  expect(values.at(-1)).toMatchObject({ eval_accuracy: 1, eval_pairs: 2 });
});
