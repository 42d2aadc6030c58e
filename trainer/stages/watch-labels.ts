/**
 * Before a new reward model is trained: what the last one thinks of the pairs that people have judged since, which it has not seen, and
 * whether people like the policy that was trained on it. Older held-out pairs, which it has not seen either, are the measure.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison, StageInput } from '@/lib/training/contract';
import { encodeExample } from '../data/encode-example';
import { readRewardCalibration } from '../checkpoint/reward-calibration';
import { proxyAgainstPeople, rewardModelShift } from '../monitors/labels';
import { isAtLeast } from '../monitors/watch';
import { loadModel, parametersOf } from '../model/load';
import type { StageContext } from './context';
import { compileScorer } from './scoring';
import { raise } from './watch-policy';

const BATCH = 32;
/** Newest pairs of each kind; more would say no more. */
const MOST = 1000;

export async function watchLabels(input: Extract<StageInput, { stage: 'reward' }>, context: StageContext): Promise<void> {
  const { watch, previousReward, comparisons } = input;
  if (!watch || !previousReward || input.resumeFolder) return;
  // Retention may have taken it: then there is nothing to measure with.
  if (!existsSync(join(previousReward.folder, 'config.json'))) return;
  const { round } = previousReward;
  const fresh = comparisons.filter((c) => c.round === round).slice(-MOST);
  const older = comparisons.filter((c) => c.isHeldOut && c.round !== round && c.chosenShare !== 0.5).slice(-MOST);
  if (fresh.length < watch.minPairs) return;
  const leads = await leadsOf([...fresh, ...older], previousReward.folder);
  const preferred = (c: Comparison, lead: number) => (c.chosenShare === 0.5 ? [] : [c.chosenShare > 0.5 ? lead : -lead]);
  const isNewer = (source?: string) => source === `round ${round}`;
  const pairs = fresh.flatMap(({ sources = [], chosenShare }, i) => {
    const [a, b] = [isNewer(sources[0]), isNewer(sources[1])];
    if (a === b) return [];
    return [a ? { outcome: chosenShare, lead: leads[i]! } : { outcome: 1 - chosenShare, lead: -leads[i]! }];
  });
  const findings = [
    ...proxyAgainstPeople(pairs, round, watch),
    ...rewardModelShift(
      fresh.flatMap((c, i) => preferred(c, leads[i]!)),
      older.flatMap((c, i) => preferred(c, leads[fresh.length + i]!)),
      round,
      watch,
    ),
  ];
  raise(
    findings.map((finding) => ({ ...finding, step: 0, isHalting: isAtLeast(finding.severity, watch.haltOn) })),
    context,
  );
}

/** Raw score of response A minus that of B. */
async function leadsOf(comparisons: Comparison[], folder: string): Promise<number[]> {
  const model = await loadModel(folder, 'scalar');
  const { pooling } = await readRewardCalibration(folder);
  const encode = (c: Comparison, side: 'A' | 'B') => encodeExample(model, c.prompt, c[`response${side}`], c[`isTruncated${side}`]);
  const pairs = comparisons.map((c) => [encode(c, 'A'), encode(c, 'B')] as const);
  const { contextLength } = model.config;
  const scorer = compileScorer(model, pooling, BATCH);
  const fits = (e: { prompt: number[]; response: number[] }) => e.prompt.length + e.response.length <= contextLength;
  const cut = (e: { prompt: number[]; response: number[] }) =>
    fits(e) ? e : { prompt: e.prompt.slice(-Math.floor(contextLength / 2)), response: e.response.slice(0, Math.floor(contextLength / 2)) };
  const scores = await scorer.score(parametersOf(model, model.params), pairs.flat().map(cut));
  await scorer.dispose();
  return pairs.map((_, i) => scores[2 * i]! - scores[2 * i + 1]!);
}
