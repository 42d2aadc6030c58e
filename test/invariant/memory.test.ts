/** A long run holds no more memory at its end than when it had seen every shape: sessions, arenas and tensors are let go. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeTinyModel } from '../support/tiny-model';

const program = join(import.meta.dirname, '../support/long-run.ts');
/** Two rounds through all lengths. */
const window = 12;

test.skipIf(platform() !== 'linux')('1,000 optimizer steps leave resident memory flat (else skipped: reads /proc)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heed-long-run-'));
  try {
    await writeTinyModel(folder);
    const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk));
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    const megabytes = output.trim().split('\n').map(Number);
    expect(megabytes).toHaveLength(50);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    // The first 300 steps fill the caches.
    const early = mean(megabytes.slice(15, 15 + window));
    const late = mean(megabytes.slice(-window));
    expect(early, 'the process is measured').toBeGreaterThan(100);
    expect(late - early, `from ${early.toFixed()} to ${late.toFixed()} MB: ${megabytes.join(' ')}`).toBeLessThan(20);
  } finally {
    await rm(folder, { recursive: true });
  }
});
