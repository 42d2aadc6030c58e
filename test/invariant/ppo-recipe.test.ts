/** The switches of PPO's recipe, each in a whole stage: it does what it says, and what it leaves alone stays bit for bit. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ppoSchema, type PpoConfig } from '@/lib/training/hyperparameters';
import { policyLoss, ratioGate } from '@/trainer/losses/ppo';
import { readSafetensors } from '@/trainer/checkpoint/safetensors';
import { loadModel, parametersOf, saveModel, withScalarHead, type Model } from '@/trainer/model/load';
import { pack, unpack, withoutPrefix } from '@/trainer/model/parameters';
import { jit } from '@/trainer/runtime/jit';
import { float32 } from '@/trainer/runtime/nd-array';
import { assertOpenEnded, type RewardFunction } from '@/trainer/stages/episode-scores';
import type { StageContext } from '@/trainer/stages/context';
import { runPpo } from '@/trainer/stages/ppo';
import { networksOf } from '@/trainer/stages/ppo-networks';
import { compileScorer } from '@/trainer/stages/scoring';
import { expectNear } from '../support/close';
import { checkpointsIn, metricsIn } from '../support/run-stage';
import { ppoInput, sftInput } from '../support/stage-inputs';
import { loadTinyModel } from '../support/tiny-model';
import type { StageInput, StageReport } from '@/lib/training/contract';

let root: string;
let policy: Model;
let rewardFolder: string;
let runs = 0;
beforeAll(async () => {
  ({ root, model: policy } = await loadTinyModel('recipe'));
  const critic = withScalarHead(policy, 3);
  rewardFolder = (await saveModel(critic, critic.params, { outputFolder: root, kind: 'reward', step: 0 })).folder;
});
afterAll(() => rm(root, { recursive: true, force: true }));

const plain = {
  totalEpisodes: 32,
  batchSize: 8,
  numMiniBatches: 2,
  numPpoEpochs: 2,
  responseLength: 16,
  learningRate: 1e-3,
  temperature: 1,
  bestOfN: 1,
};
type PpoInput = Extract<StageInput, { stage: 'ppo' }>;

async function run(
  settings: Partial<PpoConfig> = {},
  more: Partial<PpoInput> = {},
  reward?: RewardFunction,
  around: Partial<StageContext> = {},
) {
  const outputFolder = join(root, `run-${runs++}`);
  await mkdir(outputFolder);
  const config = ppoSchema.parse({ ...plain, ...settings });
  const reports: StageReport[] = [];
  const context = { report: (r: StageReport) => void reports.push(r), interruption: async () => null, ...around };
  await runPpo({ ...ppoInput(policy.folder, rewardFolder, outputFolder), config, ...more }, context, reward);
  const metrics = metricsIn(reports);
  return {
    rows: metrics.filter(({ step }) => step > 0).map(({ values }) => values),
    start: Object.assign({}, ...metrics.filter(({ step }) => step === 0).map(({ values }) => values)) as Record<string, number>,
    final: checkpointsIn(reports).find(({ kind }) => kind === 'policy')!,
    kept: checkpointsIn(reports).filter(({ kind }) => kind === 'resume'),
  };
}
const column = (rows: Record<string, number>[], key: string) => rows.map((row) => row[key]!);

describe('a stage', () => {
  test('anneals the learning rate linearly, and says what it has done', async () => {
    const { rows, final } = await run();
    column(rows, 'lr').forEach((lr, i) => expect(lr).toBeCloseTo(1e-3 * (1 - i / 4), 9));
    expect(final.step).toBe(4 * 2 * 2);
    expect(column(rows, 'episode')).toEqual([8, 16, 24, 32]);
    for (const key of ['ppo/returns/mean', 'ppo/returns/var', 'ppo/val/var_explained'])
      expect(column(rows, key).every(Number.isFinite), key).toBe(true);
    for (const row of rows)
      expect(row['objective/rlhf_reward']).toBeCloseTo(row['objective/scores']! + row['objective/non_score_reward']!, 6);
  });

  test('drops what does not fill a minibatch', async () => {
    const { final } = await run({ numMiniBatches: 3, totalEpisodes: 16 });
    expect(final.step).toBe(2 * 2 * 3);
  });

  test('measures KL by the estimator that it punishes', async () => {
    const k1 = await run();
    const k3 = await run({ klEstimator: 'k3' });
    const kl = column(k3.rows, 'objective/kl');
    expect(kl.every((x) => x >= 0)).toBe(true);
    expect(kl.at(-1)).toBeGreaterThan(1e-3);
    expect(column(k1.rows, 'objective/kl')).not.toEqual(kl);
    k3.rows.forEach((row) => expect(row['objective/non_score_reward']).toBeCloseTo(-0.1 * row['objective/kl']!, 6));
  });

  test('without whitening, the loss at ratio 1 is minus the mean advantage', async () => {
    const whole = { numMiniBatches: 1, numPpoEpochs: 1, totalEpisodes: 8, responseLength: 4 };
    const whitened = (await run(whole)).rows[0]!;
    expect(whitened['loss/policy_avg']).toBeCloseTo(0, 5);
    const raw = (await run({ ...whole, whitenAdvantages: false }, {}, () => 5)).rows[0]!;
    // Random values start near 0, and every return is near 5.
    expect(raw['loss/policy_avg']).toBeLessThan(-2);
    const shifted = (await run({ ...whole, whitenRewards: true, whitenAdvantages: false }, {}, () => 5)).rows[0]!;
    expect(shifted['loss/policy_avg']).not.toBeCloseTo(raw['loss/policy_avg']!, 2);
  });
});

describe('early stop on KL', () => {
  test('ends an iteration after the pass that went too far', async () => {
    const { rows, final } = await run({ earlyStopKl: 1e-9 });
    expect(column(rows, 'policy/epochs')).toEqual([1, 1, 1, 1]);
    expect(final.step).toBe(4 * 2);
  });

  test('that never strikes changes nothing', async () => {
    const [bound, free] = [await run({ earlyStopKl: 100 }), await run()];
    expect(column(bound.rows, 'policy/epochs')).toEqual([2, 2, 2, 2]);
    expect(bound.final).toMatchObject({ sha256: free.final.sha256, step: free.final.step });
  });
});

test('a minibatch whose mean ratio is too high has no gradient, and does not count', async () => {
  const program = jit('gate', (x: Parameters<typeof policyLoss>[0]) => {
    const of = (logprobs: tf.Tensor) => {
      const surrogate = policyLoss({ ...x, logprobs }, 0.2);
      const gate = ratioGate(surrogate.ratioMean, 10);
      return { gate, loss: tf.mul(surrogate.loss, gate) };
    };
    return { ...of(x.logprobs), grad: tf.grad((logprobs) => of(logprobs).loss)(x.logprobs) };
  });
  const at = (logRatio: number) =>
    program({
      logprobs: float32([2], [logRatio - 3, logRatio - 2]),
      oldLogprobs: float32([2], [-3, -2]),
      advantages: float32([2], [-1, -2]),
      mask: float32([2], [1, 1]),
    });
  const [near, far] = [await at(Math.log(9)), await at(Math.log(11))];
  await program.dispose();
  expect([near.gate.data[0], far.gate.data[0], far.loss.data[0]]).toEqual([1, 0, 0]);
  expect(Array.from(far.grad.data).every((x) => x === 0)).toBe(true);
  // −A·ρ/n, as without the gate.
  expect(near.grad.data[0]).toBeCloseTo(9 / 2, 3);
  expect(near.grad.data[1]).toBeCloseTo(18 / 2, 3);
});

test('while the critic warms up, the policy stays where it is, weight decay or not', async () => {
  const { rows } = await run({ criticWarmupIterations: 2, weightDecay: 0.5, targetKl: 1, klHorizon: 8 });
  const kl = column(rows, 'objective/kl').map(Math.abs);
  expect(Math.max(...kl.slice(0, 3))).toBeLessThan(1e-4);
  expect(kl[3]).toBeGreaterThan(1e-3);
  // No KL to steer by yet.
  expect(column(rows, 'objective/kl_coef').slice(0, 3)).toEqual([0.1, 0.1, 0.1]);
  const values = column(rows, 'loss/value_avg');
  expect(values[1]).not.toBe(values[0]);
});

describe('the moving average of the policy', () => {
  test('follows it from where it began, and is what is saved', async () => {
    const decay = 0.75;
    const { final, kept } = await run({ emaDecay: decay }, {}, undefined, { resumeIntervalSeconds: 0 });
    const states = await Promise.all(kept.map(async ({ folder }) => (await readSafetensors(join(folder, 'state.safetensors'))).tensors));
    expect(states).toHaveLength(4);
    const critic = await loadModel(rewardFolder, 'scalar');
    const both = networksOf(policy, critic).layout;
    let expected = policy.params.data;
    for (const { params, ema } of states) {
      const newest = pack(policy.layout, withoutPrefix('policy', unpack(both, params!))).data;
      expected = expected.map((a, i) => decay * a + (1 - decay) * newest[i]!);
      expectNear(ema!.data, expected, 'the average', 1e-6);
    }
    expectNear((await loadModel(final.folder, 'language')).params.data, expected, 'what is saved', 1e-6);
  });

  test('at decay 0 is the policy, and never touches training', async () => {
    const [averaged, plainly] = [await run({ emaDecay: 0 }), await run()];
    expect(averaged.final.sha256).toBe(plainly.final.sha256);
    expect(column((await run({ emaDecay: 0.9 })).rows, 'loss')).toEqual(column(plainly.rows, 'loss'));
  });
});

test('the critic begins as the reward model, policy and critic apart', async () => {
  const prompts = ppoInput('', '', '').prompts;
  // The value of a response's first token is read where the prompt ends.
  const { rows } = await run({ batchSize: prompts.length, responseLength: 1, totalEpisodes: prompts.length });
  const model = await loadModel(rewardFolder, 'scalar');
  const scorer = compileScorer(model, 'last', prompts.length);
  const examples = prompts.map(({ text }) => ({ prompt: model.tokenizer.encodePrompt(text), response: [] }));
  const scores = await scorer.score(parametersOf(model, model.params), examples);
  await scorer.dispose();
  expect(rows[0]!['ppo/val/vpred']).toBeCloseTo(scores.reduce((a, b) => a + b, 0) / scores.length, 4);
});

test('the entropy bonus keeps the policy from narrowing', async () => {
  const settings = { totalEpisodes: 96, learningRate: 3e-3, klCoef: 0 };
  const entropyAt = async (entropyCoef: number) => (await run({ ...settings, entropyCoef })).rows.at(-1)!['policy/entropy_avg']!;
  expect(await entropyAt(0.5)).toBeGreaterThan((await entropyAt(0)) + 0.01);
});

describe('PPO-ptx', () => {
  const demonstrations = sftInput('', '').demonstrations;

  test('keeps the language of the demonstrations in the policy', async () => {
    const settings = { totalEpisodes: 128, learningRate: 3e-3 };
    const { rows } = await run({ ...settings, ptxCoef: 1 }, { demonstrations });
    const losses = column(rows, 'loss/ptx');
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.5);
    expect((await run()).rows[0]).not.toHaveProperty('loss/ptx');
  });

  test('in pieces is the same step', async () => {
    const settings = { ptxCoef: 1, totalEpisodes: 8, numPpoEpochs: 1, numMiniBatches: 1 };
    const [whole, pieces] = [
      await run(settings, { demonstrations }),
      await run({ ...settings, gradientAccumulationSteps: 4 }, { demonstrations }),
    ];
    for (const key of ['loss', 'loss/ptx', 'loss/policy_avg', 'grad_norm'])
      expect(pieces.rows[0]![key], key).toBeCloseTo(whole.rows[0]![key]!, 4);
  });

  test('without a demonstration says what to do', async () => {
    await expect(run({ ptxCoef: 1 }, { demonstrations: [] })).rejects.toThrow(/Write some, or set ppo.ptxCoef to 0/);
  });
});

test('the best of n is measured at the start and beats the mean', async () => {
  const { start } = await run({ bestOfN: 4 }, {}, ({ response }) => response.split(' ').length);
  expect(start['baseline/best_of_n_score']).toBeGreaterThan(start['baseline/sft_score']! + 0.5);
  expect(start['baseline/best_of_n_kl']).toBeCloseTo(Math.log(4) - 3 / 4, 6);
});

describe('a policy that goes on from another', () => {
  test('stays near its reference, whose best of n is the baseline', async () => {
    const moved = await run({ totalEpisodes: 96, learningRate: 3e-3, klCoef: 0 }, {}, ({ response }) => response.length);
    const once = { totalEpisodes: 8, bestOfN: 2 };
    const withScored = async (more: Partial<PpoInput>) => {
      const scored: string[] = [];
      const { rows } = await run(once, more, ({ response }) => scored.push(response));
      return { scored, kl: rows[0]!['objective/kl']! };
    };
    const sft = await withScored({});
    const alone = await withScored({ policyFolder: moved.final.folder });
    const anchored = await withScored({ policyFolder: moved.final.folder, referenceFolder: policy.folder });
    expect(alone.kl).toBeCloseTo(0, 4);
    expect(anchored.kl).toBeGreaterThan(1);
    // The policy's own rollouts, then two of the reference, the second by the same noise as ever.
    expect(anchored.scored.slice(0, 8)).toEqual(alone.scored.slice(0, 8));
    expect(anchored.scored.slice(16)).toEqual(sft.scored.slice(8));
    expect(alone.scored.slice(8)).not.toEqual(sft.scored.slice(8));
  });

  test('and starts where its reference does, as ever', async () => {
    const [plainly, named] = [await run(), await run({}, { referenceFolder: policy.folder })];
    expect(named.final.sha256).toBe(plainly.final.sha256);
  });

  test('cannot have a reference of another shape', async () => {
    const other = join(import.meta.dirname, '../../trainer/base-model');
    await expect(run({}, { referenceFolder: other })).rejects.toThrow(/another shape.*ppo.startFrom=sft/);
  });
});

test('a computed reward takes the reward model’s place', async () => {
  const { rows } = await run({ bestOfN: 1 }, {}, () => 3);
  expect(column(rows, 'objective/scores')).toEqual([3, 3, 3, 3]);
});

test('a response that was cut off: its score is replaced, or lessened, as the rule says', async () => {
  // A policy that has hardly learned to end.
  const scored = async (eosRule: PpoConfig['eosRule']) => {
    const { rows } = await run({ eosRule, missingEosPenalty: 2, totalEpisodes: 8 }, {}, () => 3);
    return { score: rows[0]!['objective/scores']!, cut: (8 - rows[0]!['val/num_eos_tokens']!) / 8 };
  };
  const [replaced, lessened] = [await scored('replace'), await scored('subtract')];
  expect(replaced.cut).toBeGreaterThan(0.5);
  expect(replaced.score).toBeCloseTo(3 - 5 * replaced.cut, 5);
  expect(lessened.score).toBeCloseTo(3 - 2 * lessened.cut, 5);
});

test('an adaptive β follows each iteration’s KL', async () => {
  const { rows } = await run({ targetKl: 0.02, klHorizon: 40, klEstimator: 'k3', totalEpisodes: 48 });
  const [kl, beta] = [column(rows, 'objective/kl'), column(rows, 'objective/kl_coef')];
  beta.slice(1).forEach((next, i) => {
    const error = Math.min(0.2, Math.max(-0.2, kl[i]! / 0.02 - 1));
    expect(next).toBeCloseTo(beta[i]! * (1 + (error * 8) / 40), 9);
  });
  expect(new Set(beta).size).toBe(beta.length);
});

test('prompts that end with the end token are refused', () => {
  const ids = policy.tokenizer.encodePrompt('My lamp is late.');
  const check = (end: number[]) => assertOpenEnded([{ text: 'My lamp is late.', ids: [...ids, ...end] }], policy);
  expect(() => check([])).not.toThrow();
  expect(() => check([policy.endId])).toThrow(/1 of 1 prompts end with the model’s end token.*“My lamp is late.”/);
});
