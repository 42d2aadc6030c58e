/**
 * A small Hugging Face hub for tests: model info, file tree (in pages), resolve with ranges. Large files are sent from another
 * origin after a redirect, as the hub does, and that origin must not be shown the token.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HubModel = {
  files: Record<string, Buffer>;
  /** Branches and tags. */
  revisions: Record<string, string>;
  access?: 'gated' | 'private';
};
export type HubServer = {
  url: string;
  models: Record<string, HubModel>;
  /** "GET /path range", in order. */
  requests: string[];
  /** Ends the connection after so many bytes of a file, once for every entry. */
  breakOffs: { path: string; afterBytes: number }[];
  /** Paths whose bytes are not those that their hash was taken of. */
  damaged: string[];
  /** Answers that many requests for a file with 503 first. */
  outages: number;
  close(): Promise<void>;
};

export const hubToken = 'hf_allowed';
const isLarge = (path: string) => path.endsWith('.safetensors');
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const gitSha1 = (data: Buffer) => createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');

export async function startHub(models: Record<string, HubModel>): Promise<HubServer> {
  const hub: Omit<HubServer, 'url' | 'close'> = { models, requests: [], breakOffs: [], damaged: [], outages: 0 };

  const storage = createServer((request, response) => {
    hub.requests.push(`GET storage${request.url} ${request.headers.range ?? ''}`.trim());
    if (request.headers.authorization) return void response.writeHead(400).end('a token for another origin');
    const [name, path] = decodeURIComponent(request.url!.slice(1)).split('|') as [string, string];
    send(hub, path, hub.models[name]!.files[path]!, request, response);
  });
  await new Promise<void>((ready) => storage.listen(0, '127.0.0.1', ready));

  const server = createServer((request, response) => {
    hub.requests.push(`GET ${request.url} ${request.headers.range ?? ''}`.trim());
    if (hub.outages > 0 && request.url!.includes('/resolve/')) {
      hub.outages--;
      return void response.writeHead(503).end();
    }
    answer(hub, addressOf(storage), request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const close = async () => {
    for (const each of [server, storage]) {
      each.closeAllConnections();
      await new Promise((closed) => each.close(closed));
    }
  };
  return Object.assign(hub, { url: addressOf(server), close });
}

const addressOf = (server: ReturnType<typeof createServer>) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function answer(hub: Omit<HubServer, 'url' | 'close'>, storage: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, 'http://hub');
  const fail = (status: number, code: string) =>
    response.writeHead(status, { 'x-error-code': code, 'content-type': 'application/json' }).end(JSON.stringify({ error: code }));
  const [, name, what, rest = ''] =
    /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/(.+)$/.exec(url.pathname) ??
    /^\/([^/]+\/[^/]+)\/(resolve)\/(.+)$/.exec(url.pathname) ??
    [];
  const model = hub.models[name ?? ''];
  const { authorization } = request.headers;
  if (authorization && authorization !== `Bearer ${hubToken}`) return void fail(401, '');
  if (!model || (model.access === 'private' && !authorization)) return void fail(authorization ? 404 : 401, 'RepoNotFound');
  const [revision, ...pathParts] = rest.split('/').map(decodeURIComponent) as [string, ...string[]];
  const commit = model.revisions[revision] ?? Object.values(model.revisions).find((each) => each === revision);
  if (!commit) return void fail(404, 'RevisionNotFound');
  if (what === 'revision') {
    const info = { _id: '1', id: name, private: false, gated: false, downloads: 0, likes: 0, lastModified: '2026-01-01T00:00:00.000Z' };
    return void response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...info, sha: commit }));
  }
  if (model.access === 'gated' && !authorization) return void fail(401, 'GatedRepo');
  if (what === 'tree') return tree(model, url, response);
  const path = pathParts.join('/');
  const data = model.files[path];
  if (!data) return void fail(404, 'EntryNotFound');
  const etag = `"${isLarge(path) ? sha256(data) : gitSha1(data)}"`;
  if (!isLarge(path)) return send(hub, path, data, request, response.setHeader('etag', etag));
  response.writeHead(302, {
    location: `${storage}/${encodeURIComponent(`${name}|${path}`)}`,
    'x-linked-etag': etag,
    'x-linked-size': data.length,
  });
  response.end();
}

/** Two entries a page. */
function tree(model: HubModel, url: URL, response: ServerResponse): void {
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const all = Object.entries(model.files).map(([path, data]) =>
    isLarge(path)
      ? { type: 'file', path, size: data.length, oid: 'f'.repeat(40), lfs: { oid: sha256(data), size: data.length, pointerSize: 130 } }
      : { type: 'file', path, size: data.length, oid: gitSha1(data) },
  );
  if (start + 2 < all.length) {
    const next = new URL(url);
    next.host = response.req.headers.host!;
    next.searchParams.set('cursor', String(start + 2));
    response.setHeader('link', `<${next.href}>; rel="next"`);
  }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(all.slice(start, start + 2)));
}

function send(
  hub: Pick<HubServer, 'breakOffs' | 'damaged'>,
  path: string,
  content: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const data = hub.damaged.includes(path) ? Buffer.from(content.map((byte) => byte ^ 1)) : content;
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(from ?? 0);
  const end = Math.min(to ? Number(to) + 1 : data.length, data.length);
  if (!response.hasHeader('etag')) response.setHeader('etag', `"${sha256(data)}"`);
  response.setHeader('content-length', end - start);
  if (from !== undefined) response.setHeader('content-range', `bytes ${start}-${end - 1}/${data.length}`);
  response.writeHead(from === undefined ? 200 : 206);
  const breakOff = hub.breakOffs.find((each) => each.path === path && start + each.afterBytes < end);
  // The question for the first byte, which only asks how large the file is, goes through.
  if (!breakOff || end - start === 1) return void response.end(data.subarray(start, end));
  hub.breakOffs.splice(hub.breakOffs.indexOf(breakOff), 1);
  response.write(data.subarray(start, start + breakOff.afterBytes), () => setTimeout(() => response.destroy(), 20));
}
