/**
 * The reward model: the SFT model's body with a scalar head, trained on comparisons (Stiennon et al. 2020, eq. 1; Ouyang
 * et al. 2022: all comparisons of a prompt in one batch). Ties are soft labels of ½. Afterwards the scores of the SFT
 * model's own samples define zero and one: `mean` and `std` in config.json.
 */
import { failure } from '@/lib/training/failures';
import type { StageInput } from '@/lib/training/contract';
import { writeRewardHeads } from '../checkpoint/reward-heads';
import { encodeExample } from '../data/encode-example';
import { planPairs } from '../data/pack-pairs';
import { createRng } from '@/lib/rng';
import { learningRateAt } from '../math/schedule';
import { trainingFlopsPerToken } from '../model/flops';
import { loadTrainable, meanHead, numParameters, parametersOf, saveModel, withScalarHead } from '../model/load';
import { pack, unpack } from '../model/parameters';
import { initialState } from '../optimizer/adamw';
import type { StageContext } from './context';
import { resumeOrStart, resumePoint } from './resume';
import { evaluateReward, referenceMoments, scorePairs, scoreResponses, SCORING_BATCH, type HeldOutPair } from './reward-evaluation';
import { collatePairs, describePair, encodePair, groupByPrompt, isSame, pairLoss, withMemberWeights, type Pair } from './reward-pairs';
import { compileScorer } from './scoring';
import { compileTraining, stepsPerCall, trainSteps } from './training';

export async function runReward(input: Extract<StageInput, { stage: 'reward' }>, context: StageContext): Promise<void> {
  const { config, seed } = input;
  const policy = await loadTrainable(input.modelFolder, 'language', { lora: config.lora, seed, isLasting: false });
  const model = withScalarHead(policy, seed, config.ensembleSize);
  const maxLength = Math.min(config.maxLength ?? Infinity, model.config.contextLength);
  const lengthOf = ({ prompt, response }: Pair['a']) => prompt.length + response.length;
  const isFitting = (p: Pair) => !isSame(p) && Math.max(lengthOf(p.a), lengthOf(p.b)) <= maxLength;
  const train = input.comparisons
    .filter((c) => !c.isHeldOut)
    .map((c) => encodePair(model, c))
    .filter(isFitting);
  const heldOut = input.comparisons
    .filter((c) => c.isHeldOut)
    .map((c): HeldOutPair => ({ ...encodePair(model, c), round: c.round, sources: c.sources, annotator: c.annotator }))
    .filter(isFitting);
  if (!train.some((p) => p.chosenShare !== 0.5))
    throw failure('no-comparisons', { of: input.comparisons.length, maxLength, stage: 'reward' });

  const weighted = withMemberWeights(train, config.ensembleSize, seed);
  const epochs = Array.from({ length: config.numTrainEpochs }, (_, e) =>
    groupByPrompt(weighted, config.batchSize, createRng(seed).fork(`reward epoch ${e}`)),
  );
  const batches = epochs.flat();
  const plan = planPairs(batches, config.gradientAccumulationSteps, (length) =>
    trainingFlopsPerToken(model.config, model.base ? numParameters(model) : model.layout.matrixTotal, length),
  );
  const program = compileTraining('reward', (params, batch) => pairLoss(model, params, batch, config), config, model.layout, model.frozen);
  const scorer = compileScorer(model, config.pooling, SCORING_BATCH);
  const start = await resumeOrStart(input.resumeFolder, () => initialState(model.params));
  if (start.step === 0) {
    const fitting = train.length + heldOut.length;
    context.report({ type: 'metrics', step: 0, values: { num_examples: fitting, num_left_out: input.comparisons.length - fitting } });
  }
  const resuming = resumePoint(context, input.outputFolder);
  let state = start.state;
  for await (const { state: after, stepsDone, metrics } of trainSteps(program, state, {
    firstStep: start.step,
    totalSteps: batches.length,
    stepsPerCall: stepsPerCall(numParameters(model), plan.parts * plan.numRows * plan.length, context.mostStepsPerCall),
    batchAt: (step) => collatePairs(batches[step]!, plan, config, model.tokenizer.padId),
    learningRateAt: (step) => learningRateAt(config, step, batches.length),
    adam: config,
    evidence: { folder: input.outputFolder, examplesAt: (step) => batches[step]!.map((pair) => describePair(pair, model)) },
  })) {
    state = after;
    metrics.forEach((values, i) =>
      context.report({
        type: 'metrics',
        step: stepsDone - metrics.length + i + 1,
        values: { ...values, lr: learningRateAt(config, stepsDone - metrics.length + i, batches.length) },
      }),
    );
    context.report({ type: 'progress', fraction: (0.9 * stepsDone) / batches.length });
    await resuming.afterCall(() => ({ step: stepsDone, state }));
  }
  await program.dispose();

  const params = parametersOf(model, state.params);
  const { mean, std, members } = await referenceMoments(policy, scorer, params, input);
  const evaluation = await evaluateReward(scorer, params, heldOut, members);
  context.report({ type: 'metrics', step: batches.length, values: { ...evaluation, reference_mean: mean, reference_std: std } });
  const heldOutFirst = [heldOut.map((pair) => ({ ...pair, isHeldOut: true })), train.map((pair) => ({ ...pair, isHeldOut: false }))].flat();
  const pairScores = input.mostPairScores ? await scorePairs(scorer, params, heldOutFirst, input.mostPairScores) : [];
  const trainedPrompts = new Set(train.map((pair) => pair.promptId));
  const rated = (input.ratedResponses ?? [])
    .map(({ responseId, promptId, prompt, response, isTruncated }) => ({
      ...encodeExample(model, prompt, response, isTruncated),
      responseId,
      isHeldOut: !trainedPrompts.has(promptId),
    }))
    .filter((one) => lengthOf(one) <= maxLength);
  const responseScores = await scoreResponses(scorer, params, rated, { mean, std });
  await scorer.dispose();
  const isEnsemble = config.ensembleSize > 1;
  const heads = unpack(model.layout, state.params)['score.weight']!;
  const single = isEnsemble ? withScalarHead(policy, seed) : model;
  const saved = isEnsemble ? pack(single.layout, { ...unpack(model.layout, state.params), 'score.weight': meanHead(heads) }) : state.params;
  context.report(
    await saveModel(single, saved, {
      outputFolder: input.outputFolder,
      kind: 'reward',
      step: batches.length,
      extraConfig: { mean, std, pooling: config.pooling, ...(isEnsemble && { ensemble: members }) },
      beside: isEnsemble ? (folder) => writeRewardHeads(folder, heads) : undefined,
    }),
  );
  if (input.mostPairScores) context.report({ type: 'pair-scores', scores: pairScores });
  if (input.ratedResponses) context.report({ type: 'response-scores', scores: responseScores });
}
