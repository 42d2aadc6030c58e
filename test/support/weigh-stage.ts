/**
 * A process to weigh: `node --import tsx weigh-stage.ts <input.json>` runs the stage as the numerics worker does and prints the most
 * memory that it ever held, in megabytes.
 */
import { readFileSync } from 'node:fs';
import type { StageInput } from '@/lib/training/contract';
import { runStage } from './run-stage';

await runStage(JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as StageInput, {
  report: (report) => report.type === 'checkpoint' && process.stderr.write(`${report.folder}\n`),
  interruption: async () => null,
});
process.stdout.write(`${Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024}\n`);
