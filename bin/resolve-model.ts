/** A base model as a person names it: `builtin`, a folder, or a name on the hub, which is fetched unless it is here. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { HeedError } from '@/lib/errors';
import { builtinModel, parseHubName } from '@/lib/projects/model-folder';
import { fetchModel, type Progress } from '@/trainer/hub/fetch-model';

/** A folder that exists wins over a name. @returns what `createProject` takes. Throws HeedError: what fetchModel throws. */
export async function resolveModel(text: string): Promise<string> {
  const hub = text === builtinModel || existsSync(text) ? null : parseHubName(text);
  if (!hub) return text;
  const progress = progressLine(text);
  try {
    const { commit, isUnchecked } = await fetchModel(hub, { onProgress: progress.show });
    progress.end();
    if (isUnchecked) console.error(`The hub was not asked whether there is a newer ${hub.name}; this is commit ${commit.slice(0, 12)}.`);
    return `${hub.name}@${commit}`;
  } catch (cause) {
    progress.end();
    if (!(cause instanceof HeedError) || !['not_found', 'unavailable'].includes(cause.code)) throw cause;
    throw new HeedError(cause.code, `There is no folder ${path.resolve(text)}. As a name on the hub: ${cause.message}`, { cause });
  }
}

/** On a terminal one line that changes, elsewhere a new line now and then; on standard error, so that --json stays clean. */
function progressLine(name: string): { show: (progress: Progress) => void; end: () => void } {
  const { isTTY } = process.stderr;
  const pause = isTTY ? 200 : 10_000;
  let shown = 0;
  return {
    show({ receivedBytes, totalBytes }) {
      const now = Date.now();
      if (now - shown < pause && receivedBytes < totalBytes) return;
      shown = now;
      const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
      const line = `Fetching ${name}: ${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB`;
      process.stderr.write(isTTY ? `\r${line}` : `${line}\n`);
    },
    end() {
      if (isTTY && shown > 0) process.stderr.write('\n');
    },
  };
}
