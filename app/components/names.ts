/** What stages and checkpoints are called on the pages. */
import type { CheckpointKind, Stage } from '@/db/enums';

export const stageNames: Record<Stage, string> = { sft: 'SFT', reward: 'Reward model', ppo: 'PPO', dpo: 'DPO', sample: 'Samples' };

export const checkpointNames: Record<CheckpointKind, string> = {
  base: 'Base model',
  sft: 'SFT',
  reward: 'Reward model',
  policy: 'Policy',
  resume: 'Unfinished stage',
};
