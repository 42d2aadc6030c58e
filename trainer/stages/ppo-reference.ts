/** PPO's policy where it starts, and the reference that it may not drift from: one model where it starts as its reference. */
import type { StageInput } from '@/lib/training/contract';
import { failure } from '@/lib/training/failures';
import { loadTrainable, parametersOf, type Model } from '../model/load';

/** Under adapters, both compute on one copy of the base's weights. @throws HeedError invalid where their parameters are not of one shape */
export async function loadPolicies(input: Extract<StageInput, { stage: 'ppo' }>): Promise<{ policy: Model; reference: Model }> {
  const load = (folder: string) => loadTrainable(folder, 'language', { lora: input.config.lora, seed: input.seed, isLasting: false });
  const policy = await load(input.policyFolder);
  if (!input.referenceFolder) return { policy, reference: policy };
  const reference = await load(input.referenceFolder);
  if (describe(policy) !== describe(reference)) {
    throw failure('other-shape', { policyFolder: input.policyFolder, referenceFolder: input.referenceFolder });
  }
  return { policy, reference };
}

const describe = (model: Model): string =>
  Object.entries(parametersOf(model, model.params))
    .map(([name, { shape }]) => `${name} ${shape}`)
    .sort()
    .join();
