/** Any stage, from its input to its last report; what it reads of Heed's own making is checked first. */
import type { StageInput } from '@/lib/training/contract';
import { assertSameTokenizer } from '../checkpoint/same-tokenizer';
import { verifyFolder } from '../checkpoint/store';
import { asMemoryAdvice } from './memory-advice';
import type { StageContext } from './context';
import { evaluatePolicy } from './evaluate';
import { runDpo } from './dpo';
import { runPpo } from './ppo';
import { runReward } from './reward';
import { runSample } from './sample';
import { runSft } from './sft';
import { watchLabels } from './watch-labels';

/** @throws HeedError where the input, the machine or the numbers do not allow it; Stopped where it was told to stop */
export async function runStage(input: StageInput, context: StageContext): Promise<void> {
  for (const [folder, sha256] of Object.entries(input.recordedHashes ?? {})) await verifyFolder(folder, sha256);
  let lastStep = 0;
  try {
    let saved: { folder: string; step: number } | null = null;
    await compute(input, {
      ...context,
      report(report) {
        if (report.type === 'metrics') lastStep = report.step;
        if (report.type === 'checkpoint' && report.kind !== 'resume') saved = report;
        context.report(report);
      },
    });
    if (saved) await evaluate(input, saved, lastStep, context);
  } catch (error) {
    throw asMemoryAdvice(error, input);
  }
}

async function compute(input: StageInput, context: StageContext): Promise<void> {
  switch (input.stage) {
    case 'sft':
      return runSft(input, context);
    case 'reward':
      await watchLabels(input, context);
      return runReward(input, context);
    case 'ppo':
      await assertSameTokenizer(input.policyFolder, input.rewardFolder);
      if (input.referenceFolder) await assertSameTokenizer(input.referenceFolder, input.rewardFolder);
      return runPpo(input, context);
    case 'dpo':
      return runDpo(input, context);
    case 'sample':
      return runSample(input, context);
  }
}

/** After SFT, PPO and DPO their policy; after the reward model the SFT policy by it. */
async function evaluate(input: StageInput, { folder }: { folder: string }, step: number, context: StageContext): Promise<void> {
  if (!input.evaluation || input.stage === 'sample') return;
  const { values, samples } =
    input.stage === 'reward'
      ? await evaluatePolicy(input.modelFolder, folder, input.evaluation, context)
      : await evaluatePolicy(folder, input.evaluation.rewardFolder, input.evaluation, context);
  context.report({ type: 'metrics', step, values });
  context.report({ type: 'stage-samples', samples });
}
