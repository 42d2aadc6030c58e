/** Models by their name on the hub, against a small hub on this machine. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hubModelFolder, modelFolder, parseHubName, storedModelName } from '@/lib/projects/model-folder';
import { inspectModel } from '@/trainer/checkpoint/inspect';
import { fetchModel } from '@/trainer/hub/fetch-model';
import { hubToken, startHub, type HubModel, type HubServer } from '../support/hub-server';
import { writeTinyModel } from '../support/tiny-model';

const name = 'tiny/llama';
const first = 'a'.repeat(40);
const second = 'b'.repeat(40);
const third = 'c'.repeat(40);
const weights = 'model.safetensors';
let files: Record<string, Buffer>;
let hub: HubServer;
let data: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heed-tiny-'));
  await writeTinyModel(folder);
  files = Object.fromEntries(await Promise.all((await readdir(folder)).map(async (file) => [file, await readFile(join(folder, file))])));
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'heed-hub-'));
  hub = await startHub({ [name]: tiny() });
  vi.stubEnv('HEED_DATA', data);
  vi.stubEnv('HF_ENDPOINT', `${hub.url}/`);
  for (const variable of ['HF_TOKEN', 'HEED_OFFLINE', 'HF_HUB_OFFLINE', 'HEED_MODEL_LIMIT_GB']) vi.stubEnv(variable, undefined);
});
afterEach(async () => {
  await hub.close();
  await rm(data, { recursive: true });
});
afterAll(() => vi.unstubAllEnvs());

const tiny = (changes: Partial<HubModel> = {}): HubModel => ({
  files: {
    ...files,
    'README.md': Buffer.from('# tiny'),
    'pytorch_model.bin': Buffer.from('pickle'),
    'modeling.py': Buffer.from('import os'),
  },
  revisions: { main: second, 'v1.0': first, 'v2.0': third },
  ...changes,
});
const fetchIt = (revision: string | null = null, options = {}) => fetchModel({ name, revision }, { retrySeconds: 0.01, ...options });
const partialFolder = () => `${hubModelFolder(name, second)}.partial`;
const asked = (part: string) => hub.requests.filter((request) => request.includes(part));

test('a name becomes a folder that can be trained, and holds nothing else', async () => {
  const progress: number[] = [];
  const { folder, commit, isUnchecked } = await fetchIt(null, {
    onProgress: (p: { receivedBytes: number; totalBytes: number }) => progress.push(p.receivedBytes / p.totalBytes),
  });
  expect({ folder, commit, isUnchecked }).toEqual({ folder: join(data, 'models/tiny--llama', second), commit: second, isUnchecked: false });
  expect((await readdir(folder)).sort()).toEqual(Object.keys(files).sort());
  for (const [file, content] of Object.entries(files)) expect((await readFile(join(folder, file))).equals(content), file).toBe(true);
  expect(await inspectModel(folder)).toMatchObject({ architecture: 'llama', contextLength: 128 });
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(modelFolder(storedModelName(`${name}@${commit}`))).toBe(folder);
  expect(await readdir(join(data, 'models/tiny--llama'))).toEqual([second, 'refs.json']);
});

test('a revision that is here needs no network; without one the hub is asked for the newest', async () => {
  await fetchIt('v1.0');
  hub.requests.length = 0;
  expect(await fetchIt('v1.0')).toMatchObject({ commit: first, isUnchecked: false });
  expect(await fetchIt(first)).toMatchObject({ commit: first, isUnchecked: false });
  expect(hub.requests).toEqual([]);

  await fetchIt();
  hub.requests.length = 0;
  expect(await fetchIt()).toMatchObject({ commit: second, isUnchecked: false });
  expect(hub.requests).toHaveLength(1);
});

test('offline: what is here serves, what is not is told', async () => {
  await fetchIt();
  hub.requests.length = 0;
  for (const variable of ['HEED_OFFLINE', 'HF_HUB_OFFLINE']) {
    vi.stubEnv(variable, '1');
    expect(await fetchIt()).toMatchObject({ commit: second, isUnchecked: true });
    await expect(fetchIt('v1.0')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('tiny/llama@v1.0 has not been fetched'),
    });
    vi.stubEnv(variable, undefined);
  }
  expect(hub.requests).toEqual([]);
  await hub.close();
  expect(await fetchIt()).toMatchObject({ commit: second, isUnchecked: true });
  await expect(fetchIt('v1.0')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('cannot be reached') });
});

test('a connection that breaks is taken up where it broke, in the same run', async () => {
  hub.breakOffs.push(
    { path: weights, afterBytes: 10_000 },
    { path: weights, afterBytes: 20_000 },
    { path: 'tokenizer.json', afterBytes: 500 },
  );
  const { folder } = await fetchIt();
  expect((await readFile(join(folder, weights))).equals(files[weights]!)).toBe(true);
  const starts = asked('storage').map((request) => / bytes=(\d+)-/.exec(request)?.[1] ?? '0');
  expect(starts.filter((start) => start !== '0')).toEqual(['10000', '30000']);
});

test('… and in a later run', async () => {
  hub.breakOffs.push(...Array.from({ length: 4 }, () => ({ path: weights, afterBytes: 0 })));
  hub.breakOffs.unshift({ path: weights, afterBytes: 10_000 });
  await expect(fetchIt()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('connection broke') });
  expect((await readFile(join(partialFolder(), `${weights}.part`))).length).toBe(10_000);
  await expect(readdir(hubModelFolder(name, second))).rejects.toMatchObject({ code: 'ENOENT' });

  hub.breakOffs.length = hub.requests.length = 0;
  const { folder } = await fetchIt();
  expect((await readFile(join(folder, weights))).equals(files[weights]!)).toBe(true);
  expect(asked('/config.json')).toEqual([]);
  expect(asked('/tokenizer_config.json')).toHaveLength(2);
  expect(asked('storage').at(-1)).toContain('bytes=10000-');
});

test('an outage passes; a server that stays away is told', async () => {
  hub.outages = 2;
  await fetchIt('v1.0');
  hub.outages = 100;
  await expect(fetchIt()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('503') });
});

test('what an earlier run left damaged is fetched anew; what comes damaged is refused', async () => {
  await mkdir(partialFolder(), { recursive: true });
  await writeFile(join(partialFolder(), `${weights}.part`), Buffer.alloc(1000, 7));
  await writeFile(join(partialFolder(), 'config.json.part'), Buffer.alloc(100_000, 7));
  const { folder } = await fetchIt();
  expect((await readFile(join(folder, weights))).equals(files[weights]!)).toBe(true);
  expect((await readFile(join(folder, 'config.json'))).equals(files['config.json']!)).toBe(true);

  for (const [path, revision] of [
    [weights, 'v1.0'],
    ['config.json', 'v2.0'],
  ] as const) {
    hub.damaged = [path];
    await expect(fetchIt(revision)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`${path} arrived damaged`),
    });
    hub.damaged = [];
  }
});

test('shards are those that the index names', async () => {
  const index = { metadata: {}, weight_map: { a: 'model-00002-of-00002.safetensors', b: 'model-00001-of-00002.safetensors' } };
  const shards = { 'model-00001-of-00002.safetensors': Buffer.from('one'), 'model-00002-of-00002.safetensors': Buffer.from('two') };
  const { [weights]: _single, ...others } = files;
  const all = {
    ...others,
    ...shards,
    'other.safetensors': Buffer.from('no'),
    'model.safetensors.index.json': Buffer.from(JSON.stringify(index)),
  };
  hub.models[name] = tiny({ files: all });
  const { folder } = await fetchIt();
  expect((await readdir(folder)).filter((file) => file.includes('safetensors')).sort()).toEqual(
    [...Object.keys(shards), 'model.safetensors.index.json'].sort(),
  );
  hub.models[name] = tiny({ files: { ...all, 'model.safetensors.index.json': Buffer.from('{"weight_map":{"a":"../x.safetensors"}}') } });
  await expect(fetchIt('v1.0')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('names ../x.safetensors') });
});

test('a token opens what is private or gated, and is shown to the hub alone', async () => {
  hub.models[name] = tiny({ access: 'private' });
  await expect(fetchIt()).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('or it is private: then set HF_TOKEN'),
  });
  hub.models[name] = tiny({ access: 'gated' });
  await expect(fetchIt()).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('Accept its conditions') });
  vi.stubEnv('HF_TOKEN', 'hf_wrong');
  await expect(fetchIt()).rejects.toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('does not accept HF_TOKEN') });
  vi.stubEnv('HF_TOKEN', hubToken);
  expect(await fetchIt()).toMatchObject({ commit: second });
  vi.stubEnv('HF_TOKEN', 'secret');
  await expect(fetchIt()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('HF_TOKEN') });
});

test('what cannot be had is told before anything is received', async () => {
  const refusals = async (error: object, models = hub.models) => {
    Object.assign(hub.models, models);
    await expect(fetchIt()).rejects.toMatchObject(error);
    expect(asked('resolve')).toEqual([]);
  };
  const { [weights]: _weights, ...noWeights } = tiny().files;
  await refusals(
    { code: 'invalid', message: expect.stringContaining('no model.safetensors, only pytorch_model.bin') },
    { [name]: tiny({ files: noWeights }) },
  );
  const { 'tokenizer.json': _tokenizer, ...noTokenizer } = tiny().files;
  await refusals({ code: 'invalid', message: expect.stringContaining('no tokenizer.json') }, { [name]: tiny({ files: noTokenizer }) });
  vi.stubEnv('HEED_MODEL_LIMIT_GB', '0.0001');
  await refusals({ code: 'too_large', message: expect.stringContaining('HEED_MODEL_LIMIT_GB') }, { [name]: tiny() });
  vi.stubEnv('HEED_MODEL_LIMIT_GB', undefined);
  await expect(fetchIt(null, { freeBytes: async () => 1000 })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('0.00 GB left'),
  });
  expect(asked('resolve')).toEqual([]);
  await expect(fetchIt('v9')).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('no such branch, tag or commit'),
  });
  await expect(fetchModel({ name: 'tiny/lama', revision: null })).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('There is no model tiny/lama'),
  });
});

test('one process at a time; a lock of a process that is gone does not count', async () => {
  const both = await Promise.allSettled([fetchIt(), fetchIt()]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((both.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason).toMatchObject({ code: 'conflict' });
  await writeFile(`${hubModelFolder(name, first)}.partial.lock`, '999999999');
  expect(await fetchIt('v1.0')).toMatchObject({ commit: first });
});

test('names of the hub, and what is none', () => {
  expect(parseHubName('HuggingFaceTB/SmolLM2-135M-Instruct')).toEqual({ name: 'HuggingFaceTB/SmolLM2-135M-Instruct', revision: null });
  expect(parseHubName('a/b.c@refs/pr/1')).toEqual({ name: 'a/b.c', revision: 'refs/pr/1' });
  for (const text of ['', 'gpt2', '/a/b', './a/b', '../a', 'a/..', 'a/b/c', 'a/b@', 'a/b@../..', 'a b/c', 'a--b/c', '~/models']) {
    expect(parseHubName(text), text).toBe(null);
  }
  // Only a commit stays what it is.
  expect(storedModelName(`a/b@${first}`)).toBe(`a/b@${first}`);
  expect(storedModelName('a/b@main')).toBe(join(process.cwd(), 'a/b@main'));
});
