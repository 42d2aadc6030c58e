/**
 * The arms of the random-walks benchmark, by the stages that users run: PPO on the true reward; on a reward model of 1,000 pairs that the SFT
 * model wrote ("one shot"); and in four rounds of 250 pairs, each written by the policy of the round before, whose reward model learns from all
 * labels so far. A round's PPO starts at the SFT model (`startFrom`, as by default): a policy that has gone astray hardly tries anything else any
 * more. 160 iterations of PPO in either. The true worth ("gold") of every batch of walks is noted beside; nothing that trains or watches sees it.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison, StageInput, StageReport } from '@/lib/training/contract';
import { decodingSchema, ppoSchema, rewardSchema, sampleSchema, sftSchema } from '@/lib/training/hyperparameters';
import { watchSchema } from '@/lib/training/watch';
import { createRng } from '@/lib/rng';
import { loadModel, saveModel, withScalarHead } from '@/trainer/model/load';
import type { StageContext } from '@/trainer/stages/context';
import { runPpo } from '@/trainer/stages/ppo';
import { runStage } from '@/trainer/stages/run-stage';
import { compare, demonstrations, optimality, prompts, starts, writeWalker, type Sample } from './walks-graph';

export const arms = ['true', 'oneshot', 'rounds'] as const;
export type Arm = (typeof arms)[number];

/** SFT: 600 steps. */
export const sftConfig = sftSchema.parse({ learningRate: 1e-3, batchSize: 100, numTrainEpochs: 60 });
export const rewardConfig = rewardSchema.parse({ learningRate: 5e-4, numTrainEpochs: 4 });
export const ppoConfig = ppoSchema.parse({
  batchSize: 128,
  numMiniBatches: 1,
  numPpoEpochs: 4,
  learningRate: 5e-4,
  vfCoef: 0.1,
  temperature: 1,
  responseLength: 10,
});
/** Walks are short and their vocabulary small: a share of improbable ones tells sooner than among replies. */
export const watchConfig = watchSchema.parse({ improbableShare: 0.1 });
const decoding = decodingSchema.parse({ temperature: 1, maxNewTokens: ppoConfig.responseLength });
export const PAIRS = 1000;
export const ITERATIONS = { true: 80, oneshot: 160, rounds: 160 };
export const ROUNDS = { true: 1, oneshot: 1, rounds: 4 };
/** Iterations whose walks are taken together, 1,024 of them, to say how good a policy is on its way. */
export const WINDOW = 8;

export type Run = {
  arm: Arm;
  beta: number;
  seed: number;
  /** Mean optimality of 1,000 walks of the saved policy. */
  gold: number;
  /** Normalised reward and KL (nats a walk) over the last iterations. */
  proxy: number;
  kl: number;
  /** SFT included; without the walks that `gold` is measured on. */
  seconds: number;
  /** Iteration of the first alert, and its monitor. */
  alertAt: number | null;
  monitor: string | null;
  /** Iteration at which gold, over a window, is a tenth below its peak until then. */
  goldDropAt: number | null;
  peak: number;
};
/** Of each iteration, in order; and all alerts. */
export type Trace = { gold: number[]; proxy: number[]; kl: number[]; alerts: { at: number; monitor: string }[] };

type Options = { root: string; seed: number };
type Sft = { folder: string; seconds: number };

/** The model that every arm of a seed begins with. */
export async function trainSft({ root, seed }: Options): Promise<Sft> {
  const startedAt = performance.now();
  const modelFolder = join(root, `walker-${seed}`);
  await writeWalker(modelFolder, seed);
  const input = { stage: 'sft', config: sftConfig, modelFolder, demonstrations } as const;
  const folder = await saved(await stage(root, seed, input), 'sft');
  return { folder, seconds: secondsSince(startedAt) };
}

export async function runArm(
  { root, seed, arm, beta, iterations = ITERATIONS[arm] }: Options & { arm: Arm; beta: number; iterations?: number },
  sft: Sft,
): Promise<Run & { trace: Trace }> {
  const startedAt = performance.now();
  const trace: Trace = { gold: [], proxy: [], kl: [], alerts: [] };
  const rounds = ROUNDS[arm];
  const comparisons: Comparison[] = [];
  let policyFolder = sft.folder;
  let previousReward: { folder: string; round: number } | undefined;

  for (let round = 0; round < rounds; round++) {
    const before = trace.gold.length;
    const context: Partial<StageContext> = {
      onEpisodes: (episodes) => trace.gold.push(mean(episodes.map(optimality))),
      report(report) {
        if (report.type === 'alert') trace.alerts.push({ at: before + report.alert.step, monitor: report.alert.monitor });
        if (report.type !== 'metrics' || !('objective/kl' in report.values)) return;
        trace.proxy.push(report.values['objective/scores']!);
        trace.kl.push(report.values['objective/kl']!);
      },
    };
    if (arm !== 'true') comparisons.push(...(await judged(root, seed, policyFolder, round, PAIRS / rounds)));
    const rewardFolder =
      arm === 'true'
        ? await untrainedReward(root, sft.folder, seed)
        : await trainReward({ root, seed }, sft, comparisons, previousReward, context);
    if (arm !== 'true') previousReward = { folder: rewardFolder, round: round + 1 };
    const input = {
      stage: 'ppo',
      config: { ...ppoConfig, klCoef: beta, totalEpisodes: (iterations / rounds) * ppoConfig.batchSize },
      policyFolder: ppoConfig.startFrom === 'previous' ? policyFolder : sft.folder,
      referenceFolder: ppoConfig.startFrom === 'sft' || policyFolder === sft.folder ? undefined : sft.folder,
      rewardFolder,
      prompts: prompts(1),
      watch: watchConfig,
      rewardTexts: [...new Set(comparisons.flatMap((c) => [c.responseA, c.responseB]))],
    } satisfies Stage;
    policyFolder = await saved(await stage(root, seed + 1000 * round, input, context, arm === 'true' ? optimality : undefined), 'policy');
  }

  const seconds = sft.seconds + secondsSince(startedAt);
  const walks = await sample(root, seed, policyFolder, 50, 1);
  const first = trace.alerts.sort((a, b) => a.at - b.at)[0];
  return {
    arm,
    beta,
    seed,
    gold: mean(walks.map(optimality)),
    proxy: mean(trace.proxy.slice(-WINDOW)),
    kl: mean(trace.kl.slice(-WINDOW)),
    seconds,
    alertAt: first?.at ?? null,
    monitor: first?.monitor ?? null,
    ...fall(trace.gold, ppoConfig.startFrom === 'sft' ? iterations / rounds : iterations),
    trace,
  };
}

/** Where the mean over a window first is a tenth below its peak until then; a policy that starts anew, after so many iterations, has a peak of its own. */
export function fall(gold: number[], perPolicy = gold.length): { goldDropAt: number | null; peak: number } {
  let best = 0;
  let goldDropAt: number | null = null;
  for (let from = 0; from < gold.length; from += perPolicy) {
    let peak = 0;
    for (let at = from + WINDOW; at <= from + perPolicy; at++) {
      const now = mean(gold.slice(at - WINDOW, at));
      peak = Math.max(peak, now);
      if (now <= 0.9 * peak) goldDropAt ??= at;
    }
    best = Math.max(best, peak);
  }
  return { goldDropAt, peak: best };
}

/** Pairs of walks of this policy, from every start as many. */
async function judged(root: string, seed: number, folder: string, round: number, pairs: number): Promise<Comparison[]> {
  const walks = await sample(root, seed + 1000 * round, folder, Math.ceil(pairs / starts.length), 2);
  const rng = createRng(seed).fork(`labels ${round}`);
  const half = walks.length / 2;
  return Array.from({ length: half }, (_, i) => compare(`${round}-${i}`, walks[i]!, walks[half + i]!, round, rng)).slice(0, pairs);
}

async function sample(root: string, seed: number, folder: string, times: number, samplesPerPrompt: number): Promise<Sample[]> {
  const asked = prompts(times);
  const textOf = new Map(asked.map(({ promptId, text }) => [promptId, text]));
  const reports = await stage(root, seed, {
    stage: 'sample',
    config: sampleSchema.parse({ ...decoding, numPrompts: asked.length }),
    policies: [{ checkpointId: 'policy', folder, samplesPerPrompt }],
    prompts: asked,
  });
  return reports
    .flatMap((r) => (r.type === 'samples' ? r.samples : []))
    .map(({ promptId, text, isTruncated }) => ({ prompt: textOf.get(promptId)!, response: text, isTruncated }));
}

async function trainReward(
  { root, seed }: Options,
  sft: Sft,
  comparisons: Comparison[],
  previousReward: { folder: string; round: number } | undefined,
  context: Partial<StageContext>,
): Promise<string> {
  const input = {
    stage: 'reward',
    config: rewardConfig,
    modelFolder: sft.folder,
    comparisons,
    referencePrompts: prompts(20),
    referenceDecoding: decoding,
    watch: watchConfig,
    previousReward,
  } as const;
  return saved(await stage(root, seed, input, context), 'reward');
}

/** Where the reward is computed, the critic still begins as a reward model: the SFT model's body, with a random head. */
async function untrainedReward(root: string, folder: string, seed: number): Promise<string> {
  const model = withScalarHead(await loadModel(folder, 'language'), seed);
  return (await saveModel(model, model.params, { outputFolder: root, kind: 'reward', step: 0 })).folder;
}

type Stage = StageInput extends infer One ? (One extends StageInput ? Omit<One, 'seed' | 'outputFolder' | 'resumeFolder'> : never) : never;
let stages = 0;

async function stage(
  root: string,
  seed: number,
  what: Stage,
  context: Partial<StageContext> = {},
  reward?: typeof optimality,
): Promise<StageReport[]> {
  const outputFolder = join(root, `${what.stage}-${stages++}`);
  await mkdir(outputFolder, { recursive: true });
  const input = { ...what, seed, outputFolder, resumeFolder: null } as StageInput;
  const reports: StageReport[] = [];
  const whole: StageContext = {
    interruption: async () => null,
    ...context,
    report(report) {
      reports.push(report);
      context.report?.(report);
    },
  };
  if (input.stage === 'ppo' && reward) await runPpo(input, whole, reward);
  else await runStage(input, whole);
  return reports;
}

function saved(reports: StageReport[], kind: 'sft' | 'reward' | 'policy'): string {
  return reports.flatMap((r) => (r.type === 'checkpoint' && r.kind === kind ? [r.folder] : []))[0]!;
}

const secondsSince = (startedAt: number) => (performance.now() - startedAt) / 1000;
export const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
