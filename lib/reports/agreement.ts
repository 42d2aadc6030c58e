/**
 * How far people agree: with each other, each two of them, over time, and with themselves. Gold and quiz items do not count, and a second
 * answer to the same item only for the last.
 */
import { setImmediate as letOthersIn } from 'node:timers/promises';
import { alphaOverTime, type AlphaWindow } from '@/lib/agreement/alpha-over-time';
import { cohenKappaByPair, type RaterPair } from '@/lib/agreement/cohen-kappa';
import { fleissKappa, type FleissKappa } from '@/lib/agreement/fleiss-kappa';
import { alphaMetrics, krippendorffAlpha, type Alpha, type AlphaMetric } from '@/lib/agreement/krippendorff-alpha';
import { overlapOf } from '@/lib/agreement/overlap';
import { percentAgreement, type PercentAgreement } from '@/lib/agreement/percent-agreement';
import type { TestRetest } from '@/lib/agreement/test-retest';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { namesIn, type Names } from '@/lib/people/names';
import type { Computed } from '@/lib/statistics/computed';
import { cached } from './cached';
import type { ReportInput } from './filter';
import { readJudgements, verdicts, type JudgementsOf } from './judgements';
import { resolve } from './resolve';
import { selfAgreement, weightsFor } from './self-agreement';

export type AgreementFigures = {
  /** Judgements read, and whether older ones were left out. */
  judgements: number;
  isCapped: boolean;
  people: number;
  /** The one that fits what was judged. */
  metric: AlphaMetric;
  /** By every metric that can be; the fitting one with an interval. */
  alphas: Computed<Alpha>[];
  percent: Computed<PercentAgreement>;
  fleiss: Computed<FleissKappa>;
  /** κ of the values, with quadratic weights where there is an order; `share` of the verdicts. */
  pairs: RaterPair[];
  overTime: Computed<AlphaWindow[]>;
  /** κ of the values, shares of the verdicts. */
  withThemselves: Computed<TestRetest>;
};

export type AgreementReport = AgreementFigures & {
  subject: string;
  subjects: string[];
  rounds: number[];
  areNamesHidden: boolean;
  names: Names;
};

/** @throws HeedError not_found, invalid for a subject that the kind does not have */
export async function agreementReport(actor: Actor, input: ReportInput): Promise<AgreementReport> {
  mustBeAble(actor, 'data.view');
  const { of, names, choices } = await resolve(input);
  const figures = await cached('agreement', of, agreementFigures);
  const ids = figures.pairs.flatMap(({ raters }) => raters);
  return { ...figures, ...choices, names: await namesIn(of.projectId, ids, names) };
}

/** Other requests get their turn between the figures. */
async function agreementFigures(of: JudgementsOf): Promise<AgreementFigures> {
  const { all, isCapped } = await readJudgements(of);
  const work = all.filter(({ isRetest }) => !isRetest);
  const metric = of.subject === 'safety' ? 'nominal' : 'ordinal';
  const bootstrap = replicatesFor(work.length);
  const weights = weightsFor(of.subject);
  const said = verdicts(work, of.kind);
  const shares = cohenKappaByPair(said);
  const overlap = overlapOf(work);
  const windows = overlap.ok ? Math.min(10, Math.max(3, Math.floor(overlap.value.units.length / 25))) : 3;
  const alphas: Computed<Alpha>[] = [];
  for (const one of metric === 'nominal' ? ([metric] as const) : alphaMetrics) {
    await letOthersIn();
    alphas.push(krippendorffAlpha(work, { metric: one, bootstrap: one === metric ? bootstrap : 0 }));
  }
  await letOthersIn();
  const overTime = alphaOverTime(work, { windows, metric, bootstrap: Math.min(400, bootstrap) });
  await letOthersIn();
  // Both lists are of the same pairs in the same order.
  const pairs = cohenKappaByPair(work, { weights }).map((pair, i) => ({ ...pair, share: shares[i]!.share }));
  await letOthersIn();
  return {
    judgements: work.length,
    isCapped,
    people: new Set(work.map(({ rater }) => rater)).size,
    metric,
    alphas,
    percent: percentAgreement(said),
    fleiss: fleissKappa(said),
    pairs,
    overTime,
    withThemselves: selfAgreement(all, of.kind, weights),
  };
}

/** So that all draws of a bootstrap together stay a matter of a fraction of a second. */
const replicatesFor = (items: number): number => Math.round(Math.min(1000, Math.max(200, 1e7 / Math.max(1, items))));
