/**
 * Supervised fine-tuning: negative log-likelihood of the response's tokens and its end token, given the prompt
 * (Ouyang et al. 2022, section 3.5). Averaged over tokens, not over demonstrations. The held-out loss is measured after every epoch;
 * where it stops falling, training ends (early-stopping.ts), and the best epoch's weights are the result.
 */
import * as tf from '@tensorflow/tfjs';
import type { StageInput } from '@/lib/training/contract';
import { failure } from '@/lib/training/failures';
import { inParts, type LanguageBatch } from '../data/collate';
import { encodeExample } from '../data/encode-example';
import { collatePacked, evenBatches, inputLength, packRows, planRows, rowLengthFor, type PackedBatch } from '../data/pack';
import { crossEntropy } from '../losses/cross-entropy';
import { createRng } from '@/lib/rng';
import { learningRateAt } from '../math/schedule';
import type { ModelConfig } from '../model/config';
import type { Params } from '../model/layers';
import { headEntropy, headLogprobs, hiddenStates, packedHiddenStates } from '../model/transformer';
import { trainingFlopsPerToken } from '../model/flops';
import { loadTrainable, numParameters, parametersOf, saveModel } from '../model/load';
import { initialState } from '../optimizer/adamw';
import { jit } from '../runtime/jit';
import type { LossFunction } from './accumulate';
import type { StageContext } from './context';
import { resumeOrStart, resumePoint } from './resume';
import { compileTraining, stepsPerCall, stepsPerCallWithin, trainSteps } from './training';
import { earlyStopping } from './early-stopping';

export async function runSft(input: Extract<StageInput, { stage: 'sft' }>, context: StageContext): Promise<void> {
  const { config } = input;
  const model = await loadTrainable(input.modelFolder, 'language', { lora: config.lora, seed: input.seed, isLasting: true });
  const { tokenizer, layout } = model;
  const maxLength = Math.min(config.maxLength ?? Infinity, model.config.contextLength);
  const all = input.demonstrations.map(({ id, prompt, response, isHeldOut }) => ({
    id,
    promptText: prompt,
    responseText: response,
    ...encodeExample(model, prompt, response),
    isHeldOut,
  }));
  // A response that is only an end token would teach to say nothing.
  const written = all.filter((e) => e.responseText.trim() !== '');
  const fitting = written.filter((e) => e.prompt.length + e.response.length <= maxLength);
  const train = fitting.filter((e) => !e.isHeldOut);
  const heldOut = fitting.filter((e) => e.isHeldOut);
  if (train.length === 0) {
    throw failure('no-demonstrations', { of: all.length, maxLength });
  }

  const stepsPerEpoch = Math.ceil(train.length / config.batchSize);
  const totalSteps = stepsPerEpoch * config.numTrainEpochs;
  const program = compileTraining(
    'sft',
    (params, batch) => languageLoss(model.config, params, batch as PackedBatch<tf.Tensor>),
    config,
    layout,
    model.frozen,
  );
  const batches = Array.from({ length: config.numTrainEpochs }, (_, e) =>
    evenBatches(train, config.batchSize, createRng(input.seed).fork(`sft epoch ${e}`)),
  ).flat();
  const partsOf = (examples: (typeof train)[number][]) => inParts(examples, config.gradientAccumulationSteps);
  const rows = planRows(
    batches.flatMap(partsOf),
    (length) => trainingFlopsPerToken(model.config, model.base ? numParameters(model) : layout.matrixTotal, length),
    inputLength,
  );
  const heldOutLength = rowLengthFor(heldOut, rows.length, inputLength);
  // No more rows than there is text for: most often far fewer than a training batch has.
  const heldOutRows = { length: heldOutLength, numRows: Math.min(rows.numRows, packRows(heldOut, heldOutLength, inputLength).length) };
  const start = await resumeOrStart(input.resumeFolder, () => initialState(model.params));
  let state = start.state;
  const early = earlyStopping(heldOut.length > 0 ? config.earlyStoppingPatience : null, start);
  const saved = resumePoint(context, input.outputFolder);
  const evaluate = compileEvaluation(model.config);
  let step = start.step;
  if (step === 0) {
    context.report({ type: 'metrics', step, values: { num_examples: fitting.length, num_left_out: all.length - fitting.length } });
    if (heldOut.length > 0) await reportEvaluation(0);
  }

  const mostPerCall = stepsPerCall(
    numParameters(model),
    config.gradientAccumulationSteps * rows.numRows * rows.length,
    context.mostStepsPerCall,
  );
  for await (const { state: after, stepsDone, metrics } of trainSteps(program, state, {
    firstStep: start.step,
    totalSteps: early.isOver() ? start.step : totalSteps,
    stepsPerCall: heldOut.length > 0 ? stepsPerCallWithin(stepsPerEpoch, mostPerCall) : mostPerCall,
    pauseEvery: heldOut.length > 0 ? stepsPerEpoch : undefined,
    batchAt: (s) => partsOf(batches[s]!).map((part) => collatePacked(packRows(part, rows.length, inputLength), rows, tokenizer.padId)),
    learningRateAt: (s) => learningRateAt(config, s, totalSteps),
    adam: config,
    evidence: {
      folder: input.outputFolder,
      examplesAt: (s) => batches[s]!.map((e) => ({ demonstrationId: e.id, prompt: e.promptText, response: e.responseText })),
    },
  })) {
    state = after;
    metrics.forEach((values, i) => {
      const at = stepsDone - metrics.length + i;
      context.report({
        type: 'metrics',
        step: at + 1,
        values: { ...values, lr: learningRateAt(config, at, totalSteps), epoch: (at + 1) / stepsPerEpoch },
      });
    });
    step = stepsDone;
    context.report({ type: 'progress', fraction: step / totalSteps });
    if (step % stepsPerEpoch === 0 && heldOut.length > 0) early.hear(await reportEvaluation(step), step, state.params);
    await saved.afterCall(() => ({ step, state, ...early.remembered() }));
    if (early.isOver()) break;
  }
  await program.dispose();
  await evaluate.dispose();
  const kept = early.best() ?? { params: state.params, step: totalSteps };
  if (early.best()) context.report({ type: 'metrics', step, values: { best_epoch: kept.step / stepsPerEpoch } });
  context.report(await saveModel(model, kept.params, { outputFolder: input.outputFolder, kind: 'sft', step: kept.step }));

  /** @returns held-out loss, nats a token */
  async function reportEvaluation(at: number): Promise<number> {
    const params = parametersOf(model, state.params);
    const sums = { loss: 0, entropy: 0, hits: 0, tokens: 0 };
    const packed = packRows(heldOut, heldOutRows.length, inputLength);
    for (let i = 0; i < packed.length; i += heldOutRows.numRows) {
      const part = packed.slice(i, i + heldOutRows.numRows);
      const result = await evaluate({ params, batch: collatePacked(part, heldOutRows, tokenizer.padId) });
      for (const key of ['loss', 'entropy', 'hits', 'tokens'] as const) sums[key] += result[key].data[0] as number;
    }
    const loss = sums.loss / sums.tokens;
    const values = {
      eval_loss: loss,
      eval_perplexity: Math.exp(loss),
      eval_mean_token_accuracy: sums.hits / sums.tokens,
      eval_entropy: sums.entropy / sums.tokens,
      eval_num_tokens: sums.tokens,
    };
    context.report({ type: 'metrics', step: at, values });
    return values.eval_loss;
  }
}

type Batch = LanguageBatch<tf.Tensor> | PackedBatch<tf.Tensor>;

/** Hidden states, and of the tokens that come next log-probabilities, loss and accuracy over those of responses. */
function predict(model: ModelConfig, params: Params, batch: Batch) {
  const hidden =
    'segments' in batch
      ? packedHiddenStates(model, params, batch.ids, batch.segments)
      : hiddenStates(model, params, batch.ids, batch.isPad);
  const targets = tf.reshape(batch.targets, [-1]);
  const head = headLogprobs(model, params, hidden, targets);
  return { hidden, targets, ...head, ...crossEntropy(head, tf.reshape(batch.lossMask, [-1])) };
}

/** Mean over the batch's response tokens. */
export function languageLoss(model: ModelConfig, params: Params, batch: Batch): ReturnType<LossFunction> {
  const { loss, accuracy, count } = predict(model, params, batch);
  return { loss, weight: count, metrics: { mean_token_accuracy: accuracy, num_tokens: count }, combine: { num_tokens: 'sum' } };
}

/** Sums over a batch's response tokens: loss and entropy in nats, likeliest tokens hit, tokens. */
export function compileEvaluation(model: ModelConfig) {
  return jit('evaluate', ({ params, batch }: { params: Params; batch: Batch }) => {
    const { hidden, targets, logprobs, loss, accuracy, count } = predict(model, params, batch);
    const entropy = headEntropy(model, params, hidden, targets, logprobs);
    return {
      loss: tf.mul(loss, count),
      entropy: tf.sum(tf.mul(entropy, tf.reshape(batch.lossMask, [-1]))),
      hits: tf.mul(accuracy, count),
      tokens: count,
    };
  });
}
