/** A pretrained model of the family that people bring along, from its folder to its words, against transformers. */
import * as tf from '@tensorflow/tfjs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { collateLanguage, padLeft } from '@/trainer/data/collate';
import { compileGenerate } from '@/trainer/model/generate';
import { hiddenStates, languageHead } from '@/trainer/model/transformer';
import { loadModel, type Model } from '@/trainer/model/load';
import { unpack, unpackTensors } from '@/trainer/model/parameters';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32, type FloatArray } from '@/trainer/runtime/nd-array';
import { compileEvaluation } from '@/trainer/stages/sft';
import { expectNear } from '../support/close';
import { readFixture } from '../support/golden';
import { sharedData } from '../support/shared-data';

type Fixture = {
  prompts: {
    text: string;
    ids: number[];
    meanNll: number;
    argmaxEverywhere: number[];
    lastLogits: number[];
    greedyTokens: number[];
    greedyText: string;
  }[];
};
const { prompts } = readFixture<Fixture>('stories260k.json');

describe.skipIf(!sharedData)('stories260K (else skipped: no shared data)', () => {
  let model: Model;
  beforeAll(async () => {
    configureRuntime({ backend: 'onnx', threads: 2 });
    model = await loadModel(join(sharedData!, 'models/stories260K-hf'), 'language');
  });

  test('logits', async () => {
    const program = jit('logits', ({ flat, ids, isPad }: Record<'flat' | 'ids' | 'isPad', tf.Tensor>) => {
      const params = unpackTensors(model.layout, flat);
      const logits = languageHead(model.config, params, hiddenStates(model.config, params, ids, isPad));
      return { logits, best: tf.argMax(logits, 1) };
    });
    for (const { text, lastLogits, argmaxEverywhere } of prompts) {
      const ids = model.tokenizer.encodePrompt(text);
      const { logits, best } = await program({ flat: model.params, ...padLeft([ids], ids.length, 0) });
      expectNear((logits as FloatArray).data.slice(-model.config.vocabSize), lastLogits, text);
      expect(Array.from(best.data)).toEqual(argmaxEverywhere);
    }
    await program.dispose();
  });

  test('negative log-likelihood', async () => {
    const evaluate = compileEvaluation(model.config);
    for (const { ids, meanNll } of prompts) {
      const batch = collateLanguage([{ prompt: ids.slice(0, 1), response: ids.slice(1) }], ids.length - 1, 0);
      const { loss } = await evaluate({ params: unpack(model.layout, model.params), batch });
      expect((loss.data[0]! as number) / (ids.length - 1)).toBeCloseTo(meanNll, 4);
    }
    await evaluate.dispose();
  });

  test('greedy text, both prompts in one batch', async () => {
    const maxNewTokens = prompts[0]!.greedyTokens.length;
    const generate = compileGenerate(model.config, { temperature: 0, topK: 0, topP: 1, maxNewTokens, endIds: [], padId: 0 });
    const noise = float32([maxNewTokens, prompts.length]);
    const { tokens } = await generate({
      params: unpack(model.layout, model.params),
      ...padLeft(
        prompts.map((p) => p.ids),
        24,
        0,
      ),
      noise,
    });
    await generate.dispose();
    expect(tokens.shape).toEqual([prompts.length, maxNewTokens]);
    prompts.forEach(({ greedyTokens, greedyText }, r) => {
      const row = Array.from(tokens.data as Int32Array).slice(r * maxNewTokens, (r + 1) * maxNewTokens);
      expect(row).toEqual(greedyTokens);
      expect(model.tokenizer.decode(row)).toBe(greedyText);
    });
  });
});
