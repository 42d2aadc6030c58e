/** The command line alone, without a web server: from a new project to a trained round. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { heed } from '../support/app';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heed-cli-'));
});
afterAll(() => vi.waitFor(() => rmSync(folder, { recursive: true, force: true }), { timeout: 5000 }));

const run = (...args: string[]) => heed(args, { HEED_DATA: path.join(folder, 'data'), DATABASE_URL: '' });
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

function file(name: string, rows: unknown[]): string {
  const text = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
  const target = path.join(folder, name);
  writeFileSync(target, name.endsWith('.gz') ? gzipSync(text) : text);
  return target;
}

const items = ['kettle', 'lamp', 'scarf', 'chair', 'phone case', 'toaster', 'pillow', 'bottle'];
const prompts = items.flatMap((item) => [
  `My ${item} has not arrived.`,
  `The ${item} that came is broken.`,
  `How do I send the ${item} back?`,
]);
const reply = (index: number) => `I am sorry about your ${items[index % items.length]}. We will send a new one today.`;

test('help names every command', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  for (const command of ['start', 'project', 'import', 'export', 'round', 'model'])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
});

test('help of a round lists its settings and the presets', async () => {
  const { code, stdout } = await run('round', 'start', '--help');
  expect(code).toBe(0);
  expect(stdout).toContain('  ppo.klCoef = 0.1   (0 … 10)\n      β: reward lost per nat of KL to the SFT policy.\n');
  expect(stdout).toMatch(/--preset <name> .*choices:\s+"tiny",\s+"small",\s+"base",\s+"large"/s);
});

test('a command that is written wrongly: one line and exit code 2', async () => {
  expect(await run('project', 'create', 'x')).toEqual({
    code: 2,
    stdout: '',
    stderr: "heed: required option '--model <model>' not specified\n",
  });
  expect(await run('demo', '--rounds', '0')).toEqual({ code: 2, stdout: '', stderr: 'heed: --rounds must be at least 1.\n' });
  expect(await run('project', 'lst')).toEqual({
    code: 2,
    stdout: '',
    stderr: "heed: unknown command 'lst'\n(Did you mean list?)\n",
  });
  expect(await run('project', 'list', '--everything')).toEqual({
    code: 2,
    stdout: '',
    stderr: "heed: unknown option '--everything'. --help lists them.\n",
  });
});

test('a project, its errors first', async () => {
  const absent = await run('project', 'create', 'shop', '--model', path.join(folder, 'nothing'));
  expect(absent.stderr).toBe(`heed: There is no model folder ${path.join(folder, 'nothing')}.\n`);
  expect(absent.code).toBe(4);
  const made = await json(
    'project',
    'create',
    'shop',
    '--model',
    'builtin',
    '--prompts',
    file(
      'prompts.jsonl',
      prompts.map((prompt) => ({ prompt })),
    ),
  );
  expect(made).toMatchObject({ slug: 'shop', model: { architecture: 'llama' }, preset: 'tiny' });
  const again = await run('project', 'create', 'shop', '--model', 'builtin');
  expect(again.stderr).toMatch(/^heed: There is a project "shop" already\./);
  expect(again.code).toBe(5);
});

test('a bad line: all or nothing, or the rest, as asked', async () => {
  const mixed = file('mixed.jsonl', [{ prompt: prompts[0], completion: reply(0) }, 'not json', { prompt: prompts[1] }]);
  const refused = await run('import', 'demonstrations', mixed, '--project', 'shop');
  expect(refused.stderr).toMatch(/Nothing was imported: 2 lines are bad\.\nLine 2: Not valid JSON.*\nLine 3: "completion" is missing\./);
  expect(refused.code).toBe(2);
  expect(await json('project', 'list')).toMatchObject([{ slug: 'shop', prompts: prompts.length, demonstrations: 0 }]);
  const taken = await run('import', 'demonstrations', mixed, '--project', 'shop', '--skip-bad');
  expect(taken).toMatchObject({ code: 0, stdout: 'demonstrations: 1 imported, 2 bad lines left out\n' });
  expect(taken.stderr).toMatch(/^Line 2: .*\nLine 3: /);
});

test('files that cannot be read are told apart', async () => {
  const at = (name: string) => run('import', 'prompts', path.join(folder, name), '--project', 'shop');
  expect(await at('absent')).toMatchObject({ code: 4, stderr: expect.stringContaining('there is no such file') });
  expect(await at('.')).toMatchObject({ code: 2, stderr: expect.stringContaining('is a folder') });
  writeFileSync(path.join(folder, 'cut.gz'), gzipSync('"a prompt"').subarray(0, 20));
  expect(await at('cut.gz')).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be unzipped') });
  writeFileSync(path.join(folder, 'bytes'), Buffer.from([0x80, 0xff, 0x0a]));
  const bytes = path.join(folder, 'bytes');
  expect(await at('bytes')).toMatchObject({
    code: 2,
    stderr: `heed: ${bytes}: The file is not UTF-8 text. Nothing was taken from it.\n`,
  });
  const nothing = file('nothing', ['']);
  expect(await at('nothing')).toMatchObject({ code: 2, stderr: `heed: ${nothing} is empty.\n` });
});

test('a round that cannot start says what is missing', async () => {
  const { code, stderr } = await run('round', 'start', '--project', 'shop');
  expect(stderr).toMatch(/^heed: A round cannot start yet\.\nDemonstrations: 1 of 8\..*\nComparisons: 0 of 16\./);
  expect(code).toBe(2);
});

test('imported labels train a round, with a trainer that the command runs itself', async () => {
  const demonstrations = prompts.map((prompt, index) => ({ prompt, completion: reply(index) }));
  const comparisons = prompts.map((prompt, index) => ({ prompt, chosen: reply(index), rejected: 'No.', margin: 2 }));
  await run('import', 'demonstrations', file('demonstrations.jsonl.gz', demonstrations), '--project', 'shop');
  expect(await json('import', 'comparisons', file('comparisons.json', [JSON.stringify(comparisons)]), '--project', 'shop')).toMatchObject({
    imported: comparisons.length,
  });
  const small = [
    'sft.numTrainEpochs=1',
    'reward.numTrainEpochs=1',
    'ppo.totalEpisodes=32',
    'ppo.batchSize=16',
    'ppo.responseLength=16',
    'sample.numPrompts=4',
  ];
  const round = await json(
    'round',
    'start',
    '--project',
    'shop',
    '--seed',
    '1',
    '--wait',
    ...small.flatMap((setting) => ['--set', setting]),
  );
  expect(round).toMatchObject({ number: 1, state: 'succeeded', seed: 1 });
  expect(round.stages.map(({ stage, state }: { stage: string; state: string }) => `${stage} ${state}`)).toEqual([
    'sft succeeded',
    'reward succeeded',
    'ppo succeeded',
    'sample succeeded',
  ]);
  expect(round.metrics.map(({ key }: { key: string }) => key)).toEqual(expect.arrayContaining(['objective/kl', 'objective/rlhf_reward']));
  expect(await json('round', 'status', '--project', 'shop')).toEqual(round);
});

test('the next round by DPO and with adapters, by a preset, from the same labels', async () => {
  const small = ['policyOptimizer=dpo', 'sft.numTrainEpochs=1', 'reward.numTrainEpochs=1', 'reward.ensembleSize=2', 'dpo.numTrainEpochs=1'];
  const short = ['ppo.responseLength=16', 'sample.numPrompts=4', 'sample.maxNewTokens=16'];
  const settings = [...small, ...short].flatMap((setting) => ['--set', setting]);
  const round = await json('round', 'start', '--project', 'shop', '--seed', '2', '--preset', 'base', '--wait', ...settings);
  expect(round).toMatchObject({ number: 2, state: 'succeeded' });
  expect(round.stages.map(({ stage }: { stage: string }) => stage)).toEqual(['sft', 'reward', 'dpo', 'sample']);
  const keysOf = (of: string) => round.metrics.flatMap(({ stage, key }: { stage: string; key: string }) => (stage === of ? [key] : []));
  expect(keysOf('dpo')).toEqual(
    expect.arrayContaining(['rewards/margins', 'logps/chosen', 'eval/reward', 'eval/win_rate_over_sft', 'eval/retention_loss']),
  );
  // Its reward model judges what the first round's policy answered.
  expect(keysOf('reward')).toContain('eval/reward/round/1');
  const adapter = path.join(folder, 'data', 'checkpoints', round.checkpoints.find(({ kind }: { kind: string }) => kind === 'policy').path);
  expect(JSON.parse(readFileSync(path.join(adapter, 'adapter_config.json'), 'utf8'))).toMatchObject({ r: 16, lora_alpha: 32 });
  expect(await run('round', 'start', '--project', 'shop', '--set', 'dpo.betta=1')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^heed: dpo: There is no betta here\. There are: .*beta, /),
  });
  const { stderr } = await run('round', 'start', '--project', 'shop', '--set', 'dpo');
  expect(stderr).toContain('write stage.name=value, e.g. ppo.klCoef=0.2, or policyOptimizer=dpo');
});

test('an export that cannot be written says so', async () => {
  const refused = await run('export', 'prompts', '--project', 'shop', '--output', path.join(folder, 'absent', 'prompts.jsonl'));
  expect(refused).toMatchObject({ code: 6, stderr: expect.stringMatching(/^heed: The output cannot be written: ENOENT.*\n$/) });
  const verdicts = await run('export', 'prompts', '--project', 'shop', '--prefer-verdicts');
  expect(verdicts).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^heed: --prefer-verdicts is for comparisons/) });
});

test('what was imported comes out again', async () => {
  const { stdout, code } = await run('export', 'comparisons', '--project', 'shop');
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(prompts.length);
  expect(rows).toContainEqual(expect.objectContaining({ prompt: prompts[3], chosen: reply(3), rejected: 'No.', margin: 2 }));
  expect(code).toBe(0);
});
