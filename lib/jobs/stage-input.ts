/**
 * Everything a stage computes from, as plain data: the round's frozen labels and prompts, drawn by its seed, and folders.
 * SFT always starts from the project's base model, the reward model and PPO from the round's own checkpoints (PPO, where it is told to, from
 * the policy of the round before).
 */
import { db, type Db } from '@/db/client';
import { findCheckpoint, latestCheckpoint } from '@/db/queries/checkpoints';
import { findProject } from '@/db/queries/projects';
import { drawPrompts } from '@/db/queries/prompts';
import { ratedResponses } from '@/db/queries/response-scores';
import { deleteSamplesOf } from '@/db/queries/responses';
import { findRound } from '@/db/queries/rounds';
import { policySamplesBefore, stageSamplesOfRound } from '@/db/queries/stage-samples';
import {
  comparisonsOfRound,
  demonstrationsOfRound,
  heldOutPromptsOfRound,
  promptsOfRound,
  verdictsOfRound,
  type ComparisonRow,
} from '@/db/queries/training-data';
import { settingsOf } from '@/lib/projects/settings';
import { strengthOf } from '@/lib/tasks/scale';
import { withConsensus } from '@/lib/training/consensus-labels';
import type { Comparison, EvaluationInput, SampledPolicy, SamplePrompt, StageInput } from '@/lib/training/contract';
import { failure } from '@/lib/training/failures';
import { dpoSchema, ppoSchema, rewardSchema, roundConfigSchema, sampleSchema, sftSchema } from '@/lib/training/hyperparameters';
import { withVerdicts } from '@/lib/training/verdict-labels';
import { checkpointFolder, stageFolder } from './folders';
import { fenced, type Job } from './job';

const maxPrompts = 100_000;
const referencePrompts = 128;
const evaluationPrompts = 64;
const evaluationDemonstrations = 200;
/** Earlier rounds whose answers a new reward model scores. */
const judgedRounds = 20;
/** Pairs of which reviewers are told what the new reward model thinks. */
const scoredPairs = 2000;
/** Responses that people rated, of which it is told how that goes with the new reward model's scores. */
const scoredResponses = 2000;
/** Texts that show the watch where the reward model has been. */
const watchedTexts = 2000;

/** @throws HeedError invalid when something that the stage needs is gone */
export async function stageInput(job: Job): Promise<StageInput> {
  const resume = await latestCheckpoint(db(), { jobId: job.id, kind: 'resume' });
  const resumeFolder = resume ? checkpointFolder({ ...resume, kind: 'resume' }) : null;
  const whole = (input: Input): StageInput => {
    const recordedHashes = { ...input.recordedHashes, ...(resume && { [resumeFolder!]: resume.sha256 }) };
    return { outputFolder: stageFolder(job.id), resumeFolder, ...input, recordedHashes };
  };
  if (!job.roundId) return whole(await firstSamples(job));
  const round = await findRound(db(), job.roundId);
  if (!round) throw failure('round-gone', { jobId: job.id });
  const make = { sft: sftInput, reward: rewardInput, ppo: ppoInput, dpo: dpoInput, sample: sampleInput }[job.stage];
  return whole(await make(job, { ...round, config: roundConfigSchema.parse(round.config) }));
}

/** What every stage that makes or judges a policy is measured on; decoded as PPO decodes, by one seed in all rounds. */
async function evaluationInput(round: Round, rewardFolder: string | null): Promise<EvaluationInput> {
  const { temperature, responseLength } = round.config.ppo;
  return {
    baseFolder: (await baseModel(round.projectId)).folder,
    rewardFolder,
    prompts: await heldOutPromptsOfRound(db(), round.id, evaluationPrompts),
    demonstrations: (await demonstrationsOfRound(db(), round.id)).filter((d) => d.isHeldOut).slice(0, evaluationDemonstrations),
    decoding: { temperature, topK: 0, topP: 1, maxNewTokens: responseLength, seed: 0 },
  };
}

/** With what a new reward model is asked about besides the SFT policy. */
async function rewardEvaluation(round: Round): Promise<EvaluationInput> {
  const rows = await policySamplesBefore(db(), round, judgedRounds);
  const earlier = [...new Set(rows.map((row) => row.round))].map((number) => ({
    round: number,
    samples: rows.filter((row) => row.round === number).map(({ round: _, ...sample }) => sample),
  }));
  return { ...(await evaluationInput(round, null)), earlier };
}

/** With what the reward model said of the SFT policy. */
async function policyEvaluation(round: Round, rewardFolder: string): Promise<EvaluationInput> {
  const samples = (await stageSamplesOfRound(db(), round.id)).filter(({ stage }) => stage === 'reward');
  return { ...(await evaluationInput(round, rewardFolder)), sftSamples: samples.map(({ stage: _, ...sample }) => sample) };
}

type Round = Omit<NonNullable<Awaited<ReturnType<typeof findRound>>>, 'config'> & { config: ReturnType<typeof roundConfigSchema.parse> };
type Input = StageInput extends infer I ? (I extends StageInput ? Omit<I, 'outputFolder' | 'resumeFolder'> : never) : never;

async function sftInput(job: Job, round: Round): Promise<Input> {
  return {
    stage: 'sft',
    seed: round.seed,
    config: sftSchema.parse(job.config),
    modelFolder: (await baseModel(job.projectId)).folder,
    demonstrations: await demonstrationsOfRound(db(), round.id),
    evaluation: await evaluationInput(round, null),
  };
}

async function rewardInput(job: Job, round: Round): Promise<Input> {
  const { temperature, responseLength } = round.config.ppo;
  const sft = await ofRound(round, 'sft');
  return {
    stage: 'reward',
    seed: round.seed,
    config: rewardSchema.parse(job.config),
    modelFolder: sft.folder,
    recordedHashes: hashesOf(sft),
    comparisons: await comparisonsFor(round),
    referencePrompts: await promptsOfRound(db(), round.id, referencePrompts),
    evaluation: await rewardEvaluation(round),
    watch: round.config.watch,
    mostPairScores: scoredPairs,
    ratedResponses: await ratedResponses(db(), round.projectId, scoredResponses),
    previousReward: await previousReward(round),
    // As PPO will sample: rewards are centred on what it starts from.
    referenceDecoding: { temperature, topK: 0, topP: 1, maxNewTokens: responseLength, seed: round.seed },
  };
}

async function ppoInput(job: Job, round: Round): Promise<Input> {
  const sft = await ofRound(round, 'sft');
  const reward = await ofRound(round, 'reward');
  const config = ppoSchema.parse(job.config);
  const previous = config.startFrom === 'previous' ? await previousPolicy(round) : null;
  return {
    stage: 'ppo',
    seed: round.seed,
    config,
    policyFolder: previous?.folder ?? sft.folder,
    ...(previous && { referenceFolder: sft.folder }),
    rewardFolder: reward.folder,
    recordedHashes: hashesOf(sft, reward, ...(previous ? [previous] : [])),
    prompts: await promptsOfRound(db(), round.id, maxPrompts),
    evaluation: await policyEvaluation(round, reward.folder),
    watch: round.config.watch,
    rewardTexts: await rewardTexts(round),
    ...(config.ptxCoef > 0 && { demonstrations: (await demonstrationsOfRound(db(), round.id)).filter((d) => !d.isHeldOut) }),
  };
}

async function dpoInput(job: Job, round: Round): Promise<Input> {
  const sft = await ofRound(round, 'sft');
  const reward = await ofRound(round, 'reward');
  return {
    stage: 'dpo',
    seed: round.seed,
    config: dpoSchema.parse(job.config),
    policyFolder: sft.folder,
    recordedHashes: hashesOf(sft, reward),
    comparisons: await comparisonsFor(round),
    evaluation: await policyEvaluation(round, reward.folder),
  };
}

/** Null where no round has made one yet. */
async function previousPolicy({ previousPolicyId }: Round): Promise<{ folder: string; sha256: string } | null> {
  const policy = previousPolicyId ? await findCheckpoint(db(), previousPolicyId) : undefined;
  if (!policy || policy.kind === 'base') return null;
  if (policy.deletedAt) throw failure('previous-policy-gone');
  return { folder: checkpointFolder(policy), sha256: policy.sha256 };
}

/** What the policy before was trained on; absent after the base model, and where the retention rule has removed it. */
async function previousReward({ previousPolicyId }: Round): Promise<{ folder: string; round: number } | undefined> {
  const policy = previousPolicyId ? await findCheckpoint(db(), previousPolicyId) : undefined;
  const before = policy?.roundId ? await findRound(db(), policy.roundId) : undefined;
  const reward = before && (await latestCheckpoint(db(), { roundId: before.id, kind: 'reward' }));
  return reward ? { folder: checkpointFolder({ ...reward, kind: 'reward' }), round: before.number } : undefined;
}

async function rewardTexts(round: Round): Promise<string[]> {
  const pairs = (await comparisonsOfRound(db(), round.id)).filter((row) => !row.isHeldOut);
  return [...new Set(pairs.flatMap((row) => [row.responseA, row.responseB]))].slice(0, watchedTexts);
}

async function sampleInput(job: Job, round: Round): Promise<Input> {
  const config = sampleSchema.parse(job.config);
  const policy = await ofRound(round, 'policy');
  const previous = round.previousPolicyId ? await findCheckpoint(db(), round.previousPolicyId) : undefined;
  const prompts = await promptsOfBothSplits(db(), { projectId: job.projectId, seed: round.seed, limit: config.numPrompts });
  const policies: SampledPolicy[] = [
    {
      checkpointId: policy.id,
      folder: policy.folder,
      samplesPerPrompt: 2,
      ...(await moreForRankings(job, prompts, previous && !previous.deletedAt ? 1 : 0)),
    },
  ];
  let recordedHashes = hashesOf(policy);
  if (previous && !previous.deletedAt) {
    const folder = checkpointFolder(previous);
    policies.push({ checkpointId: previous.id, folder, samplesPerPrompt: 1 });
    if (previous.kind !== 'base') recordedHashes = { ...recordedHashes, ...hashesOf({ folder, sha256: previous.sha256 }) };
  }
  await startAfresh(job);
  return { stage: 'sample', seed: round.seed, config, policies, prompts, recordedHashes };
}

/** A new project: the base model answers prompts that it has not answered yet. */
async function firstSamples(job: Job): Promise<Input> {
  const config = sampleSchema.parse(job.config);
  const base = await baseModel(job.projectId);
  await startAfresh(job);
  const draw = { projectId: job.projectId, seed: config.seed, limit: config.numPrompts, withoutPolicy: base.id };
  const prompts = await promptsOfBothSplits(db(), draw);
  return {
    stage: 'sample',
    seed: config.seed,
    config,
    policies: [{ checkpointId: base.id, folder: base.folder, samplesPerPrompt: 2, ...(await moreForRankings(job, prompts, 0)) }],
    prompts,
  };
}

/** As many samples as a ranking has responses, of as many prompts as are ranked, all over the draw: held-out prompts get their share. */
async function moreForRankings(job: Job, prompts: SamplePrompt[], fromOthers: number): Promise<Pick<SampledPolicy, 'samplesByPrompt'>> {
  const { rankTasks, rankSize } = settingsOf((await findProject(db(), { id: job.projectId }))!.settings);
  if (rankTasks === 0) return {};
  const share = Math.min(1, rankTasks / prompts.length);
  const ranked = prompts.filter((_, i) => Math.floor((i + 1) * share) > Math.floor(i * share));
  return { samplesByPrompt: Object.fromEntries(ranked.map(({ promptId }) => [promptId, rankSize - fromOthers])) };
}

const startAfresh = (job: Job) => fenced(job, (tx) => deleteSamplesOf(tx, job.id));

/** Held-out prompts in the project's own share, at least one if there is one: their labels measure the reward model. */
async function promptsOfBothSplits(
  db: Db,
  draw: { projectId: string; seed: number; limit: number; withoutPolicy?: string },
): Promise<SamplePrompt[]> {
  const { heldOutFraction } = settingsOf((await findProject(db, { id: draw.projectId }))!.settings);
  const share = heldOutFraction === 0 ? 0 : Math.max(1, Math.round(draw.limit * heldOutFraction));
  const heldOut = await drawPrompts(db, { ...draw, split: 'held_out', limit: share });
  const train = await drawPrompts(db, { ...draw, split: 'train', limit: draw.limit - heldOut.length });
  return [...heldOut, ...train];
}

async function baseModel(projectId: string): Promise<{ id: string; folder: string }> {
  const base = await latestCheckpoint(db(), { projectId, kind: 'base' });
  if (!base) throw failure('no-base-model');
  return { id: base.id, folder: checkpointFolder({ ...base, kind: 'base' }) };
}

const hashesOf = (...written: { folder: string; sha256: string }[]): Record<string, string> =>
  Object.fromEntries(written.map(({ folder, sha256 }) => [folder, sha256]));

async function ofRound(round: Round, kind: 'sft' | 'reward' | 'policy'): Promise<{ id: string; folder: string; sha256: string }> {
  const checkpoint = await latestCheckpoint(db(), { roundId: round.id, kind });
  if (!checkpoint) throw failure('stage-checkpoint-gone', { round: round.number, kind });
  return { id: checkpoint.id, sha256: checkpoint.sha256, folder: checkpointFolder({ ...checkpoint, kind }) };
}

/** As the round takes its labels. */
async function comparisonsFor(round: Round): Promise<Comparison[]> {
  const comparisons = (await comparisonsOfRound(db(), round.id)).map(toComparison);
  const labels = round.config.labels === 'consensus' ? withConsensus(comparisons) : comparisons;
  return round.config.verdicts === 'preferred' ? withVerdicts(labels, (await verdictsOfRound(db(), round.id)).map(toLabel)) : labels;
}

const toComparison = ({ round, annotator, ...row }: ComparisonRow): Comparison => ({
  ...toLabel(row),
  round: round ?? undefined,
  annotator: annotator ?? undefined,
});

const toLabel = <R extends { grade: number; scalePoints: number }>({ grade, scalePoints, ...row }: R) => ({
  ...row,
  grade: strengthOf(grade, scalePoints),
  chosenShare: grade > 0 ? 1 : grade < 0 ? 0 : 0.5,
});
