/** What the disk may refuse, in words for the person who can do something about it. */
import { diskTrouble, failure } from '@/lib/training/failures';

const troubles: Record<string, Parameters<typeof diskTrouble>[0]> = {
  ENOSPC: 'full',
  EDQUOT: 'quota',
  EROFS: 'read-only',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
};

/** The same error as HeedError(unavailable) where the disk refused a write; any other error unchanged. */
export function asDiskError(cause: unknown, path: string): unknown {
  const trouble = troubles[(cause as NodeJS.ErrnoException | null)?.code ?? ''];
  return trouble ? failure('disk', { path, trouble: diskTrouble(trouble) }, { cause }) : cause;
}
