/** `heed doctor` on the machine that runs the tests. */
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { heed } from '../support/app';

test('says what there is, what is used and why, and how fast it is', async () => {
  const { code, stdout } = await heed(['doctor', '--json'], { HEED_THREADS: '1' });
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.machine).toMatchObject({ cores: availableParallelism(), node: process.versions.node });
  expect(report.onnxruntime.version).toMatch(/^1\.\d+\.\d+$/);
  expect(report.onnxruntime.providers[0]).toEqual({ name: 'cpu', isBundled: true, problem: null });
  expect(report.used).toMatchObject({
    backend: { value: 'onnx', why: expect.stringContaining('default') },
    threads: { value: 1, why: 'HEED_THREADS says so' },
  });
  expect(report.speed).toHaveLength(1);
  expect(report.speed[0]).toMatchObject({ threads: 1 });
  for (const figure of ['matmulGflops', 'trainStepMilliseconds']) expect(report.speed[0][figure]).toBeGreaterThan(0.1);
});

test('a provider that does not start is told with its remedy, and nothing is measured', async () => {
  const { code, stdout } = await heed(['doctor'], { HEED_PROVIDER: 'cuda', HEED_THREADS: '1' });
  // On a machine that has it, there is nothing to complain about.
  if (code === 0) return expect(stdout).toMatch(/^ {2}cuda +starts$/m);
  expect(code).toBe(6);
  expect(stdout).toMatch(/^The execution provider cuda does not start here: .+ Use HEED_PROVIDER=cpu\.$/m);
  expect(stdout).not.toContain('GFLOP/s');
  const generate = await heed(['model', 'generate', 'builtin', '--prompt', 'Hi'], { HEED_PROVIDER: 'cuda' });
  expect(generate).toMatchObject({ code: 6, stdout: '' });
  expect(generate.stderr).toMatch(/^heed: The execution provider cuda does not start here: .+ Use HEED_PROVIDER=cpu\.\n$/);
});
