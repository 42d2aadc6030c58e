import type { PolicyOptimizer, Stage } from '@/db/enums';

/**
 * The stages of a round, in order. A round with DPO trains a reward model all the same: it scores the policy on held-out prompts, so that
 * rounds of both kinds can be compared.
 */
export const stagesOf = ({ policyOptimizer }: { policyOptimizer: PolicyOptimizer }): Stage[] => [
  'sft',
  'reward',
  policyOptimizer,
  'sample',
];
