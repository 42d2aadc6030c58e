/** Where checkpoints lie. A checkpoint row keeps its folder relative to here, so that the data folder can move. */
import path from 'node:path';
import { env } from '@/lib/env';
import { modelFolder } from '@/lib/projects/model-folder';
import type { CheckpointKind } from '@/db/enums';

export const checkpointsFolder = (): string => path.join(env().dataFolder, 'checkpoints');

/** Everything that one stage writes. */
export const stageFolder = (jobId: string): string => path.join(checkpointsFolder(), jobId);

/** Absolute. A base model lies where the project says. */
export function checkpointFolder(checkpoint: { kind: CheckpointKind; path: string }): string {
  return checkpoint.kind === 'base' ? modelFolder(checkpoint.path) : path.join(checkpointsFolder(), checkpoint.path);
}
