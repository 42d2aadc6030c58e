/** What to lower where a stage does not fit into memory. */
import { HeedError } from '@/lib/errors';
import type { StageInput } from '@/lib/training/contract';
import { OutOfMemoryError } from '../runtime/out-of-memory';

const names = { sft: 'SFT', reward: 'The reward model', ppo: 'PPO', dpo: 'DPO', sample: 'Sampling' } as const;

/** An OutOfMemoryError as HeedError(unavailable) that names the stage and its settings; any other error unchanged. */
export function asMemoryAdvice(error: unknown, input: StageInput): unknown {
  if (!(error instanceof OutOfMemoryError)) return error;
  const { program, inputs } = error;
  return new HeedError(
    'unavailable',
    `${names[input.stage]} ran out of memory (program ${program}, ${inputs}). ${adviceFor(input)} Then start again; nothing that was saved is lost.`,
    { cause: error, details: { stage: input.stage, program, inputs } },
  );
}

function adviceFor({ stage, config }: StageInput): string {
  if (stage === 'sample') return `Lower sample.maxNewTokens (now ${config.maxNewTokens}), use a smaller model, or give Heed more memory.`;
  const split = `raise ${stage}.gradientAccumulationSteps (now ${config.gradientAccumulationSteps}; the same steps in less memory)`;
  const batch = `lower ${stage}.batchSize (now ${config.batchSize})`;
  const length =
    stage === 'ppo'
      ? `lower ppo.responseLength (now ${config.responseLength})`
      : `lower ${stage}.maxLength (now ${config.maxLength ?? 'the model’s context'})`;
  return `In this order: ${split}, ${batch}, ${length}, or use a smaller model or a machine with more memory.`;
}
