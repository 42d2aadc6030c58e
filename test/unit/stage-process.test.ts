import { afterEach, expect, test } from 'vitest';
import type { StageInput } from '@/lib/training/contract';
import { StageProcess, type ProcessReport } from '@/trainer/stage-process';

const launcher = process.env.HEED_LAUNCHER;
afterEach(() => {
  if (launcher === undefined) delete process.env.HEED_LAUNCHER;
  else process.env.HEED_LAUNCHER = launcher;
});

test('the numerics process does not watch the launcher: its parent is the trainer, and it would end after ten seconds', async () => {
  process.env.HEED_LAUNCHER = '1';
  const child = new StageProcess(new URL('../support/launcher-echo.mjs', import.meta.url), {} as StageInput);
  const reports: ProcessReport[] = [];
  for await (const report of child.reports()) reports.push(report);
  expect(reports).toEqual([{ type: 'failed', message: 'launcher: ', stack: '' }]);
});
