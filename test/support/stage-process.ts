/**
 * A process to kill: `node --import tsx stage-process.ts <input.json> <steps a call>` runs the stage, writes a resume checkpoint
 * after every call and prints every report as a line of JSON.
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { StageInput } from '@/lib/training/contract';
import { runStage } from './run-stage';

await runStage(JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as StageInput, {
  report: (report) => process.stdout.write(`${JSON.stringify(report)}\n`),
  // A breath between calls, so that who reads the reports can strike in time.
  interruption: () => setTimeout(20, null),
  resumeIntervalSeconds: 0,
  mostStepsPerCall: Number(process.argv[3]),
});
