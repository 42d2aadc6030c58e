/**
 * One claimed stage from input to outcome: the numerics process computes and reports, this writes every report, fenced, and keeps saying
 * that we are alive. Ends in one of: finished, cancelled, failed, given back to the queue, or lost to another worker.
 */
import { rm } from 'node:fs/promises';
import { crashJob, drainJob } from '@/lib/jobs/release-job';
import { finishJob, type Why } from '@/lib/jobs/finish-job';
import { heartbeatSeconds } from '@/lib/jobs/claim-job';
import { LostJobError, type Job } from '@/lib/jobs/job';
import {
  identified,
  recordAlert,
  recordCheckpoint,
  recordSamples,
  recordPairScores,
  recordResponseScores,
  recordStageSamples,
  reportMetrics,
  setProgress,
} from '@/lib/jobs/report';
import { renewJob } from '@/lib/jobs/renew-job';
import { stageInput } from '@/lib/jobs/stage-input';
import { HeedError } from '@/lib/errors';
import { crash, type Crash } from '@/lib/training/failures';
import { isDatabaseOutage } from '@/db/outage';
import { log } from './log';
import { persist } from './persist';
import { StageProcess, type ProcessReport } from './stage-process';

/** How long numerics that were told to stop may take to come to the end of its step. */
const patience = { stop: 30_000, drain: 8_000 };
/** Progress is written this often, not at every report. */
const progressMilliseconds = 500;

export type Surroundings = {
  /** The worker's program. */
  workerFile: URL;
  /** This process ends: give the stage back after a resume checkpoint. */
  draining: AbortSignal;
  /** Calls back when somebody may have cancelled something; returns how to stop that. */
  onNotice(look: () => void): () => void;
};

type End = 'finished' | 'cancelled' | 'drained' | 'lost' | { failed: Why } | { broken: Crash };

export async function runJob(job: Job, around: Surroundings): Promise<void> {
  const story = log.child({ job: job.id, stage: job.stage, attempt: job.attempt });
  story.info('stage begins');
  try {
    const end = await compute(job, around);
    story.info({ end }, 'stage ends');
    await persist(() => conclude(job, end), around.draining);
  } catch (error) {
    if (!(error instanceof LostJobError)) throw error;
    story.warn('the job was lost to another worker');
  }
}

async function conclude(job: Job, end: End): Promise<void> {
  if (end === 'lost') return;
  if (end === 'finished') await succeed(job);
  else if (end === 'cancelled') await finishJob(job, { state: 'cancelled' });
  else if (end === 'drained') await drainJob(job);
  else if ('failed' in end) await finishJob(job, { state: 'failed', why: end.failed });
  else await crashJob(job, end.broken);
}

async function succeed(job: Job): Promise<void> {
  try {
    await finishJob(job, { state: 'succeeded' });
  } catch (error) {
    if (!(error instanceof HeedError)) throw error;
    await finishJob(job, { state: 'failed', why: error });
  }
}

async function compute(job: Job, around: Surroundings): Promise<End> {
  let input;
  try {
    input = await persist(() => stageInput(job), around.draining);
  } catch (error) {
    if (error instanceof HeedError) return { failed: error };
    throw error;
  }
  if (input.stage === 'sample' && input.prompts.length === 0) return 'finished';
  if (around.draining.aborted) return 'drained';

  const numerics = new StageProcess(around.workerFile, input);
  let asked: 'stop' | 'drain' | null = null;
  let isLost = false;
  const ask = (type: 'stop' | 'drain') => {
    if (asked === type || asked === 'stop') return;
    asked = type;
    numerics.send({ type });
    setTimeout(() => void numerics.terminate(), patience[type]).unref();
  };
  const beat = async () => {
    try {
      if ((await renewJob(job)).isCancelRequested) ask('stop');
    } catch (error) {
      if (isDatabaseOutage(error)) return;
      if (!(error instanceof LostJobError)) log.error({ err: error }, 'the heartbeat failed');
      isLost = true;
      await numerics.terminate();
    }
  };
  const heart = setInterval(() => void beat(), heartbeatSeconds * 1000);
  const unlisten = around.onNotice(() => void beat());
  const drain = () => ask('drain');
  around.draining.addEventListener('abort', drain);
  try {
    const last = await writeReports(job, numerics, around.draining);
    return isLost ? 'lost' : endOf(last, asked);
  } catch (error) {
    await numerics.terminate();
    if (error instanceof LostJobError) return 'lost';
    throw error;
  } finally {
    clearInterval(heart);
    unlisten();
    around.draining.removeEventListener('abort', drain);
  }
}

/** Null: it had to be terminated. */
async function writeReports(job: Job, numerics: StageProcess, signal: AbortSignal): Promise<ProcessReport | null> {
  let progressAt = 0;
  for await (const report of numerics.reports()) {
    switch (report.type) {
      case 'metrics':
        await persist(() => reportMetrics(job, report), signal);
        break;
      case 'progress':
        if (Date.now() - progressAt < progressMilliseconds) break;
        progressAt = Date.now();
        await persist(() => setProgress(job, report.fraction), signal);
        break;
      case 'checkpoint': {
        const { type: _, ...checkpoint } = report;
        const { superfluousFolders } = await persist(() => recordCheckpoint(job, checkpoint), signal);
        for (const folder of superfluousFolders) await rm(folder, { recursive: true, force: true });
        break;
      }
      case 'samples': {
        const samples = identified(report.samples);
        await persist(() => recordSamples(job, samples), signal);
        break;
      }
      case 'stage-samples':
        await persist(() => recordStageSamples(job, report.samples), signal);
        break;
      case 'pair-scores':
        await persist(() => recordPairScores(job, report.scores), signal);
        break;
      case 'response-scores':
        await persist(() => recordResponseScores(job, report.scores), signal);
        break;
      case 'alert': {
        const { alert } = report;
        log.warn({ job: job.id, monitor: alert.monitor, severity: alert.severity, step: alert.step }, alert.seen);
        await persist(() => recordAlert(job, alert), signal);
        break;
      }
      case 'failed':
        log.error({ job: job.id, stack: report.stack }, report.message);
        return report;
      default:
        return report;
    }
  }
  return null;
}

function endOf(last: ProcessReport | null, asked: 'stop' | 'drain' | null): End {
  if (last?.type === 'finished' && last.outcome === 'succeeded') return 'finished';
  if (last?.type === 'failed') return { failed: last };
  if (asked === 'stop') return 'cancelled';
  if (asked === 'drain') return 'drained';
  return { broken: last?.type === 'broken' ? last.crash : crash('unasked') };
}
