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
import type { FailureDetails } from '@/lib/training/failures';
import { lack, wayToCompare, type Lack } from './lacks';
import type { Readiness } from './round';

const readinessSchema = z.object({ projectId: z.uuid() });

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
  const prompts = await countSampledPrompts(db, projectId, 'train');
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
  pairs: { state: string; progress: number; error: string | null; errorDetails: FailureDetails | null } | undefined | null;
};

/** Pure. */
export function problemsOf({ slug, demonstrations, comparisons, labels, prompts, pairs }: Facts): Lack[] {
  const problems: Lack[] = [];
  if (prompts === 0) problems.push(lack('prompts', { slug }));
  if (demonstrations.have < demonstrations.need) problems.push(lack('demonstrations', demonstrations));
  if (comparisons.have < comparisons.need)
    problems.push(lack('comparisons', { ...comparisons, undecided: labels.undecided, way: howToCompare(prompts, pairs) }));
  return [...problems, ...contentProblems({ demonstrations, comparisons, labels })];
}

/** Enough labels, of which none could teach anything: said now, and not when the stage that needs them begins. */
function contentProblems({ demonstrations, comparisons, labels }: Pick<Facts, 'demonstrations' | 'comparisons' | 'labels'>): Lack[] {
  const problems: Lack[] = [];
  const { trainable } = labels;
  if (demonstrations.have >= demonstrations.need && labels.trainableDemonstrations === 0)
    problems.push(lack('demonstrations-held-out', { have: demonstrations.have }));
  if (comparisons.have < comparisons.need) return problems;
  if (trainable.comparisons === 0) problems.push(lack('comparisons-held-out', { have: comparisons.have }));
  else if (trainable.clear === 0) problems.push(lack('contradictory', { pairs: trainable.pairs }));
  else if (trainable.prompts < 2 && trainable.comparisons > 1) problems.push(lack('one-prompt'));
  return problems;
}

function howToCompare(prompts: number, pairs: Facts['pairs']) {
  if (pairs === null) return wayToCompare('judge');
  if (prompts === 0) return wayToCompare('after-prompts');
  if (pairs?.state === 'failed') return wayToCompare('sampling-failed', { error: pairs.error, errorDetails: pairs.errorDetails });
  if (pairs?.state === 'queued') return wayToCompare('sampling-waits');
  if (pairs?.state === 'running') return wayToCompare('sampling', { percent: Math.round(pairs.progress * 100) });
  return wayToCompare('more-prompts');
}
