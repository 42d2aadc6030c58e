/** Scaled rotary positions, as config.json spells them before and since transformers 5, against transformers. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { parseModelConfig, type LlamaConfig } from '@/trainer/model/config';
import { unpackTensors } from '@/trainer/model/parameters';
import { hiddenStates, languageHead } from '@/trainer/model/transformer';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { bool, int32 } from '@/trainer/runtime/nd-array';
import { describeOnEveryBackend } from '../support/backends';
import { expectNear } from '../support/close';
import { goldenModel, readFixture } from '../support/golden';

type Case = { fields: Record<string, unknown>; inverseFrequencies: number[]; attentionScale: number; lastLogits: number[][] };
const { inputIds, attentionMask, cases } = readFixture<{ inputIds: number[][]; attentionMask: number[][]; cases: Case[] }>(
  'rotary-scaling.json',
);

describeOnEveryBackend((options) => {
  beforeAll(() => configureRuntime(options));

  test.each(cases)('$fields', async ({ fields, inverseFrequencies, attentionScale, lastLogits }) => {
    const { rope_parameters: _, ...plain } = readFixture<Record<string, unknown>>('llama-untied/config.json');
    const config = parseModelConfig({ ...plain, ...fields }) as LlamaConfig;
    expectNear(config.rotary.inverseFrequencies, inverseFrequencies, 'inverse frequencies', 1e-6);
    expect(config.rotary.attentionScale).toBeCloseTo(attentionScale, 6);

    const { layout, params } = await goldenModel('llama-untied');
    const [rows, columns] = [inputIds.length, inputIds[0]!.length];
    const program = jit('logits', ({ flat, ids, isPad }: Record<'flat' | 'ids' | 'isPad', tf.Tensor>) => {
      const weights = unpackTensors(layout, flat);
      const hidden = tf.reshape(hiddenStates(config, weights, ids, isPad), [rows, columns, -1]);
      return { logits: languageHead(config, weights, tf.reshape(tf.slice(hidden, [0, columns - 1, 0], [-1, 1, -1]), [rows, -1])) };
    });
    const isPad = attentionMask.flat().map((m) => 1 - m);
    const { logits } = await program({ flat: params, ids: int32([rows, columns], inputIds.flat()), isPad: bool([rows, columns], isPad) });
    await program.dispose();
    expectNear(logits.data, lastLogits.flat(), 'logits');
  });
});
