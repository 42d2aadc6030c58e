/**
 * What a running stage reports goes into the database through here, fenced. Each throws LostJobError when the job is gone, and
 * each may be sent again when its answer was lost: it is written once.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { upsertAlert } from '@/db/queries/alerts';
import { insertCheckpoint, latestCheckpoint, markOlderDeleted } from '@/db/queries/checkpoints';
import { resetFruitlessAttempts, updateProgress } from '@/db/queries/jobs';
import { upsertMetrics } from '@/db/queries/metrics';
import { notifyEvent } from '@/db/queries/notify';
import { replacePairScores } from '@/db/queries/pair-scores';
import { replaceResponseScores } from '@/db/queries/response-scores';
import { insertSamples } from '@/db/queries/responses';
import { replaceStageSamples } from '@/db/queries/stage-samples';
import type { PairScore, ResponseScore, SampledResponse, StageReport, StageSample } from '@/lib/training/contract';
import type { Alert } from '@/lib/training/watch';
import { checkpointsFolder } from './folders';
import { fenced, type Job } from './job';

const event = ({ projectId, roundId, id }: Job) => ({ projectId, roundId, jobId: id });

export async function reportMetrics(job: Job, report: { step: number; values: Record<string, number> }): Promise<void> {
  const points = Object.entries(report.values).map(([key, value]) => ({ step: report.step, key, value }));
  await fenced(job, async (tx) => {
    await upsertMetrics(tx, job.id, points);
    await notifyEvent(tx, event(job));
  });
}

/** @param progress 0 … 1 */
export async function setProgress(job: Job, progress: number): Promise<void> {
  await fenced(job, async (tx) => {
    await updateProgress(tx, job.id, Math.min(1, Math.max(0, progress)));
    await notifyEvent(tx, event(job));
  });
}

export type CheckpointReport = Omit<Extract<StageReport, { type: 'checkpoint' }>, 'type'>;

/**
 * Call it when the files are complete. It replaces what this job recorded of the same kind before. Returns the folders that are
 * superfluous now: their rows are gone, remove the files.
 */
export async function recordCheckpoint(job: Job, { folder, ...report }: CheckpointReport): Promise<{ superfluousFolders: string[] }> {
  return fenced(job, async (tx) => {
    const parent = await parentOf(tx, job);
    const id = await insertCheckpoint(tx, {
      ...report,
      projectId: job.projectId,
      roundId: job.roundId,
      jobId: job.id,
      path: path.relative(checkpointsFolder(), folder),
      parentId: parent?.id,
    });
    await notifyEvent(tx, event(job));
    if (report.kind === 'resume') await resetFruitlessAttempts(tx, job.id);
    const older = await markOlderDeleted(tx, { jobId: job.id, kind: report.kind, newestId: id });
    return { superfluousFolders: older.map((row) => path.join(checkpointsFolder(), row.path)) };
  });
}

/** sft grows out of the base model; reward model and policy grow out of the round's sft. */
function parentOf(tx: Parameters<typeof latestCheckpoint>[0], job: Job) {
  return job.stage === 'sft' || !job.roundId
    ? latestCheckpoint(tx, { projectId: job.projectId, kind: 'base' })
    : latestCheckpoint(tx, { roundId: job.roundId, kind: 'sft' });
}

export type IdentifiedSample = SampledResponse & { id: string };

/** The ids tell samples that are sent again from samples that say the same; give them before the first try. */
export const identified = (samples: SampledResponse[]): IdentifiedSample[] => samples.map((sample) => ({ ...sample, id: randomUUID() }));

/** A byte-level tokenizer can spell U+0000, PostgreSQL cannot. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD');

export async function recordSamples(job: Job, samples: IdentifiedSample[]): Promise<void> {
  const { projectId, id: jobId } = job;
  const rows = samples.map((sample) => ({ ...sample, text: storable(sample.text), projectId, jobId }));
  await fenced(job, async (tx) => {
    await insertSamples(tx, rows);
    await notifyEvent(tx, event(job));
  });
}

export async function recordStageSamples(job: Job, samples: StageSample[]): Promise<void> {
  const rows = samples.map((sample) => ({ ...sample, prompt: storable(sample.prompt), response: storable(sample.response) }));
  await fenced(job, async (tx) => {
    await replaceStageSamples(tx, job.id, rows);
    await notifyEvent(tx, event(job));
  });
}

/** A pair is known by its responses, the lower id first. */
export async function recordPairScores(job: Job, scores: PairScore[]): Promise<void> {
  const { projectId, id: jobId } = job;
  const rows = scores.map(({ responseIds: [a, b], lead, isHeldOut }) => ({
    ...(a < b ? { responseAId: a, responseBId: b, lead } : { responseAId: b, responseBId: a, lead: -lead }),
    projectId,
    jobId,
    isHeldOut,
  }));
  await fenced(job, async (tx) => replacePairScores(tx, projectId, rows));
}

export async function recordResponseScores(job: Job, scores: ResponseScore[]): Promise<void> {
  const { projectId, id: jobId } = job;
  const rows = scores.map((score) => ({ ...score, projectId, jobId }));
  await fenced(job, async (tx) => replaceResponseScores(tx, projectId, rows));
}

/** Outside a round nothing is watched. */
export async function recordAlert(job: Job, alert: Alert): Promise<void> {
  const { roundId } = job;
  if (!roundId) return;
  const clean = JSON.parse(JSON.stringify(alert), (_, v: unknown) => (typeof v === 'string' ? storable(v) : v)) as Alert;
  await fenced(job, async (tx) => {
    await upsertAlert(tx, { ...clean, roundId, jobId: job.id });
    await notifyEvent(tx, event(job));
  });
}
