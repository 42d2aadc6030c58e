/** People as their judgements show them: all of them to those who may see the data, oneself to everybody. */
import { setImmediate as letOthersIn } from 'node:timers/promises';
import { db } from '@/db/client';
import { rewardModelAgreement } from '@/db/queries/metrics';
import { dawidSkene, type DawidSkene } from '@/lib/agreement/dawid-skene';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { namesIn, type Names } from '@/lib/people/names';
import { cannot, computed, type Computed } from '@/lib/statistics/computed';
import { wilson, type Interval } from '@/lib/statistics/interval';
import { annotatorFigures, type AnnotatorFigures } from './annotator-figures';
import { cached } from './cached';
import type { ReportInput } from './filter';
import { readJudgements, verdicts, type Judged, type JudgementsOf } from './judgements';
import { resolve } from './resolve';
import { againstScores, type WithScores } from './reward-scores';

/** Of held-out pairs; `round`: whose reward model it is. */
export type WithRewardModel = Interval & { share: number; pairs: number; round: number };
export type Annotator = AnnotatorFigures & {
  /** Dawid and Skene's: P(label is the true class). Null where the model is not computed. */
  accuracy: number | null;
  rewardModel: RewardModelFigures['rewardModel'];
  scores: RewardModelFigures['scores'];
};
/** With the newest reward model: of comparisons and rankings how often it prefers the same, of ratings how its scores go with theirs. */
type RewardModelFigures = { rewardModel: WithRewardModel | null; scores: Computed<WithScores> | null };
/** How the estimate of accuracies ended, and what speaks against it. */
export type ReliabilityFit = Pick<DawidSkene, 'iterations' | 'converged' | 'notes'>;

type Figures = {
  people: Annotator[];
  typicalSeconds: number | null;
  reliability: Computed<ReliabilityFit>;
  judgements: number;
  isCapped: boolean;
};
export type AnnotatorsReport = Figures & { subject: string; subjects: string[]; rounds: number[]; areNamesHidden: boolean; names: Names };

/** @throws HeedError not_found, invalid for a subject that the kind does not have */
export async function annotatorsReport(actor: Actor, input: ReportInput): Promise<AnnotatorsReport> {
  mustBeAble(actor, 'data.view');
  const { of, names, choices } = await resolve(input);
  const figures = await cached('annotators', of, figuresOf);
  const ids = figures.people.map(({ id }) => id);
  return { ...figures, ...choices, names: await namesIn(of.projectId, ids, names) };
}

async function figuresOf(of: JudgementsOf): Promise<Figures> {
  const { all, isCapped } = await readJudgements(of);
  const work = all.filter(({ isRetest }) => !isRetest);
  const withRewardModel = await rewardModelFigures(of, work);
  const { people, typicalSeconds } = annotatorFigures(all, of);
  await letOthersIn();
  const fit = dawidSkene(verdicts(work, of.kind));
  const accuracies = new Map(fit.ok ? fit.value.raters.map(({ rater, accuracy }) => [rater, accuracy]) : []);
  return {
    people: people.map((one) => ({ ...one, accuracy: accuracies.get(one.id) ?? null, ...withRewardModel(one.id) })),
    typicalSeconds,
    reliability: fit.ok ? computed({ iterations: fit.value.iterations, converged: fit.value.converged, notes: fit.value.notes }) : fit,
    judgements: work.length,
    isCapped,
  };
}

async function rewardModelFigures(
  { projectId, kind }: JudgementsOf,
  work: readonly Judged[],
): Promise<(rater: string) => RewardModelFigures> {
  if (kind === 'rate') {
    const scores = await againstScores(projectId, work);
    return (rater) => ({ rewardModel: null, scores: scores.get(rater) ?? null });
  }
  const rows = await rewardModelAgreement(db(), projectId);
  const agreement = new Map(rows.map(({ rater, share, pairs, round }) => [rater, { share, ...wilson(share, pairs), pairs, round }]));
  return (rater) => ({ rewardModel: agreement.get(rater) ?? null, scores: null });
}

export type MyFigures = AnnotatorFigures & RewardModelFigures;

/** With fewer items in common, agreement with others would say what one other person said. */
const fewestShared = 5;

/** The actor's own figures, from the items that they judged; of others there is only how far they agree with the actor. */
export async function myFigures(
  actor: Actor,
  input: ReportInput,
): Promise<{ mine: Computed<MyFigures>; subject: string; subjects: string[] }> {
  mustBeAble(actor, 'task.work');
  const { of, choices: { subject, subjects } } = await resolve(input); // prettier-ignore
  const mine = await cached(`figures of ${actor.id}`, { ...of, sharedWith: actor.id }, async (shared): Promise<Computed<MyFigures>> => {
    const { all } = await readJudgements(shared);
    const own = annotatorFigures(all, of).people.find(({ id }) => id === actor.id);
    if (!own) return cannot('no-answers-of-yours');
    const withRewardModel = await rewardModelFigures(
      of,
      all.filter(({ isRetest }) => !isRetest),
    );
    const units = own.others?.units ?? 0;
    return computed({
      ...own,
      ...withRewardModel(actor.id),
      ...(units < fewestShared && { others: null }),
      // Its five windows, too, must hold as many.
      ...(units < 5 * fewestShared && { drift: cannot('few-shared') }),
    });
  });
  return { mine, subject, subjects };
}
