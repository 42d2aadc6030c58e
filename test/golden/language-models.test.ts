/** Every family: logits, loss, gradients, optimizer and greedy decoding against transformers and torch. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { collateLanguage, padLeft, type LanguageBatch } from '@/trainer/data/collate';
import { compileGenerate } from '@/trainer/model/generate';
import { hiddenStates, languageHead } from '@/trainer/model/transformer';
import { unpack, unpackTensors } from '@/trainer/model/parameters';
import { initialState } from '@/trainer/optimizer/adamw';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { bool, float32, int32, type FloatArray } from '@/trainer/runtime/nd-array';
import { compileEvaluation, languageLoss } from '@/trainer/stages/sft';
import type { TrainState } from '@/trainer/stages/train-state';
import { compileTraining, trainSteps } from '@/trainer/stages/training';
import { describeOnEveryBackend } from '../support/backends';
import { expectClose, expectIdentical, expectNear } from '../support/close';
import { goldenModel, type GoldenModel } from '../support/golden';

type Expected = {
  inputIds: number[][];
  attentionMask: number[][];
  completionMask: number[][];
  loss: number;
  greedy: { promptIds: number[][]; attentionMask: number[][]; tokens: number[][]; logprobs: number[][] };
  /** For Llama alone: the optimizer knows no families. */
  adamw?: {
    lr: number;
    betas: [number, number];
    eps: number;
    weightDecayOnMatrices: number;
    maxGradNorm: number;
    losses: number[];
    gradNorms: number[];
  };
};

describe.each(['llama-tied', 'llama-untied', 'llama-scaled', 'qwen2', 'gpt2'])('%s', (name) => {
  let model: GoldenModel<Expected>;
  let batch: ReturnType<typeof collateLanguage>;
  beforeAll(async () => {
    model = await goldenModel(name);
    const { inputIds, attentionMask, completionMask } = model.expected;
    const examples = inputIds.map((row, r) => ({
      prompt: row.filter((_, t) => attentionMask[r]![t] && !completionMask[r]![t]),
      response: row.filter((_, t) => completionMask[r]![t]),
    }));
    // Five columns more than torch had: padding counts for nothing.
    batch = collateLanguage(examples, 16, 0);
  });

  describeOnEveryBackend((options) => {
    beforeAll(() => configureRuntime(options));

    test('logits', async () => {
      const { config, layout, params, expected, tensors } = model;
      const [rows, columns] = [expected.inputIds.length, expected.inputIds[0]!.length];
      const program = jit('logits', ({ flat, ids, isPad }: Record<'flat' | 'ids' | 'isPad', tf.Tensor>) => {
        const weights = unpackTensors(layout, flat);
        return { logits: languageHead(config, weights, hiddenStates(config, weights, ids, isPad)) };
      });
      const { logits } = await program({
        flat: params,
        ids: int32([rows, columns], expected.inputIds.flat()),
        isPad: bool(
          [rows, columns],
          expected.attentionMask.flat().map((m) => 1 - m),
        ),
      });
      await program.dispose();
      const isReal = expected.attentionMask.flat();
      const onRealTokens = (data: ArrayLike<number>) => Array.from(data).filter((_, i) => isReal[Math.floor(i / config.vocabSize)]);
      expectNear(onRealTokens(logits.data as Float32Array), onRealTokens(tensors.logits!.data), 'logits');
    });

    test('entropy of the completion’s tokens, from torch’s logits', async () => {
      const { config, layout, params, expected, tensors } = model;
      const V = config.vocabSize;
      const evaluate = compileEvaluation(config);
      const { entropy, tokens } = await evaluate({ params: unpack(layout, params), batch });
      await evaluate.dispose();
      const entropies = expected.completionMask.flatMap((row, r) =>
        row.flatMap((counts, t) => {
          if (!counts) return [];
          // Read where the token before it stands.
          const z = Array.from(tensors.logits!.data.slice((r * row.length + t - 1) * V, (r * row.length + t) * V));
          const logSum = Math.log(z.reduce((sum, x) => sum + Math.exp(x), 0));
          return [logSum - z.reduce((sum, x) => sum + Math.exp(x - logSum) * x, 0)];
        }),
      );
      expect(tokens.data[0]).toBe(entropies.length);
      expect((entropy.data[0] as number) / entropies.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    });

    test('loss of the completion alone, and every gradient', async () => {
      const program = jit('gradients', ({ flat, x }: { flat: tf.Tensor; x: LanguageBatch<tf.Tensor> }) =>
        tf.valueAndGrad((params) => languageLoss(model.config, unpackTensors(model.layout, params), x).loss as tf.Scalar)(flat),
      );
      const { value, grad } = await program({ flat: model.params, x: batch });
      await program.dispose();
      expect(value.data[0]).toBeCloseTo(model.expected.loss, 5);
      const gradients = unpack(model.layout, grad as FloatArray);
      for (const [parameter, gradient] of Object.entries(gradients)) expectClose(gradient, model.tensors[`grad.${parameter}`]!, parameter);
    });

    test.skipIf(!name.match(/tied/))('AdamW: one step, three steps, three in one call', async () => {
      const { config, layout, params } = model;
      const { lr, betas, eps, weightDecayOnMatrices, maxGradNorm, losses, gradNorms } = model.expected.adamw!;
      const adam = { adamBeta1: betas[0], adamBeta2: betas[1], adamEps: eps, weightDecay: weightDecayOnMatrices, maxGradNorm };
      const program = compileTraining('adamw', (named, x) => languageLoss(config, named, x as LanguageBatch<tf.Tensor>), adam, layout);
      const run = async (stepsPerCall: number) => {
        const states: TrainState[] = [];
        const metrics: Record<string, number>[] = [];
        const plan = { firstStep: 0, totalSteps: 3, stepsPerCall, batchAt: () => [batch], learningRateAt: () => lr, adam };
        for await (const call of trainSteps(program, initialState(params), plan)) {
          states.push(call.state);
          metrics.push(...call.metrics);
        }
        return { states, metrics };
      };
      const singly = await run(1);
      const together = await run(3);
      await program.dispose();

      expect(together.states).toHaveLength(1);
      for (const part of ['params', 'm', 'v'] as const) expectIdentical(together.states[0]![part], singly.states[2]![part], part);
      expect(together.metrics).toEqual(singly.metrics);
      singly.metrics.forEach((m, i) => {
        expect(m.loss).toBeCloseTo(losses[i]!, 4);
        expect(m.grad_norm! / gradNorms[i]!).toBeCloseTo(1, 4);
      });
      const before = unpack(layout, params);
      for (const [steps, state] of [
        [1, singly.states[0]!],
        [3, singly.states[2]!],
      ] as const) {
        for (const [parameter, actual] of Object.entries(unpack(layout, state.params))) {
          const expected = model.tensors[`adamw${steps}.${parameter}`]!;
          expectClose(actual, expected, `${parameter} after ${steps}`);
          // Steps are small beside the weights, so what was added is compared as well.
          expectNear(
            change(before[parameter]!, actual),
            change(before[parameter]!, expected),
            `change of ${parameter} after ${steps}`,
            1e-3,
          );
        }
      }
    });

    test('greedy generation', async () => {
      const { promptIds, attentionMask, tokens, logprobs } = model.expected.greedy;
      const maxNewTokens = tokens[0]!.length;
      const generate = compileGenerate(model.config, {
        temperature: 0,
        topK: 0,
        topP: 1,
        maxNewTokens,
        endIds: [],
        padId: 0,
      });
      const prompts = promptIds.map((row, r) => row.filter((_, t) => attentionMask[r]![t]));
      const noise = float32([maxNewTokens, prompts.length]);
      const result = await generate({ params: unpack(model.layout, model.params), ...padLeft(prompts, 8, 0), noise });
      await generate.dispose();
      expect(Array.from(result.tokens.data)).toEqual(tokens.flat());
      expectNear(result.logprobs.data, logprobs.flat(), 'log-probabilities');
    });
  });
});

function change(before: FloatArray, after: FloatArray): number[] {
  return Array.from(after.data, (x, i) => x - before.data[i]!);
}
