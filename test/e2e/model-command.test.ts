/** `heed model` as people run it to check the numbers: without a database, on the built-in model and against transformers. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModel, saveModel, withScalarHead } from '@/trainer/model/load';
import { heed } from '../support/app';
import { expectNear } from '../support/close';
import { readFixture } from '../support/golden';
import { startHub } from '../support/hub-server';
import { sharedData } from '../support/shared-data';
import { writeTinyModel } from '../support/tiny-model';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heed-model-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => heed(['model', ...args], { HEED_DATA: path.join(folder, 'data'), DATABASE_URL: '' });
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

describe.skipIf(!sharedData)('stories260K (else skipped: no shared data)', () => {
  const stories = path.join(sharedData ?? '', 'models/stories260K-hf');
  const { prompts } = readFixture<{
    prompts: { text: string; ids: number[]; lastLogits: number[]; greedyTokens: number[]; greedyText: string }[];
  }>('stories260k.json');

  test('logits and greedy text are those of transformers', async () => {
    for (const { text, ids, lastLogits, greedyTokens, greedyText } of prompts) {
      expectNear((await json('logits', stories, '--ids', ids.join(','))).logits, lastLogits, text);
      const count = String(greedyTokens.length);
      expect(await json('generate', stories, '--prompt', text, '--max-new-tokens', count, '--greedy')).toMatchObject({
        promptIds: ids,
        ids: greedyTokens,
        text: greedyText,
        isTruncated: true,
      });
    }
  });
});

describe('the built-in model', () => {
  const prompt = ['--prompt', 'My kettle is late.'];

  test('writes the same with the same seed, and scores it as it sampled it', async () => {
    const write = (...more: string[]) => json('generate', 'builtin', ...prompt, ...more);
    const first = await write('--seed', '3', '--temperature', '1');
    expect(await write('--seed', '3', '--temperature', '1')).toEqual(first);
    expect((await write('--seed', '4', '--temperature', '1')).ids).not.toEqual(first.ids);
    // Its generation_config.json says so.
    expect(await write('--seed', '3')).toEqual(await write('--seed', '3', '--temperature', '0.7'));
    expect(first.isTruncated).toBe(false);
    const score = await json('score', 'builtin', ...prompt, '--response', first.text);
    expect([...score.responseIds, first.ids.at(-1)]).toEqual(first.ids);
    expectNear([...score.logprobs, score.endLogprob], first.logprobs, 'log-probabilities', 1e-4);
    expect(score.logprob).toBeCloseTo(
      score.logprobs.reduce((a: number, b: number) => a + b, 0),
      6,
    );
  });

  test('says the same to people', async () => {
    const { text } = await json('generate', 'builtin', ...prompt, '--greedy');
    expect((await run('generate', 'builtin', ...prompt, '--greedy')).stdout).toBe(`${text}\n`);
    expect((await run('logits', 'builtin', '--ids', '1,2')).stdout).toMatch(/^The ten likeliest of 1280 next tokens:\nID +LOGIT +TOKEN\n/);
    expect((await run('score', 'builtin', ...prompt, '--response', text)).stdout).toMatch(
      /^Log-probability of the response: -\d+\.\d{5} nats/,
    );
  });

  test.each([
    [['logits', 'builtin', '--ids', '1,x'], 2, '--ids takes whole numbers with commas between them, like 1,403,407; "x" is none.'],
    [['logits', 'builtin', '--ids', '1,1280'], 2, 'Token id 1280 is not in the vocabulary: it has the ids 0 to 1279.'],
    [['logits', '/nowhere', '--ids', '1'], 4, 'There is no model folder /nowhere.'],
    [['logits', 'docs', '--ids', '1'], 4, `${path.resolve('docs')} is not a model folder: it has no config.json.`],
    [
      ['generate', 'builtin', '--prompt', 'a', '--greedy', '--temperature', '0.5'],
      2,
      '--greedy always takes the likeliest token: leave out --temperature, --top-k, --top-p and --seed, or --greedy.',
    ],
    [
      ['generate', 'builtin', '--prompt', 'a', '--temperature', '0'],
      2,
      '--temperature must be above 0. For the likeliest token, use --greedy.',
    ],
    [
      ['generate', 'builtin', '--prompt', 'a', '--max-new-tokens', '256'],
      2,
      /^The prompt has \d+ tokens; with 256 new ones that is more than the model's context of 256\. Shorten the prompt, or ask for fewer new tokens\.$/,
    ],
  ])('refuses %j in one line', async (args, code, message) => {
    const result = await run(...args);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe('');
    const [line, ...rest] = result.stderr.split('\n');
    expect(rest).toEqual(['']);
    expect(line!.replace(/^heed: /, '')).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});

test('a reward model scores, raw and normalised, and writes nothing', async () => {
  await writeTinyModel(path.join(folder, 'tiny'));
  const model = withScalarHead(await loadModel(path.join(folder, 'tiny'), 'language'), 1);
  const extraConfig = { mean: 0.25, std: 0.5, pooling: 'last' };
  const saved = await saveModel(model, model.params, { outputFolder: folder, kind: 'reward', step: 1, extraConfig });
  const say = ['--prompt', 'My kettle is late.', '--response', 'We are sorry.'];
  const score = await json('score', saved.folder, ...say);
  expect(score.responseIds.at(-1)).toBe(model.endId);
  expect(score.normalised).toBeCloseTo((score.raw - 0.25) / 0.5, 6);
  expect((await json('score', saved.folder, ...say, '--truncated')).raw).not.toBe(score.raw);
  const refused = await run('generate', saved.folder, '--prompt', 'a');
  expect(refused).toMatchObject({
    code: 2,
    stderr: `heed: ${saved.folder} holds a reward model: it gives scores, no text. Use \`heed model score\`.\n`,
  });
});

test('sampling follows generation_config.json where nothing else is said', async () => {
  const advised = path.join(folder, 'advised');
  await writeTinyModel(advised);
  const say = (...more: string[]) =>
    json('generate', advised, '--prompt', 'My kettle is late.', '--max-new-tokens', '12', '--seed', '3', ...more);
  const plain = await say();
  writeFileSync(path.join(advised, 'generation_config.json'), JSON.stringify({ temperature: 0.5, top_k: 3, top_p: 0.9, do_sample: true }));
  const cold = await say();
  expect(cold).not.toEqual(plain);
  expect(cold).toEqual(await say('--temperature', '0.5', '--top-k', '3', '--top-p', '0.9'));
  expect(await say('--temperature', '1', '--top-k', '0', '--top-p', '1')).toEqual(plain);
  writeFileSync(path.join(advised, 'generation_config.json'), JSON.stringify({ top_p: 2 }));
  expect(await run('generate', advised, '--prompt', 'a')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('generation_config.json cannot be read'),
  });
});

test('a name on the hub is fetched and asked', async () => {
  const source = path.join(folder, 'for-the-hub');
  await writeTinyModel(source);
  const files = Object.fromEntries(readdirSync(source).map((name) => [name, readFileSync(path.join(source, name))]));
  const commit = 'c'.repeat(40);
  const hub = await startHub({ 'owner/tiny': { files, revisions: { main: commit } } });
  const ask = (model: string) => heed(['model', 'logits', model, '--ids', '5,6', '--json'], { HEED_DATA: path.join(folder, 'data'), DATABASE_URL: '', HF_ENDPOINT: hub.url }); // prettier-ignore
  const fetched = await ask('owner/tiny@main');
  await hub.close();
  expect(fetched.code).toBe(0);
  expect(JSON.parse(fetched.stdout)).toEqual(JSON.parse((await ask(source)).stdout));
});
