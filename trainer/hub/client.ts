/**
 * The Hugging Face hub, or another server that speaks its language: which commit a revision is, which files it has, and their
 * bytes. Every refusal is told in words for the person who gave the model's name.
 *
 * Files are asked for in the plain way (resolve, ranges, redirects to where they lie), not in xet's chunks: mirrors know it, too.
 */
import { downloadFile, listFiles, modelInfo } from '@huggingface/hub';
import { HeedError } from '@/lib/errors';

export type HubSettings = {
  /** Without a trailing slash. */
  endpoint: string;
  token?: string;
};
/** `sha256` for what the hub keeps as a large file; `gitSha1` is the hash of a git blob. */
export type HubFile = { path: string; bytes: number; sha256?: string; gitSha1: string };

export type HubClient = {
  commitOf(revision: string): Promise<string>;
  /** The files at the top of the repository. */
  files(commit: string): Promise<HubFile[]>;
  /** A file's bytes from `start` on. */
  read(commit: string, file: HubFile, start: number): AsyncIterable<Uint8Array>;
};

/** All methods throw HeedError: not_found, forbidden, unauthenticated, rate_limited, or unavailable (worth another try). */
export function hubClient(name: string, { endpoint, token }: HubSettings): HubClient {
  let failure: HeedError | null = null;
  const politely: typeof fetch = async (url, init) => {
    failure = null;
    const response = await fetch(url, init).catch((cause: unknown) => {
      throw (failure = unreachable(endpoint, cause));
    });
    // The library tells a missing file by this.
    if (response.ok || response.headers.get('x-error-code') === 'EntryNotFound') return response;
    await response.body?.cancel();
    throw (failure = refusal(name, endpoint, token, String(url), response));
  };
  const options = { hubUrl: endpoint, accessToken: token, fetch: politely };
  const repo = { type: 'model', name } as const;

  return {
    async commitOf(revision) {
      const info = await asking(endpoint, () => modelInfo({ ...options, name, revision, additionalFields: ['sha'] }));
      if (!/^[0-9a-f]{40}$/.test(info.sha)) throw new HeedError('unavailable', `${endpoint} names no commit of ${name}@${revision}.`);
      return info.sha;
    },
    files: (commit) =>
      asking(endpoint, async () => {
        const files: HubFile[] = [];
        for await (const { type, path, size, oid, lfs } of listFiles({ ...options, repo, revision: commit })) {
          if (type === 'file') files.push({ path, bytes: lfs?.size ?? size, sha256: lfs?.oid, gitSha1: oid ?? '' });
        }
        return files;
      }),
    async *read(commit, file, start) {
      const blob = await asking(endpoint, () => downloadFile({ ...options, repo, path: file.path, revision: commit, xet: false }));
      if (!blob) throw new HeedError('not_found', `${endpoint} lists ${file.path} of ${name}, and does not have it.`);
      try {
        yield* blob.slice(start).stream() as unknown as AsyncIterable<Uint8Array>;
      } catch (cause) {
        // The library's stream keeps only the text of what its request met.
        throw failure ?? unreachable(endpoint, cause);
      }
    },
  };
}

async function asking<T>(endpoint: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw cause instanceof HeedError
      ? cause
      : new HeedError('unavailable', `${endpoint} gave an answer that is not understood: ${reasonOf(cause)}.`, { cause });
  }
}

function unreachable(endpoint: string, cause: unknown): HeedError {
  return new HeedError('unavailable', `${endpoint} cannot be reached, or the connection broke: ${reasonOf(cause)}.`, { cause });
}

/** fetch says only "fetch failed"; why stands in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as { message?: string; cause?: { message?: string; code?: string } };
  return (cause?.message || cause?.code || message || String(error)).replace(/\.$/, '');
}

function refusal(name: string, endpoint: string, token: string | undefined, url: string, response: Response): HeedError {
  const { status } = response;
  const code = response.headers.get('x-error-code');
  const where = `${endpoint}/${name}`;
  const details = { url, status };
  if (code === 'RevisionNotFound') return new HeedError('not_found', `${where} has no such branch, tag or commit.`, { details });
  if (code === 'GatedRepo')
    return new HeedError(
      'forbidden',
      `${where} is gated. Accept its conditions there, then set HF_TOKEN to an access token of ${token ? 'the account that did' : 'that account'}.`,
      { details },
    );
  // To those who may not see a model the hub says 401, as of one that is not there.
  if (code === 'RepoNotFound' || status === 404)
    return new HeedError(
      'not_found',
      `There is no model ${name} at ${endpoint}, or it is private${token ? ' and HF_TOKEN may not read it' : ': then set HF_TOKEN'}. Check the name.`,
      { details },
    );
  if (status === 401)
    return new HeedError('unauthenticated', `${endpoint} does not accept HF_TOKEN. Make a new access token.`, { details });
  if (status === 403) return new HeedError('forbidden', `HF_TOKEN may not read ${where}.`, { details });
  if (status === 429) return new HeedError('rate_limited', `${endpoint} asks to wait: too many requests. Try again later.`, { details });
  return new HeedError('unavailable', `${endpoint} answered ${status} ${response.statusText}. Try again later.`, { details });
}
