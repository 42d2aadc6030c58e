/**
 * Keeps the data folder within its budget: applies the retention rule, project by project, and removes what killed processes
 * left behind. A checkpoint's row is marked first, its files go after; files without a row are never read, so they may go too.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { env } from '@/lib/env';
import { checkpointsFolder } from '@/lib/jobs/folders';
import { forgetCheckpoints, storedCheckpoints, unfinishedJobs, type KeptCheckpoint } from '@/lib/jobs/retention';
import { whatToDelete } from './checkpoint/retention';
import { sweepTemporary } from './checkpoint/store';
import { isEvidenceFolder } from './stages/evidence';
import { log } from './log';

const keepRounds = 3;
const evidenceMilliseconds = 30 * 24 * 3600 * 1000;

export async function cleanUp(): Promise<void> {
  const stored = await storedCheckpoints();
  const projects = [...new Set(stored.map((checkpoint) => checkpoint.projectId))];
  // Every project gets an equal share: none pushes out the models of another.
  const maxBytes = env().checkpointBudgetBytes / Math.max(1, projects.length);
  for (const project of projects) {
    const own = stored.filter((checkpoint) => checkpoint.projectId === project);
    const ids = whatToDelete(own, { keepRounds, maxBytes });
    for (const folder of await forgetCheckpoints(ids)) await rm(folder, { recursive: true, force: true });
    if (ids.length > 0) log.info({ project, checkpoints: ids.length }, 'old checkpoints removed');
    warnIfOver(
      own.filter(({ id }) => !ids.includes(id)),
      maxBytes,
      project,
    );
  }
  await removeStrays();
  await sweepTemporary(checkpointsFolder());
}

function warnIfOver(kept: KeptCheckpoint[], maxBytes: number, project: string): void {
  const bytes = kept.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0);
  if (bytes > maxBytes) log.warn({ project, bytes, maxBytes }, 'checkpoints that are still needed take more than their disk budget');
}

/** Folders of stages that have ended, but for those that a row knows, and batches kept for a person for 30 days. */
async function removeStrays(): Promise<void> {
  const root = checkpointsFolder();
  // In this order: what is recorded after the folders were listed belongs to an unfinished job.
  const stageFolders = await foldersIn(root);
  const unfinished = await unfinishedJobs();
  const known = new Set((await storedCheckpoints()).map((checkpoint) => checkpoint.path));
  for (const jobId of stageFolders.filter((name) => !unfinished.has(name))) {
    const names = await foldersIn(path.join(root, jobId));
    const strays: string[] = [];
    for (const name of names) if (!known.has(path.join(jobId, name)) && !(await isKept(path.join(root, jobId, name)))) strays.push(name);
    for (const name of strays) await rm(path.join(root, jobId, name), { recursive: true, force: true });
    if (strays.length === names.length) await rm(path.join(root, jobId), { recursive: true, force: true });
  }
}

const isKept = async (folder: string): Promise<boolean> =>
  isEvidenceFolder(path.basename(folder)) && Date.now() - (await stat(folder)).mtimeMs < evidenceMilliseconds;

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
