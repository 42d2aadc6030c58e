/** A pretrained chat model of 135 million parameters, from its folder to its answers, against transformers. */
import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { padLeft } from '@/trainer/data/collate';
import { compileGenerate } from '@/trainer/model/generate';
import type { Params } from '@/trainer/model/layers';
import { loadModel, type Model } from '@/trainer/model/load';
import { unpack } from '@/trainer/model/parameters';
import { hiddenStates, languageHead } from '@/trainer/model/transformer';
import { configureRuntime, jit } from '@/trainer/runtime/jit';
import { float32, type FloatArray } from '@/trainer/runtime/nd-array';
import { expectNear } from '../support/close';
import { smolLm2Folder } from '../support/shared-data';

type Reference = {
  logits: { text: string; ids: number[]; argmaxEverywhere: number[]; lastLogits: number[] }[];
  chats: { prompt: string; promptIds: number[]; tokens: number[]; text: string }[];
};

describe.skipIf(!smolLm2Folder)('SmolLM2-135M-Instruct (else skipped: no SmolLM2 folder)', () => {
  let model: Model;
  let reference: Reference;
  beforeAll(async () => {
    configureRuntime({ backend: 'onnx', threads: 2 });
    reference = JSON.parse(readFileSync(join(smolLm2Folder!, 'reference.json'), 'utf8')) as Reference;
    model = await loadModel(smolLm2Folder!, 'language');
  }, 120_000);

  test('tokens, of text and of a chat', () => {
    for (const { text, ids } of reference.logits) expect(model.tokenizer.encode(text), text).toEqual(ids);
    for (const { prompt, promptIds } of reference.chats) expect(model.tokenizer.encodePrompt(prompt), prompt).toEqual(promptIds);
  });

  test('logits', async () => {
    const program = jit('logits', ({ params, ids, isPad }: { params: Params } & Record<'ids' | 'isPad', tf.Tensor>) => {
      const logits = languageHead(model.config, params, hiddenStates(model.config, params, ids, isPad));
      return { last: tf.slice(logits, [logits.shape[0]! - 1, 0], [1, -1]), best: tf.argMax(logits, 1) };
    });
    for (const { text, ids, lastLogits, argmaxEverywhere } of reference.logits) {
      const { last, best } = await program({ params: unpack(model.layout, model.params), ...padLeft([ids], ids.length, 0) });
      expectNear((last as FloatArray).data, lastLogits, text);
      expect(Array.from(best.data), text).toEqual(argmaxEverywhere);
    }
    await program.dispose();
  });

  test('greedy answers, all prompts in one batch', async () => {
    const { chats } = reference;
    const maxNewTokens = Math.max(...chats.map(({ tokens }) => tokens.length));
    const { padId } = model.tokenizer;
    const config = { temperature: 0, topK: 0, topP: 1, maxNewTokens, endIds: model.config.eosTokenIds, padId };
    const generate = compileGenerate(model.config, config);
    const prompts = chats.map(({ promptIds }) => promptIds);
    const { tokens } = await generate({
      params: unpack(model.layout, model.params),
      ...padLeft(prompts, Math.max(...prompts.map((ids) => ids.length)), padId),
      noise: float32([maxNewTokens, chats.length]),
    });
    await generate.dispose();
    chats.forEach((chat, r) => {
      const row = Array.from(tokens.data as Int32Array).slice(r * maxNewTokens, r * maxNewTokens + chat.tokens.length);
      expect(row, chat.prompt).toEqual(chat.tokens);
      expect(model.tokenizer.decode(row), chat.prompt).toBe(chat.text);
    });
  });
});
