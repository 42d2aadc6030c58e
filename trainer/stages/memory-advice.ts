/** What to lower where a stage does not fit into memory. */
import { failure, type Memory } from '@/lib/training/failures';
import type { StageInput } from '@/lib/training/contract';
import { OutOfMemoryError } from '../runtime/out-of-memory';

/** An OutOfMemoryError as HeedError(unavailable) that names the stage and its settings; any other error unchanged. */
export function asMemoryAdvice(error: unknown, { stage, config }: StageInput): unknown {
  if (!(error instanceof OutOfMemoryError)) return error;
  const { program, inputs } = error;
  const { maxNewTokens, gradientAccumulationSteps, batchSize, responseLength, maxLength }: Memory['now'] = config;
  const now = { maxNewTokens, gradientAccumulationSteps, batchSize, responseLength, maxLength };
  return failure('out-of-memory', { stage, program, inputs, now }, { cause: error });
}
