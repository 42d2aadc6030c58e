/** Any stage, from its input to its last report; what it reads of Heed's own making is checked first. */
import type { StageInput } from '@/lib/training/contract';
import { verifyFolder } from '../checkpoint/store';
import { asMemoryAdvice } from './memory-advice';
import type { StageContext } from './context';
import { runDpo } from './dpo';
import { runPpo } from './ppo';
import { runReward } from './reward';
import { runSample } from './sample';
import { runSft } from './sft';

/** @throws HeedError where the input, the machine or the numbers do not allow it; Stopped where it was told to stop */
export async function runStage(input: StageInput, context: StageContext): Promise<void> {
  for (const [folder, sha256] of Object.entries(input.recordedHashes ?? {})) await verifyFolder(folder, sha256);
  try {
    await compute(input, context);
  } catch (error) {
    throw asMemoryAdvice(error, input);
  }
}

async function compute(input: StageInput, context: StageContext): Promise<void> {
  switch (input.stage) {
    case 'sft':
      return runSft(input, context);
    case 'reward':
      return runReward(input, context);
    case 'ppo':
      return runPpo(input, context);
    case 'dpo':
      return runDpo(input, context);
    case 'sample':
      return runSample(input, context);
  }
}
