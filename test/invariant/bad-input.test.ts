/** Data that nobody wants and everybody has: empty responses, responses that end at once, equal ones, other tokenizers. Handled, or refused at once. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Comparison, StageReport } from '@/lib/training/contract';
import { rewardSchema, sftSchema } from '@/lib/training/hyperparameters';
import { assertSameTokenizer } from '@/trainer/checkpoint/same-tokenizer';
import { loadModel, saveModel, withScalarHead } from '@/trainer/model/load';
import { checkpointsIn, metricsIn, recordStage } from '../support/run-stage';
import { dpoInput, ppoInput, rewardInput, sftInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

let root: string;
let model: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-bad-input-'));
  model = join(root, 'model');
  await writeTinyModel(model);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const allFinite = (reports: StageReport[]) => metricsIn(reports).every(({ values }) => Object.values(values).every(Number.isFinite));
const countsOf = (reports: StageReport[]) => metricsIn(reports)[0]!.values;

test('SFT leaves out demonstrations that say nothing, and is refused where all are so', async () => {
  const plain = sftInput(model, root);
  const input = { ...plain, config: sftSchema.parse({ ...plain.config, numTrainEpochs: 1 }) };
  const { reports } = await recordStage({
    ...input,
    demonstrations: [...input.demonstrations, { ...input.demonstrations[0]!, response: ' \n' }],
  });
  expect(countsOf(reports)).toMatchObject({ num_examples: 12, num_left_out: 1 });
  const empty = input.demonstrations.map((d) => ({ ...d, response: '' }));
  await expect(recordStage({ ...input, demonstrations: empty })).rejects.toThrow(
    /None of the 12 demonstrations.*empty, held out or longer/,
  );
});

/** A pair with an empty response that ended, one with an empty response that was cut off, one whose sides are equal. */
const oddities = (comparisons: Comparison[]): Comparison[] => {
  const [first] = comparisons as [Comparison];
  return [
    ...comparisons,
    { ...first, responseB: '' },
    { ...first, responseA: '', isTruncatedA: true, chosenShare: 0 },
    { ...first, responseA: '', isTruncatedA: true, responseB: '', isTruncatedB: false },
    { ...first, responseA: 'Same.', responseB: 'Same.' },
  ];
};

test.each(['last', 'mean'] as const)(
  'empty responses and mere end tokens train a reward model (%s pooling); equal ones are left out',
  async (pooling) => {
    const plain = rewardInput(model, root);
    const config = rewardSchema.parse({ ...plain.config, pooling, numTrainEpochs: 2 });
    const { reports } = await recordStage({ ...plain, config, comparisons: oddities(plain.comparisons) });
    expect(countsOf(reports)).toMatchObject({ num_examples: 15, num_left_out: 1 });
    expect(allFinite(reports)).toBe(true);
  },
);

test('and a policy by DPO', async () => {
  const plain = dpoInput(model, root);
  const { reports } = await recordStage({
    ...plain,
    config: { ...plain.config, numTrainEpochs: 2 },
    comparisons: oddities(plain.comparisons),
  });
  expect(countsOf(reports)).toMatchObject({ num_examples: 15, num_left_out: 1 });
  expect(allFinite(reports)).toBe(true);
});

test('contradictory labels: the reward model learns that it cannot know', async () => {
  const plain = rewardInput(model, root);
  const comparisons = plain.comparisons.filter((c) => !c.isHeldOut).flatMap((c) => [c, { ...c, chosenShare: 1 - c.chosenShare }]);
  const config = rewardSchema.parse({ ...plain.config, marginPerGrade: 0, batchSize: 4, numTrainEpochs: 20, learningRate: 1e-3 });
  const { reports } = await recordStage({ ...plain, config, comparisons });
  const losses = metricsIn(reports).flatMap(({ values }) => values.loss ?? []);
  expect(losses.at(-1)!).toBeGreaterThan(Math.LN2 - 0.02);
  expect(losses.at(-1)!).toBeLessThan(Math.LN2 + 0.1);
});

test('PPO with a reward model that reads other ids is refused before anything is sampled', async () => {
  const policy = await loadModel(model, 'language');
  const reward = await saveModel(withScalarHead(policy, 1), withScalarHead(policy, 1).params, {
    outputFolder: root,
    kind: 'reward',
    step: 0,
  });
  await assertSameTokenizer(model, reward.folder);
  const file = join(reward.folder, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(file, 'utf8')) as { model: { vocab: Record<string, number> } };
  const [[one, a], [two, b]] = Object.entries(tokenizer.model.vocab).slice(-2) as [[string, number], [string, number]];
  Object.assign(tokenizer.model.vocab, { [one]: b, [two]: a });
  await writeFile(file, JSON.stringify(tokenizer));
  const { reports, error } = await recordStage(ppoInput(model, reward.folder, root)).then(
    (done) => ({ ...done, error: null }),
    (e: Error) => ({ reports: [], error: e }),
  );
  expect(error?.message).toMatch(/have different tokenizers: the vocabulary, .* differ\. Train the reward model from this policy/);
  expect(checkpointsIn(reports)).toEqual([]);
});
