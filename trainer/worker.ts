/**
 * The numerics worker: runs one stage and ends. It sees no database; it reports to the trainer's main thread, which writes.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { env } from '@/lib/env';
import type { StageCommand, StageInput, StageReport } from '@/lib/training/contract';
import { configureRuntime } from './runtime/jit';
import { Stopped, type StageContext } from './stages/context';
import { runPpo } from './stages/ppo';
import { runReward } from './stages/reward';
import { runSample } from './stages/sample';
import { runSft } from './stages/sft';

if (!parentPort) throw new Error('The numerics worker runs inside the trainer; start that instead.');
const port = parentPort;
let command: StageCommand['type'] | null = null;
port.on('message', (message: StageCommand) => {
  command = message.type;
});

const context: StageContext = {
  report: (report: StageReport) => port.postMessage(report),
  interruption: async () => {
    await new Promise(setImmediate);
    return command;
  },
};

async function run(input: StageInput): Promise<void> {
  switch (input.stage) {
    case 'sft':
      return runSft(input, context);
    case 'reward':
      return runReward(input, context);
    case 'ppo':
      return runPpo(input, context);
    case 'sample':
      return runSample(input, context);
  }
}

configureRuntime({ backend: env().backend, threads: env().threads });
try {
  await run(workerData as StageInput);
  context.report({ type: 'finished', outcome: 'succeeded' });
} catch (error) {
  if (error instanceof Stopped) context.report({ type: 'finished', outcome: 'stopped' });
  else context.report({ type: 'failed', message: (error as Error).message, stack: (error as Error).stack ?? '' });
}
port.close();
