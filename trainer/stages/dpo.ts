/**
 * Direct preference optimization (Rafailov et al. 2023): a policy from comparisons without a reward model in between and without sampling.
 * It starts as the SFT policy, which stays its reference; the reference's log-probabilities are computed once, before the first step.
 * Ties are soft labels of ½. Strength does not count: the loss has no margin.
 */
import { failure } from '@/lib/training/failures';
import type { StageInput } from '@/lib/training/contract';
import { createRng } from '@/lib/rng';
import { accuracyOf, pairwiseLossOf } from '../math/preference-accuracy';
import { learningRateAt } from '../math/schedule';
import { loadTrainable, numParameters, parametersOf, saveModel } from '../model/load';
import { initialState } from '../optimizer/adamw';
import type { StageContext } from './context';
import { collateDpo, compileResponseLogprobs, dpoPairLoss, lengthOf, type ReferencedPair } from './dpo-pairs';
import { resumeOrStart, resumePoint } from './resume';
import { describePair, encodePair, isSame, type Pair } from './reward-pairs';
import { compileTraining, stepsPerCall, trainSteps } from './training';

export async function runDpo(input: Extract<StageInput, { stage: 'dpo' }>, context: StageContext): Promise<void> {
  const { config, seed } = input;
  const model = await loadTrainable(input.policyFolder, 'language', { lora: config.lora, seed, isLasting: false });
  const maxLength = Math.min(config.maxLength ?? Infinity, model.config.contextLength);
  const isFitting = ({ a, b }: Pair) =>
    !isSame({ a, b }) && [a, b].every(({ prompt, response }) => prompt.length + response.length <= maxLength);
  const pairs = input.comparisons.map((c) => ({ ...encodePair(model, c), isHeldOut: c.isHeldOut })).filter(isFitting);
  if (!pairs.some((p) => p.chosenShare !== 0.5 && !p.isHeldOut))
    throw failure('no-comparisons', { of: input.comparisons.length, maxLength, stage: 'dpo' });

  const length = lengthOf(pairs);
  const scorer = compileResponseLogprobs(model, length, config.batchSize / config.gradientAccumulationSteps);
  const reference = await scorer.logprobs(parametersOf(model, model.params), pairs);
  const referenced = pairs.map((pair, i) => ({ ...pair, refA: reference[i]!.a, refB: reference[i]!.b }));
  const train = referenced.filter((p) => !p.isHeldOut);
  const heldOut = referenced.filter((p) => p.isHeldOut && p.chosenShare !== 0.5);

  const batches = Array.from({ length: config.numTrainEpochs }, (_, e) => {
    const order = createRng(seed).fork(`dpo epoch ${e}`).shuffle(train);
    return Array.from({ length: Math.ceil(train.length / config.batchSize) }, (_, s) =>
      order.slice(s * config.batchSize, (s + 1) * config.batchSize),
    );
  }).flat();
  const program = compileTraining(
    'dpo',
    (params, batch) => dpoPairLoss(model.config, params, batch, config),
    config,
    model.layout,
    model.frozen,
  );
  const start = await resumeOrStart(input.resumeFolder, () => initialState(model.params));
  const resuming = resumePoint(context, input.outputFolder);
  let state = start.state;
  if (start.step === 0) {
    const values = { num_examples: pairs.length, num_left_out: input.comparisons.length - pairs.length };
    context.report({ type: 'metrics', step: 0, values });
  }
  for await (const { state: after, stepsDone, metrics } of trainSteps(program, state, {
    firstStep: start.step,
    totalSteps: batches.length,
    stepsPerCall: stepsPerCall(numParameters(model), 2 * config.batchSize * length, context.mostStepsPerCall),
    batchAt: (step) => collateDpo(batches[step]!, config, length, model.tokenizer.padId),
    learningRateAt: (step) => learningRateAt(config, step, batches.length),
    adam: config,
    evidence: { folder: input.outputFolder, examplesAt: (step) => batches[step]!.map((pair) => describePair(pair, model)) },
  })) {
    state = after;
    metrics.forEach((values, i) => {
      const at = stepsDone - metrics.length + i;
      const epoch = ((at + 1) * config.numTrainEpochs) / batches.length;
      context.report({ type: 'metrics', step: at + 1, values: { ...values, lr: learningRateAt(config, at, batches.length), epoch } });
    });
    context.report({ type: 'progress', fraction: (0.95 * stepsDone) / batches.length });
    await resuming.afterCall(() => ({ step: stepsDone, state }));
  }
  await program.dispose();

  const after = await scorer.logprobs(parametersOf(model, state.params), heldOut);
  await scorer.dispose();
  if (heldOut.length > 0) context.report({ type: 'metrics', step: batches.length, values: evaluation(heldOut, after, config.beta) });
  context.report(await saveModel(model, state.params, { outputFolder: input.outputFolder, kind: 'policy', step: batches.length }));
}

/** Of held-out pairs that people decided. Accuracy counts equal rewards half. */
function evaluation(pairs: ReferencedPair[], logprobs: { a: number; b: number }[], beta: number): Record<string, number> {
  const mean = (values: number[]) => values.reduce((x, y) => x + y, 0) / values.length;
  const rewards = pairs.map(({ refA, refB, chosenShare }, i) => {
    const [a, b] = [beta * (logprobs[i]!.a - refA), beta * (logprobs[i]!.b - refB)];
    return chosenShare > 0.5 ? { chosen: a, rejected: b } : { chosen: b, rejected: a };
  });
  const margins = rewards.map(({ chosen, rejected }) => chosen - rejected);
  return {
    eval_loss: pairwiseLossOf(margins),
    eval_pairs: pairs.length,
    'eval_rewards/chosen': mean(rewards.map((r) => r.chosen)),
    'eval_rewards/rejected': mean(rewards.map((r) => r.rejected)),
    'eval_rewards/accuracies': accuracyOf(margins),
    'eval_rewards/margins': mean(margins),
  };
}
