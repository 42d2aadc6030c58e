/**
 * A reward model on what it was not trained on: pairs of held-out prompts, over all and in groups, and its calibration; and the SFT
 * model's own samples, which define zero and one.
 */
import type { Comparison, PairScore, ResponseScore, StageInput } from '@/lib/training/contract';
import { momentsOf, uncertaintyOf, type MemberMoments } from '../math/ensemble';
import { accuracyOf, calibrationError, groupLeads, pairwiseLossOf, reliability } from '../math/preference-accuracy';
import type { Example } from '../data/collate';
import { parametersOf, type Model } from '../model/load';
import type { ParameterArrays } from '../model/parameters';
import type { Pair } from './reward-pairs';
import { compileSampler, promptRoom } from './rollout';
import type { Scorer } from './scoring';

export const SCORING_BATCH = 32;

/** A held-out pair, and where it and its label come from. */
export type HeldOutPair = Pair & Pick<Comparison, 'round' | 'sources' | 'annotator'>;

const mean = (values: readonly number[]) => values.reduce((x, y) => x + y, 0) / values.length;

/** Pairs that people did not decide say nothing here. Empty without pairs. */
export async function evaluateReward(
  scorer: Scorer,
  params: ParameterArrays,
  pairs: HeldOutPair[],
  moments: MemberMoments,
): Promise<Record<string, number>> {
  const decided = pairs.filter((p) => p.chosenShare !== 0.5);
  if (decided.length === 0) return {};
  const sides = await scorer.members(
    params,
    decided.flatMap((p) => [p.a, p.b]),
  );
  const scores = sides.map((members) => mean([...members]));
  const scored = decided.map((pair, i) => ({ ...pair, lead: (scores[2 * i]! - scores[2 * i + 1]!) * Math.sign(pair.chosenShare - 0.5) }));
  const leads = scored.map(({ lead }) => lead);
  const bins = reliability(leads);
  const inGroups = (prefix: string, groupsOf: (pair: HeldOutPair) => (string | number | undefined)[]) =>
    [
      ...groupLeads(
        scored,
        (p) => p.lead,
        (p) => groupsOf(p).flatMap((g) => (g === undefined ? [] : [String(g)])),
      ),
    ].flatMap(([group, own]) => [
      [`eval_${prefix}/${group}`, accuracyOf(own)],
      [`eval_pairs/${prefix.slice(prefix.indexOf('/') + 1)}/${group}`, own.length],
    ]);
  return {
    eval_accuracy: accuracyOf(leads),
    eval_loss: pairwiseLossOf(leads),
    eval_margin: mean(leads),
    eval_pairs: leads.length,
    eval_ece: calibrationError(bins),
    ...(moments.means.length > 1 && { eval_uncertainty: mean(uncertaintyOf(sides, moments)) }),
    ...Object.fromEntries([
      ...inGroups('accuracy/strength', (p) => [p.grade]),
      ...inGroups('accuracy/round', (p) => [p.round]),
      ...inGroups('accuracy/policy', (p) => p.sources ?? []),
      ...inGroups('agreement/annotator', (p) => [p.annotator]),
      ...bins.flatMap(({ to, pairs: count, confidence, accuracy }) => {
        const name = to.toFixed(1);
        return [
          [`eval_accuracy/confidence/${name}`, accuracy],
          [`eval_confidence/confidence/${name}`, confidence],
          [`eval_pairs/confidence/${name}`, count],
        ];
      }),
    ]),
  };
}

/** What the model thinks of pairs, each once: by their responses' ids. @param most of them, the first ones */
export async function scorePairs(
  scorer: Scorer,
  params: ParameterArrays,
  pairs: (Pair & Pick<Comparison, 'isHeldOut'>)[],
  most: number,
): Promise<PairScore[]> {
  const byIds = new Map(pairs.flatMap((pair) => (pair.responseIds ? [[pair.responseIds.toSorted().join(), pair]] : [])));
  const each = [...byIds.values()].slice(0, most);
  const scores = await scorer.score(params, each.flatMap(({ a, b }) => [a, b])); // prettier-ignore
  return each.map(({ responseIds, isHeldOut }, i) => ({ responseIds: responseIds!, isHeldOut, lead: scores[2 * i]! - scores[2 * i + 1]! }));
}

/** What the model thinks of single responses, in standard deviations of its reference samples from their mean. */
export async function scoreResponses(
  scorer: Scorer,
  params: ParameterArrays,
  responses: (Example & Pick<ResponseScore, 'responseId' | 'isHeldOut'>)[],
  reference: Pick<ReferenceMoments, 'mean' | 'std'>,
): Promise<ResponseScore[]> {
  const raw = await scorer.score(params, responses);
  return responses.map(({ responseId, isHeldOut }, i) => ({ responseId, isHeldOut, score: (raw[i]! - reference.mean) / reference.std }));
}

export type ReferenceMoments = { mean: number; std: number; members: MemberMoments };

/** Of the raw scores of the SFT model's own samples: of the mean over the ensemble, and of each member. */
export async function referenceMoments(
  policy: Model,
  scorer: Scorer,
  params: ParameterArrays,
  input: Pick<Extract<StageInput, { stage: 'reward' }>, 'referenceDecoding' | 'referencePrompts' | 'seed'>,
): Promise<ReferenceMoments> {
  const size = params['score.weight']!.shape[0]!;
  const { referenceDecoding, referencePrompts } = input;
  const room = promptRoom(policy, referenceDecoding.maxNewTokens);
  const prompts = referencePrompts.map((p) => policy.tokenizer.encodePrompt(p.text)).filter((p) => p.length <= room);
  if (prompts.length === 0) return { mean: 0, std: 1, members: { means: Array(size).fill(0), stds: Array(size).fill(1) } };
  const sampler = compileSampler(policy, { ...referenceDecoding, seed: input.seed }, SCORING_BATCH);
  const rollouts = await sampler.sample(parametersOf(policy, policy.params), prompts, 'reference');
  await sampler.dispose();
  const raw = await scorer.members(params, rollouts);
  const each = Array.from({ length: size }, (_, k) => momentsOf(raw.map((members) => members[k]!)));
  return {
    ...momentsOf(raw.map((members) => mean([...members]))),
    members: { means: each.map((m) => m.mean), stds: each.map((m) => m.std) },
  };
}
