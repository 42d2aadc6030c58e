/**
 * The numerics: a process that runs one stage and ends. It sees no database; it reports to the trainer, which writes, and ends
 * with it. Its first message is the stage's input, every other one a command.
 */
import { writeFileSync } from 'node:fs';
import { env } from '@/lib/env';
import { HeedError } from '@/lib/errors';
import type { StageCommand, StageInput, StageReport } from '@/lib/training/contract';
import { configureRuntime } from './runtime/jit';
import { Stopped, type StageContext } from './stages/context';
import { runStage } from './stages/run-stage';

if (!process.send) throw new Error('The numerics process runs below the trainer; start that instead.');
const send = (report: StageReport) => new Promise<void>((resolve) => process.send!(report, undefined, {}, () => resolve()));

// Ctrl+C reaches the whole group; the trainer says what is to be done. When it is gone, nobody reads what we compute.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

// Where memory runs out, this process goes first, and not the database or the web app.
try {
  writeFileSync('/proc/self/oom_score_adj', '800');
} catch {
  // Not Linux.
}

let command: StageCommand['type'] | null = null;
let begin: (input: StageInput) => void;
const input = new Promise<StageInput>((resolve) => (begin = resolve));
process.on('message', (message: StageInput | StageCommand) => {
  if ('stage' in message) begin(message);
  else command = message.type;
});

const context: StageContext = {
  report: (report) => void send(report),
  interruption: async () => {
    await new Promise(setImmediate);
    return command;
  },
};

const { backend, provider, threads } = env();
configureRuntime({ backend, provider, threads });
try {
  await runStage(await input, context);
  await send({ type: 'finished', outcome: 'succeeded' });
} catch (error) {
  if (error instanceof Stopped) await send({ type: 'finished', outcome: 'stopped' });
  else {
    const { message, stack = '' } = error as Error;
    await send({ type: 'failed', message, stack, ...(error instanceof HeedError && { details: error.details }) });
  }
}
process.exit();
