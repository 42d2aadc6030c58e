/** What the disk may refuse, in words for the person who can do something about it. */
import { HeedError } from '@/lib/errors';

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full. Free some space or lower the disk budget for checkpoints, then start again',
  EDQUOT: 'the disk quota is used up. Free some space, then start again',
  EROFS: 'the disk is read-only',
  EACCES: 'there is no permission to write there',
  EPERM: 'there is no permission to write there',
};

/** The same error as HeedError(unavailable) where the disk refused a write; any other error unchanged. */
export function asDiskError(cause: unknown, path: string): unknown {
  const reason = reasons[(cause as NodeJS.ErrnoException | null)?.code ?? ''];
  return reason ? new HeedError('unavailable', `Could not write ${path}: ${reason}.`, { cause }) : cause;
}
