/** What a round still lacks before it can start: how much, and how to get it. */
import { reasonsOf, type Reason } from '@/lib/reasons';
import type { FailureDetails } from '@/lib/training/failures';

type Counted = { have: number; need: number };

const byImport = 'import {"prompt", "chosen", "rejected"} lines on the Data page';

/** How more comparisons are had. */
export const waysToCompare = {
  judge: `Judge pairs on the Compare page, or ${byImport}.`,
  'after-prompts': `There will be pairs to judge once there are prompts; or ${byImport}.`,
  'sampling-failed': ({ error }: { error: string | null; errorDetails: FailureDetails | null }) =>
    `There are no pairs to judge, because sampling the base model failed: ${error}`,
  'sampling-waits': 'There are no pairs to judge yet: the base model is about to be sampled. The trainer must be running.',
  sampling: ({ percent }: { percent: number }) => `There are no pairs to judge yet: the base model is being sampled (${percent}%).`,
  'more-prompts': `All pairs are judged. Import more prompts to get more, or ${byImport}.`,
};
export const wayToCompare = reasonsOf(waysToCompare);
type WayToCompare = Reason<keyof typeof waysToCompare>;

export const lacks = {
  prompts: ({ slug }: { slug: string }) =>
    `There are no prompts that a model could answer. Import some on the Data page, or with ./bin/heed import prompts FILE --project ${slug}.`,
  demonstrations: ({ have, need }: Counted) =>
    `Demonstrations: ${have} of ${need}. Fewer are learned by heart. Write them on the Demonstrate page, or import {"prompt", "completion"} lines on the Data page.`,
  comparisons: ({ have, need, undecided, way }: Counted & { undecided: number; way: WayToCompare }) => {
    const ties = undecided > 0 ? ` (${undecided} more are ties or “both bad”, which do not count)` : '';
    return `Comparisons: ${have} of ${need}${ties}. From fewer a reward model learns noise. ${way.reason}`;
  },
  'demonstrations-held-out': ({ have }: { have: number }) =>
    `All ${have} demonstrations are empty or on held-out prompts, which are for measuring only. Write some for other prompts, or lower heldOutFraction before you import.`,
  'comparisons-held-out': ({ have }: { have: number }) =>
    `All ${have} comparisons are on held-out prompts, which are for measuring only. Compare pairs of other prompts, or lower heldOutFraction before you import.`,
  contradictory: ({ pairs }: { pairs: number }) =>
    `The comparisons contradict each other: of ${pairs} judged ${pairs === 1 ? 'pair' : 'pairs'} as many labels say one side is better as say the other, which teaches what ties teach. Compare more pairs, or agree on the guidelines.`,
  'one-prompt':
    'All comparisons are on one prompt: a reward model learns what is good there, and PPO needs it everywhere. Compare pairs of at least one more prompt.',
};
export const lack = reasonsOf(lacks);
export type Lack = Reason<keyof typeof lacks>;
