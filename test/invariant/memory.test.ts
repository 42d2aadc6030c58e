/**
 * Memory: a long run holds no more at its end than when it had seen every shape (sessions, arenas and tensors are let go), and
 * the largest jobs that the defaults make of the built-in model fit into 4 GB.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StageInput } from '@/lib/training/contract';
import { ppoSchema, rewardSchema, sftSchema } from '@/lib/training/hyperparameters';
import { loadTokenizer } from '@/trainer/data/tokenizer';
import { loadModel, saveModel, withScalarHead } from '@/trainer/model/load';
import { rewardInput } from '../support/stage-inputs';
import { writeTinyModel } from '../support/tiny-model';

const support = join(import.meta.dirname, '../support');
const onLinux = platform() === 'linux';
/** Two rounds through all lengths. */
const window = 12;

let root: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'heed-weigh-'))));
afterAll(() => rm(root, { recursive: true }));

/** The numbers that a process prints. */
async function measure(program: string, ...args: string[]): Promise<number[]> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', join(support, program), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // glibc gives large blocks back at once: what is measured is what is held, not what the C library keeps for later.
    env: { ...process.env, MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  const [code] = await once(child, 'close');
  expect(code, program).toBe(0);
  return output.trim().split('\n').map(Number);
}

test.skipIf(!onLinux)('1,000 optimizer steps leave resident memory flat (else skipped: reads /proc)', async () => {
  const folder = join(root, 'tiny');
  await writeTinyModel(folder);
  const megabytes = await measure('long-run.ts', folder);
  expect(megabytes).toHaveLength(80);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  // The first 600 steps fill the caches; then come the thousand.
  const early = mean(megabytes.slice(30, 30 + window));
  const late = mean(megabytes.slice(-window));
  expect(early, 'the process is measured').toBeGreaterThan(100);
  expect(late - early, `from ${early.toFixed()} to ${late.toFixed()} MB: ${megabytes.join(' ')}`).toBeLessThan(0.02 * early);
});

describe.skipIf(!onLinux)('the largest jobs of the defaults, on the built-in model, in less than 4 GB (else skipped: reads /proc)', () => {
  const model = join(import.meta.dirname, '../../trainer/base-model');
  const text = 'My blue kettle arrived broken and nobody answers the phone. ';
  /** Texts whose prompt and response together fill the model's context, and shorter ones of every length. */
  async function texts(count: number, responseTokens: number): Promise<{ prompt: string; response: string }[]> {
    const tokenizer = await loadTokenizer(model);
    const cut = (tokens: number) => tokenizer.decode(tokenizer.encode(text.repeat(40)).slice(0, tokens));
    return Array.from({ length: count }, (_, i) => {
      const room = 256 - responseTokens - 8 - 4 * (i % 10);
      return { prompt: `${cut(room - 2)} ${i % 10}`, response: cut(responseTokens - 1 - (i % 3)) };
    });
  }

  async function peakOf(name: string, input: StageInput): Promise<number> {
    await mkdir(input.outputFolder);
    await writeFile(join(root, `${name}.json`), JSON.stringify(input));
    const [megabytes] = await measure('weigh-stage.ts', join(root, `${name}.json`));
    console.log(`${name}: ${megabytes!.toFixed()} MB`);
    return megabytes!;
  }

  test('SFT', async () => {
    const demonstrations = (await texts(64, 120)).map((one) => ({ ...one, isHeldOut: false }));
    const input = { stage: 'sft', seed: 1, outputFolder: join(root, 'sft'), resumeFolder: null, modelFolder: model } as const;
    expect(await peakOf('sft', { ...input, config: sftSchema.parse({ numTrainEpochs: 1 }), demonstrations })).toBeLessThan(4096);
  });

  test('reward model', async () => {
    const rows = await texts(48, 120);
    const reward = rewardInput(model, join(root, 'reward'));
    const comparisons = rows.map(({ prompt, response }, i) => ({
      ...reward.comparisons[0]!,
      promptId: String(i),
      prompt,
      responseA: response,
      responseB: `${response.slice(20)} Sorry!`,
    }));
    // As long as leaves room for a response of 64 tokens.
    const prompts = (await texts(48, 64)).map(({ prompt }, i) => ({ promptId: String(i), text: prompt }));
    const referenceDecoding = { ...reward.referenceDecoding, maxNewTokens: 64 };
    expect(
      await peakOf('reward', {
        ...reward,
        config: rewardSchema.parse({ numTrainEpochs: 1 }),
        comparisons,
        referencePrompts: prompts,
        referenceDecoding,
      }),
    ).toBeLessThan(4096);
  });

  test('PPO', async () => {
    const scalar = withScalarHead(await loadModel(model, 'language'), 3);
    const saved = await saveModel(scalar, scalar.params, {
      outputFolder: root,
      kind: 'reward',
      step: 0,
      extraConfig: { mean: 0, std: 1, pooling: 'last' },
    });
    const config = ppoSchema.parse({ totalEpisodes: 128, temperature: 1.5 });
    const prompts = (await texts(64, config.responseLength)).map(({ prompt }, i) => ({ promptId: String(i), text: prompt }));
    expect(
      await peakOf('ppo', {
        stage: 'ppo',
        seed: 1,
        outputFolder: join(root, 'ppo'),
        resumeFolder: null,
        policyFolder: model,
        rewardFolder: saved.folder,
        config,
        prompts,
      }),
    ).toBeLessThan(4096);
  });
});
