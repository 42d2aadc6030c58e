/** Can a round start, and if not, what is missing and how to get it? The same answer for the page, the command and startRound. */
import { z } from 'zod';
import { db, type Db } from '@/db/client';
import { latestSampling } from '@/db/queries/jobs';
import { findProject } from '@/db/queries/projects';
import { countSampledPrompts } from '@/db/queries/prompts';
import { hasOpenPairs } from '@/db/queries/responses';
import { countLabels, type LabelCounts } from '@/db/queries/rounds';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import type { Readiness } from './round';

export const readinessSchema = z.object({ projectId: z.uuid() });

/** @throws HeedError not_found */
export async function readiness(actor: Actor, input: z.input<typeof readinessSchema>): Promise<Readiness> {
  mustBeAble(actor, 'round.view');
  const { projectId } = parse(readinessSchema, input);
  return readReadiness(db(), projectId);
}

export async function readReadiness(db: Db, projectId: string): Promise<Readiness> {
  const project = await findProject(db, { id: projectId });
  if (!project) throw refusal('no-such-project');
  const { minDemonstrations, minComparisons } = settingsOf(project.settings);
  const labels = await countLabels(db, projectId);
  const demonstrations = { have: labels.demonstrations, need: minDemonstrations };
  const comparisons = { have: labels.decided, need: minComparisons };
  const prompts = await countSampledPrompts(db, projectId);
  const pairs = comparisons.have >= comparisons.need || (await hasOpenPairs(db, projectId)) ? null : await latestSampling(db, projectId);
  const problems = problemsOf({ slug: project.slug, demonstrations, comparisons, labels, prompts, pairs });
  return { isReady: problems.length === 0, demonstrations, comparisons, problems };
}

type Facts = {
  slug: string;
  demonstrations: Readiness['demonstrations'];
  comparisons: Readiness['comparisons'];
  labels: Pick<LabelCounts, 'undecided' | 'trainableDemonstrations' | 'trainable'>;
  /** Prompts of the training split that policies write for. */
  prompts: number;
  /** Null: there are enough comparisons or pairs to judge. Else how the sampling that makes pairs is going, if there is any. */
  pairs: { state: string; progress: number; error: string | null } | undefined | null;
};

/** One sentence a problem. Pure. */
export function problemsOf({ slug, demonstrations, comparisons, labels, prompts, pairs }: Facts): string[] {
  const problems: string[] = [];
  if (prompts === 0)
    problems.push(
      `There are no prompts that a model could answer. Import some on the Data page, or with ./bin/heed import prompts FILE --project ${slug}.`,
    );
  if (demonstrations.have < demonstrations.need)
    problems.push(
      `Demonstrations: ${demonstrations.have} of ${demonstrations.need}. Fewer are learned by heart. Write them on the Demonstrate page, or import {"prompt", "completion"} lines on the Data page.`,
    );
  if (comparisons.have < comparisons.need) {
    const { undecided } = labels;
    const ties = undecided > 0 ? ` (${undecided} more are ties or "both bad", which do not count)` : '';
    problems.push(
      `Comparisons: ${comparisons.have} of ${comparisons.need}${ties}. From fewer a reward model learns noise. ${howToCompare(prompts, pairs)}`,
    );
  }
  return [...problems, ...contentProblems({ demonstrations, comparisons, labels })];
}

/** Enough labels, of which none could teach anything: said now, and not when the stage that needs them begins. */
function contentProblems({ demonstrations, comparisons, labels }: Pick<Facts, 'demonstrations' | 'comparisons' | 'labels'>): string[] {
  const problems: string[] = [];
  const { trainable } = labels;
  if (demonstrations.have >= demonstrations.need && labels.trainableDemonstrations === 0)
    problems.push(
      `All ${demonstrations.have} demonstrations are empty or on held-out prompts, which are for measuring only. Write some for other prompts, or lower heldOutFraction before you import.`,
    );
  if (comparisons.have < comparisons.need) return problems;
  if (trainable.comparisons === 0)
    problems.push(
      `All ${comparisons.have} comparisons are on held-out prompts, which are for measuring only. Compare pairs of other prompts, or lower heldOutFraction before you import.`,
    );
  else if (trainable.clear === 0)
    problems.push(
      `The comparisons contradict each other: of ${trainable.pairs} judged ${trainable.pairs === 1 ? 'pair' : 'pairs'} as many labels say one side is better as say the other, which teaches what ties teach. Compare more pairs, or agree on the guidelines.`,
    );
  else if (trainable.prompts < 2 && trainable.comparisons > 1)
    problems.push(
      'All comparisons are on one prompt: a reward model learns what is good there, and PPO needs it everywhere. Compare pairs of at least one more prompt.',
    );
  return problems;
}

function howToCompare(prompts: number, pairs: Facts['pairs']): string {
  const byImport = 'import {"prompt", "chosen", "rejected"} lines on the Data page';
  if (pairs === null) return `Judge pairs on the Compare page, or ${byImport}.`;
  if (prompts === 0) return `There will be pairs to judge once there are prompts; or ${byImport}.`;
  if (pairs?.state === 'failed') return `There are no pairs to judge, because sampling the base model failed: ${pairs.error}`;
  if (pairs?.state === 'queued')
    return 'There are no pairs to judge yet: the base model is about to be sampled. The trainer must be running.';
  if (pairs?.state === 'running')
    return `There are no pairs to judge yet: the base model is being sampled (${Math.round(pairs.progress * 100)} %).`;
  return `All pairs are judged. Import more prompts to get more, or ${byImport}.`;
}
