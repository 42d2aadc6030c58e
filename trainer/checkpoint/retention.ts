/** Which checkpoints' files may go. Rows stay for lineage; base models are the user's own files and are never touched. */
import type { CheckpointKind } from '@/db/enums';

export type StoredCheckpoint = {
  id: string;
  kind: CheckpointKind;
  /** Number of its round within the project; null outside rounds. */
  roundNumber: number | null;
  bytes: number;
  createdAt: Date;
  /** Something unfinished reads it: a queued or running job, or the next round. */
  isNeeded: boolean;
};

export type RetentionRule = {
  /** SFT and reward models of this many last rounds stay; policies of all rounds do. Both as far as the budget allows. */
  keepRounds: number;
  /** Disk budget in bytes. */
  maxBytes: number;
};

/** Within the budget, policies outlive reward models, and those outlive SFT models of the same age. */
const value: Record<CheckpointKind, number> = { resume: 0, sft: 1, reward: 2, policy: 3, base: 4 };

/**
 * The ids to delete, in order, of one project's checkpoints: first resume states that nothing needs, then SFT and reward models of old rounds,
 * then, round by round from the oldest, as many as the budget asks for.
 */
export function whatToDelete(checkpoints: readonly StoredCheckpoint[], rule: RetentionRule): string[] {
  const own = checkpoints.filter(({ kind }) => kind !== 'base');
  const newestRound = Math.max(0, ...own.map(({ roundNumber }) => roundNumber ?? 0));
  const isOutdated = ({ kind, roundNumber }: StoredCheckpoint) =>
    kind === 'resume' || (kind !== 'policy' && (roundNumber ?? newestRound) <= newestRound - rule.keepRounds);
  const order = own
    .filter(({ isNeeded }) => !isNeeded)
    .sort(
      (a, b) =>
        Number(isOutdated(b)) - Number(isOutdated(a)) ||
        (a.roundNumber ?? 0) - (b.roundNumber ?? 0) ||
        value[a.kind] - value[b.kind] ||
        a.createdAt.getTime() - b.createdAt.getTime() ||
        (a.id < b.id ? -1 : 1),
    );
  let left = own.reduce((total, { bytes }) => total + bytes, 0);
  const deleted: string[] = [];
  for (const checkpoint of order) {
    if (!isOutdated(checkpoint) && left <= rule.maxBytes) break;
    deleted.push(checkpoint.id);
    left -= checkpoint.bytes;
  }
  return deleted;
}
