/**
 * The watch over real PPO: policies that are driven into a wall on purpose (β = 0 and a reward for length, or for one word) are seen, and
 * sound ones are not. Scripted rewards on a tiny model; only the driver differs.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDemonstration } from '@/lib/demo/annotator';
import type { StageInput, StageReport } from '@/lib/training/contract';
import { ppoSchema, rewardSchema, sftSchema, type PpoConfig } from '@/lib/training/hyperparameters';
import { watchSchema, type WatchConfig } from '@/lib/training/watch';
import prompts from '@/trainer/base-model/prompts.json';
import { createRng } from '@/lib/rng';
import { loadModel, parametersOf, saveModel, withScalarHead, type Model } from '@/trainer/model/load';
import { configureRuntime } from '@/trainer/runtime/jit';
import type { RewardFunction } from '@/trainer/stages/episode-scores';
import { runPpo } from '@/trainer/stages/ppo';
import { encodeExample } from '@/trainer/data/encode-example';
import { compileScorer } from '@/trainer/stages/scoring';
import { watchLabels } from '@/trainer/stages/watch-labels';
import { alertsIn, checkpointsIn, recordStage } from '../support/run-stage';
import { rewardInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

let root: string;
let policyFolder: string;
let rewardFolder: string;
let critic: Model;
const texts = prompts.slice(0, 160);
let runs = 0;

beforeAll(async () => {
  configureRuntime({ backend: 'onnx', threads: 2 });
  root = await mkdtemp(join(tmpdir(), 'heed-watch-'));
  await writeTinyModel(join(root, 'model'));
  await mkdir(join(root, 'sft'));
  const rng = createRng(3);
  const { reports } = await recordStage({
    stage: 'sft',
    seed: 1,
    outputFolder: join(root, 'sft'),
    resumeFolder: null,
    modelFolder: join(root, 'model'),
    config: sftSchema.parse({ learningRate: 5e-3, numTrainEpochs: 6, batchSize: 16, maxLength: 96 }),
    demonstrations: texts.map((prompt) => ({ prompt, response: writeDemonstration(prompt, rng), isHeldOut: false })),
  });
  policyFolder = checkpointsIn(reports).find(({ kind }) => kind === 'sft')!.folder;
  critic = withScalarHead(await loadModel(policyFolder, 'language'), 3);
  rewardFolder = (await saveModel(critic, critic.params, { outputFolder: root, kind: 'reward', step: 0 })).folder;
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

async function alertsOf(reward: RewardFunction, settings: Partial<PpoConfig>, watch: Partial<WatchConfig> = {}, seed = 1) {
  const outputFolder = join(root, `run-${runs++}`);
  await mkdir(outputFolder);
  const reports: StageReport[] = [];
  const input: Extract<StageInput, { stage: 'ppo' }> = {
    stage: 'ppo',
    seed,
    outputFolder,
    resumeFolder: null,
    policyFolder,
    rewardFolder,
    prompts: texts.slice(0, 96).map((text, i) => ({ promptId: String(i), text })),
    config: ppoSchema.parse({
      totalEpisodes: 48 * 14,
      batchSize: 48,
      numPpoEpochs: 4,
      responseLength: 24,
      learningRate: 3e-3,
      temperature: 1,
      eosRule: 'none',
      ...settings,
    }),
    watch: watchSchema.parse({ windowEpisodes: 96, ...watch }),
  };
  const context = { report: (r: StageReport) => void reports.push(r), interruption: async () => null };
  let error: unknown = null;
  await runPpo(input, context, reward).catch((thrown: unknown) => (error = thrown));
  return { alerts: alertsIn(reports), error: error as Error | null, isFinished: checkpointsIn(reports).some((c) => c.kind === 'policy') };
}
const monitorsIn = (alerts: { monitor: string }[]) => alerts.map(({ monitor }) => monitor);
const timesOf = (text: string, word: RegExp) => text.toLowerCase().match(word)?.length ?? 0;

describe('a policy driven there on purpose', () => {
  test('β = 0 and a reward for length', async () => {
    const { alerts, isFinished } = await alertsOf(({ response }) => response.length / 40, { klCoef: 0 });
    expect(monitorsIn(alerts)).toContain('reward-length');
    expect(alerts[0]!.evidence.samples.length).toBeGreaterThan(0);
    expect(isFinished).toBe(true);
  });

  test('β = 0 and a reward for saying little: every prompt gets the same nothing', async () => {
    const settings = { klCoef: 0, learningRate: 5e-3, responseLength: 16, totalEpisodes: 48 * 30 };
    const { alerts } = await alertsOf(({ response }) => -response.length / 20, settings);
    expect(monitorsIn(alerts)).toEqual(expect.arrayContaining(['kl-budget', 'entropy-collapse', 'self-similarity']));
  });

  test('β = 0 and a reward for saying a thing again', async () => {
    const forEchoes: RewardFunction = ({ response }) => {
      const words = response.toLowerCase().match(/[a-z]+/g) ?? [];
      const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
      return pairs.length - new Set(pairs).size;
    };
    const { alerts } = await alertsOf(forEchoes, { klCoef: 0, learningRate: 5e-3 });
    expect(monitorsIn(alerts)).toContain('reward-repetition');
  });

  test('β = 0 and a reward for one word; it can end the round', async () => {
    const forRefunds: RewardFunction = ({ response }) => timesOf(response, /refund/g);
    const { alerts, error, isFinished } = await alertsOf(forRefunds, { klCoef: 0 }, { haltOn: 'critical' });
    const phrases = alerts.find(({ monitor }) => monitor === 'reward-phrases')!;
    expect(phrases.evidence.phrases.some(({ phrase }) => phrase.includes('refund'))).toBe(true);
    expect(isFinished).toBe(false);
    expect(alerts.filter(({ isHalting }) => isHalting)).not.toEqual([]);
    expect(error?.message).toMatch(/^The watch ended this stage at step \d+\..*ppo.klCoef/s);
  });
});

describe('a sound policy raises nothing', () => {
  const named: RewardFunction = ({ prompt, response }) => {
    const asked = new Set(prompt.toLowerCase().match(/[a-z]{4,}/g));
    return Math.min(2, (response.toLowerCase().match(/[a-z]{4,}/g) ?? []).filter((word) => asked.has(word)).length);
  };
  test.each([
    ['a reward for the words that the prompt has', named, 1],
    ['the same for every response', () => 1, 2],
  ] as const)('%s', async (_, reward, seed) => {
    const { alerts } = await alertsOf(reward, { klCoef: 0.1, learningRate: 1e-3 }, {}, seed);
    expect(alerts.map(({ monitor, seen }) => `${monitor}: ${seen}`)).toEqual([]);
  });
});

describe('labels on the newest policy', () => {
  /** Pairs of round 1's policy that people judge as the reward model does in this share of cases. */
  async function found(agreement: number) {
    const rng = createRng(5);
    const pairs = texts.slice(0, 80).map((prompt) => ({ prompt, a: writeDemonstration(prompt, rng), b: writeDemonstration(prompt, rng) }));
    const scorer = compileScorer(critic, 'last', 32);
    const encode = (text: 'a' | 'b') => pairs.map((p) => encodeExample(critic, p.prompt, p[text], false));
    const params = parametersOf(critic, critic.params);
    const [a, b] = [await scorer.score(params, encode('a')), await scorer.score(params, encode('b'))];
    await scorer.dispose();
    const comparisons = pairs.map((p, i) => {
      // The newer policy's text is the one that the reward model prefers.
      const isFirst = a[i]! > b[i]!;
      const isAgreed = i < agreement * pairs.length;
      return {
        promptId: String(i),
        prompt: p.prompt,
        responseA: p.a,
        responseB: p.b,
        chosenShare: isFirst === isAgreed ? 1 : 0,
        grade: 1,
        isTruncatedA: false,
        isTruncatedB: false,
        isHeldOut: false,
        round: 1,
        sources: isFirst ? ['round 1', 'base'] : ['base', 'round 1'],
      };
    });
    const reports: StageReport[] = [];
    const context = { report: (r: StageReport) => void reports.push(r), interruption: async () => null };
    const input = { ...rewardInput(policyFolder, root), config: rewardSchema.parse({}), comparisons };
    await watchLabels({ ...input, watch: watchSchema.parse({}), previousReward: { folder: rewardFolder, round: 1 } }, context);
    return monitorsIn(alertsIn(reports));
  }

  test('that contradict the reward model it was trained on', async () => {
    expect(await found(0.3)).toEqual(['proxy-against-people', 'reward-model-shift']);
  });

  test('that agree with it', async () => {
    expect(await found(0.9)).toEqual([]);
  });

  test('without the reward model’s files there is nothing to measure with', async () => {
    const reports: StageReport[] = [];
    const context = { report: (r: StageReport) => void reports.push(r), interruption: async () => null };
    const previousReward = { folder: join(root, 'gone'), round: 1 };
    await watchLabels({ ...rewardInput(policyFolder, root), watch: watchSchema.parse({}), previousReward }, context);
    expect(reports).toEqual([]);
  });
});
