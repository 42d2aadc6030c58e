/** What is learned from an example does not depend on what shares its row. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, test } from 'vitest';
import { collateLanguage, type Example, type LanguageBatch } from '@/trainer/data/collate';
import { collatePacked, inputLength, packRows, type PackedBatch } from '@/trainer/data/pack';
import { createRng } from '@/lib/rng';
import { unpackTensors } from '@/trainer/model/parameters';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { languageLoss } from '@/trainer/stages/sft';
import { describeOnEveryBackend } from '../support/backends';
import { expectNear } from '../support/close';
import { goldenModel } from '../support/golden';

afterAll(() => configureRuntime({ backend: 'onnx', threads: 2 }));

describe.each(['llama-tied', 'gpt2'])('%s', (name) => {
  describeOnEveryBackend((options) => {
    test('loss and gradient of packed and of padded rows agree', async () => {
      configureRuntime(options);
      const { config, layout, params } = await goldenModel(name);
      const rng = createRng(5);
      const tokens = (count: number) => Array.from({ length: count }, () => 3 + Math.floor(rng.next() * (config.vocabSize - 3)));
      const examples = [7, 3, 5, 2, 4, 6].map((n, i): Example => ({ prompt: tokens(i), response: tokens(n) }));
      const packed = packRows(examples, 16, inputLength);
      expect(packed.length).toBeLessThan(examples.length - 2);

      type Batch = LanguageBatch<tf.Tensor> | PackedBatch<tf.Tensor>;
      const program = jit('loss', ({ flat, batch }: { flat: tf.Tensor; batch: Batch }) =>
        tf.valueAndGrad((x) => languageLoss(config, unpackTensors(layout, x), batch).loss as tf.Scalar)(flat),
      );
      const padded = await program({ flat: params, batch: collateLanguage(examples, 16, 0) });
      const long = 2 * config.contextLength + 48;
      const inOneRow = await program({
        flat: params,
        batch: collatePacked(packRows(examples, long, inputLength), { numRows: 1, length: long }, 0),
      });
      const together = await program({ flat: params, batch: collatePacked(packed, { numRows: packed.length + 1, length: 16 }, 0) });
      await program.dispose();
      // A row may be longer than the model's context, and so may its padding: only the sequences in it may not.
      expectNear(inOneRow.value.data, padded.value.data, 'loss in one long row', 1e-6);
      expectNear(inOneRow.grad.data, padded.grad.data, 'gradient in one long row', 1e-5);
      expectNear(together.value.data, padded.value.data, 'loss', 1e-6);
      expectNear(together.grad.data, padded.grad.data, 'gradient', 1e-5);
    });
  });
});
