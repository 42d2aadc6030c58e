/** Which code is running: the commit where this is a checkout, else the package's version. Stored with every round. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { env } from './env';

export function codeRevision(): string {
  const { root } = env();
  return (
    fromGit(path.join(root, '.git')) ??
    `v${(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version}`
  );
}

function fromGit(folder: string): string | undefined {
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(path.join(folder, name), 'utf8').trim();
    } catch {
      return undefined;
    }
  };
  const head = read('HEAD');
  const reference = head?.match(/^ref: (.+)$/)?.[1];
  if (!reference) return head;
  return (
    read(reference) ??
    read('packed-refs')
      ?.split('\n')
      .find((line) => line.endsWith(` ${reference}`))
      ?.split(' ')[0]
  );
}
