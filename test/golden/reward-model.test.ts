/** A reward model's scores and the gradients of the pairwise loss against transformers' ForSequenceClassification. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { collateScoring, type Example, type ScoringBatch } from '@/trainer/data/collate';
import { pairwiseLoss } from '@/trainer/losses/pairwise';
import { unpack, unpackTensors } from '@/trainer/model/parameters';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32, type FloatArray } from '@/trainer/runtime/nd-array';
import { rawScores } from '@/trainer/stages/scoring';
import { describeOnEveryBackend } from '../support/backends';
import { expectClose, expectNear } from '../support/close';
import { goldenModel, type GoldenModel } from '../support/golden';

type Expected = Record<'inputIds' | 'attentionMask' | 'responseMask', number[][]> & {
  scores: number[];
  meanOverResponse: number[];
  pairwise: { chosenShare: number[]; margin: number[]; centerRewardsCoefficient: number; loss: number };
};

describe.each(['llama-reward', 'qwen2-reward', 'gpt2-reward'])('%s', (name) => {
  describeOnEveryBackend((options) => {
    let model: GoldenModel<Expected>;
    let examples: Example[];
    beforeAll(async () => {
      configureRuntime(options);
      model = await goldenModel(name);
      const { inputIds, attentionMask, responseMask } = model.expected;
      examples = inputIds.map((row, r) => ({
        prompt: row.filter((_, t) => attentionMask[r]![t] && !responseMask[r]![t]),
        response: row.filter((_, t) => responseMask[r]![t]),
      }));
    });

    test('scores at the last token and over the response', async () => {
      const program = jit('scores', ({ flat, batch }: { flat: tf.Tensor; batch: ScoringBatch<tf.Tensor> }) => {
        const params = unpackTensors(model.layout, flat);
        return { last: rawScores(model.config, params, batch, 'last'), mean: rawScores(model.config, params, batch, 'mean') };
      });
      // Torch padded to 12.
      const { last, mean } = await program({ flat: model.params, batch: collateScoring(examples, 16, 0) });
      await program.dispose();
      expectNear(last.data, model.expected.scores, 'last');
      expectNear(mean.data, model.expected.meanOverResponse, 'mean');
    });

    test('pairwise loss and every gradient', async () => {
      const { chosenShare, margin, centerRewardsCoefficient, loss } = model.expected.pairwise;
      const program = jit(
        'pairwise',
        ({
          flat,
          batch,
          ...given
        }: { flat: tf.Tensor; batch: ScoringBatch<tf.Tensor> } & Record<'chosenShare' | 'margin' | 'weight', tf.Tensor>) =>
          tf.valueAndGrad((x) => {
            const scores = rawScores(model.config, unpackTensors(model.layout, x), batch, 'last');
            const [rewardsA, rewardsB] = tf.split(scores as tf.Tensor1D, 2) as [tf.Tensor, tf.Tensor];
            return pairwiseLoss({ rewardsA, rewardsB, ...given }, centerRewardsCoefficient) as tf.Scalar;
          })(flat),
      );
      // Torch compared even sequences with odd ones; here A sides come first.
      const sides = [...examples.filter((_, i) => i % 2 === 0), ...examples.filter((_, i) => i % 2 === 1)];
      const { value, grad } = await program({
        flat: model.params,
        batch: collateScoring(sides, 12, 0),
        chosenShare: float32([4], chosenShare),
        margin: float32([4], margin),
        weight: float32([4], [1, 1, 1, 1]),
      });
      await program.dispose();
      expect(value.data[0]).toBeCloseTo(loss, 5);
      const gradients = Object.entries(unpack(model.layout, grad as FloatArray));
      expect(gradients.map(([name]) => name)).toContain('score.weight');
      for (const [parameter, gradient] of gradients) expectClose(gradient, model.tensors[`grad.${parameter}`]!, parameter);
    });
  });
});
