/** What an export says, line by line. */
import { systemActor, type Actor } from '@/lib/auth/actor';
import { exportRows } from '@/lib/dataset/export';

export async function exported(of: Parameters<typeof exportRows>[1], actor: Actor = systemActor) {
  let text = '';
  for await (const chunk of exportRows(actor, of)) text += chunk;
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
