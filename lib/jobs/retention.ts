/** The database's side of keeping the disk tidy: what is stored and what still needs it; and forgetting files. */
import path from 'node:path';
import { db } from '@/db/client';
import { listStoredCheckpoints, markDeleted, type StoredCheckpoint } from '@/db/queries/checkpoints';
import { listUnfinishedJobs } from '@/db/queries/jobs';
import { checkpointsFolder } from './folders';

export type KeptCheckpoint = StoredCheckpoint & { isNeeded: boolean };

/** Needed: by a running round or job, as a running round's previous policy, or as the policy that the next round will compare with. */
export async function storedCheckpoints(): Promise<KeptCheckpoint[]> {
  const stored = await listStoredCheckpoints(db());
  return stored.map((checkpoint) => {
    const isCurrentPolicy =
      checkpoint.kind === 'policy' &&
      !stored.some(
        (other) =>
          other.kind === 'policy' && other.projectId === checkpoint.projectId && (other.roundNumber ?? 0) > (checkpoint.roundNumber ?? 0),
      );
    const isInUse = checkpoint.kind === 'resume' ? isUnfinished(checkpoint.jobState) : checkpoint.roundState === 'running';
    return { ...checkpoint, isNeeded: isInUse || checkpoint.isPreviousPolicy || isCurrentPolicy };
  });
}

const isUnfinished = (state: string | null): boolean => state === 'queued' || state === 'running';

/** Marks them gone and returns their folders, absolute, to be removed now. */
export async function forgetCheckpoints(ids: string[]): Promise<string[]> {
  return (await markDeleted(db(), ids)).map((row) => path.join(checkpointsFolder(), row.path));
}

/** Ids of jobs that somebody works on or will. */
export async function unfinishedJobs(): Promise<Set<string>> {
  return new Set(await listUnfinishedJobs(db()));
}
