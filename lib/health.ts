/** Is the house standing? */
import { db } from '@/db/client';
import { selectOne } from '@/db/queries/health';
import { log } from '@/lib/log';

export async function ping(): Promise<boolean> {
  try {
    await selectOne(db());
    return true;
  } catch (error) {
    log.error({ err: error }, 'the database does not answer');
    return false;
  }
}
