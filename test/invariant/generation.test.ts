/** What must hold of sampled text whatever the weights: checked on a tiny random model whose every token has its chance. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collateLanguage, padLeft, type Example, type LanguageBatch } from '@/trainer/data/collate';
import { createRng } from '@/lib/rng';
import { compileGenerate, type GenerateConfig } from '@/trainer/model/generate';
import { unpack, unpackTensors } from '@/trainer/model/parameters';
import { sampleToken } from '@/trainer/model/sampling';
import { hiddenStates, languageHead } from '@/trainer/model/transformer';
import { configureRuntime, jit, type Compiled } from '@/trainer/runtime/jit';
import { bool, float32, int32, type FloatArray } from '@/trainer/runtime/nd-array';
import { tokenLogprobs } from '@/trainer/runtime/ops/token-logprobs';
import { expectNear } from '../support/close';
import { goldenModel, type GoldenModel } from '../support/golden';

let model: GoldenModel<unknown>;
beforeAll(async () => {
  configureRuntime({ backend: 'onnx', threads: 2 });
  model = await goldenModel('llama-untied');
});

const prompts = [[1, 5, 9, 22, 40, 7], [1, 60], [1, 33, 8, 8], [1], [1, 17, 51, 30, 2, 44, 12, 19, 3], [1, 6, 6]];
const plain: GenerateConfig = { temperature: 0.7, topK: 0, topP: 1, maxNewTokens: 14, endIds: [2, 20, 21, 22, 23], padId: 0 };
const noiseOf = (steps: number, rows: number, label = 'noise') => {
  const rng = createRng(11).fork(label);
  return float32(
    [steps, rows],
    Float32Array.from({ length: steps * rows }, () => rng.next()),
  );
};

type Sampled = { tokens: number[]; logprobs: number[] };

async function generate(rows: number[][], noise: FloatArray, config: GenerateConfig, width = 9): Promise<Sampled[]> {
  const program = compileGenerate(model.config, config);
  const { tokens, logprobs } = await program({ params: unpack(model.layout, model.params), ...padLeft(rows, width, config.padId), noise });
  await program.dispose();
  const N = config.maxNewTokens;
  const row = (data: Int32Array | Float32Array, r: number) => Array.from(data.subarray(r * N, (r + 1) * N));
  return rows.map((_, r) => ({ tokens: row(tokens.data as Int32Array, r), logprobs: row(logprobs.data as Float32Array, r) }));
}

/** The end token included. */
function lengthOf({ tokens }: Sampled, { endIds }: GenerateConfig): number {
  const end = tokens.findIndex((id) => endIds.includes(id));
  return end < 0 ? tokens.length : end + 1;
}

type ForwardInputs = { flat: tf.Tensor; batch: LanguageBatch<tf.Tensor> };
let forward: Compiled<ForwardInputs, Record<'logits' | 'logprobs', tf.Tensor>>;
beforeAll(() => {
  forward = jit('forward', ({ flat, batch }: ForwardInputs) => {
    const params = unpackTensors(model.layout, flat);
    const logits = tf.div(
      languageHead(model.config, params, hiddenStates(model.config, params, batch.ids, batch.isPad)),
      plain.temperature,
    );
    return { logits, logprobs: tokenLogprobs(logits, tf.reshape(batch.targets, [-1])) };
  });
});
afterAll(() => forward.dispose());

/** For every response token, the scaled logits that decide it and its log-probability, from one pass over the whole text. */
async function recompute(examples: Example[], length = 32): Promise<{ logits: number[][]; logprobs: number[] }[]> {
  const V = model.config.vocabSize;
  const { logits, logprobs } = await forward({ flat: model.params, batch: collateLanguage(examples, length, 0) });
  return examples.map(({ response }, r) => {
    const at = response.map((_, t) => (r + 1) * length - response.length + t);
    return {
      logits: at.map((i) => Array.from((logits.data as Float32Array).subarray(i * V, (i + 1) * V))),
      logprobs: at.map((i) => (logprobs.data as Float32Array)[i]!),
    };
  });
}

const softmax = (logits: number[]) => {
  const top = Math.max(...logits);
  const weights = logits.map((z) => Math.exp(z - top));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
};

/** The tokens that stay: among the k likeliest, and in the smallest set that reaches probability p. */
function allowedTokens(logits: number[], { topK, topP }: GenerateConfig): Set<number> {
  const probabilities = softmax(logits);
  const order = logits.map((_, id) => id).sort((a, b) => logits[b]! - logits[a]!);
  let before = 0;
  const nucleus = order.filter((id) => {
    const isIn = before < topP;
    before += probabilities[id]!;
    return isIn;
  });
  return new Set(nucleus.slice(0, topK || undefined));
}

describe('log-probabilities', () => {
  test.each([plain, { ...plain, topK: 4 }, { ...plain, topP: 0.6 }])(
    'are those of a pass over the whole text: top k $topK, top p $topP',
    async (config) => {
      const sampled = await generate(prompts, noiseOf(config.maxNewTokens, prompts.length), config);
      const lengths = sampled.map((s) => lengthOf(s, config));
      // Some rows end early, some do not, or this shows little.
      expect(Math.min(...lengths)).toBeLessThan(config.maxNewTokens);
      expect(Math.max(...lengths)).toBe(config.maxNewTokens);
      const recomputed = await recompute(sampled.map((s, r) => ({ prompt: prompts[r]!, response: s.tokens.slice(0, lengths[r]) })));
      sampled.forEach((s, r) => expectNear(s.logprobs.slice(0, lengths[r]), recomputed[r]!.logprobs, `row ${r}`, 1e-5));
    },
  );

  test('after the end are 0, and tokens are padding', async () => {
    for (const s of await generate(prompts, noiseOf(plain.maxNewTokens, prompts.length), plain)) {
      const rest = plain.maxNewTokens - lengthOf(s, plain);
      expect(s.tokens.slice(plain.maxNewTokens - rest)).toEqual(Array(rest).fill(plain.padId));
      expect(s.logprobs.slice(plain.maxNewTokens - rest)).toEqual(Array(rest).fill(0));
    }
  });
});

describe('the same noise gives the same text', () => {
  const noise = noiseOf(plain.maxNewTokens, prompts.length);
  const column = (r: number, steps = plain.maxNewTokens) =>
    float32(
      [steps, 1],
      Float32Array.from({ length: steps }, (_, t) => noise.data[t * prompts.length + r]!),
    );

  test('twice, and other noise another', async () => {
    const first = await generate(prompts, noise, plain);
    expect(await generate(prompts, noise, plain)).toEqual(first);
    expect((await generate(prompts, noiseOf(plain.maxNewTokens, prompts.length, 'other noise'), plain)).map((s) => s.tokens)).not.toEqual(
      first.map((s) => s.tokens),
    );
  });

  test('whoever shares the batch, and however far prompts are padded', async () => {
    const together = await generate(prompts, noise, plain);
    for (const [r, prompt] of prompts.entries()) {
      const [alone] = await generate([prompt], column(r), plain, 16);
      expect(alone!.tokens).toEqual(together[r]!.tokens);
      expectNear(alone!.logprobs, together[r]!.logprobs, `row ${r}`, 1e-5);
    }
  });

  test('as far as it goes, when less may be said', async () => {
    const long = await generate(prompts, noise, plain);
    const short = await generate(prompts, float32([5, prompts.length], noise.data.slice(0, 5 * prompts.length)), {
      ...plain,
      maxNewTokens: 5,
    });
    short.forEach((s, r) => expect(s.tokens).toEqual(long[r]!.tokens.slice(0, 5)));
  });
});

describe('in calls of any number of tokens', () => {
  const noise = noiseOf(plain.maxNewTokens, prompts.length);

  test.each([plain, { ...plain, topK: 6, topP: 0.7 }, { ...plain, temperature: 0, endIds: [] }])(
    'the text is the same: temperature $temperature, top k $topK',
    async (config) => {
      const program = compileGenerate(model.config, config);
      const inputs = { params: unpack(model.layout, model.params), ...padLeft(prompts, 9, 0), noise };
      const whole = await program(inputs, { tokensPerCall: config.maxNewTokens });
      for (const tokensPerCall of [1, 3]) {
        const pieces = await program(inputs, { tokensPerCall });
        expect(pieces.tokens.data).toEqual(whole.tokens.data);
        expect(pieces.logprobs.data).toEqual(whole.logprobs.data);
      }
      await program.dispose();
    },
  );

  test('caches grow as the text does, and nothing but the text tells', async () => {
    const config = { ...plain, maxNewTokens: 40, endIds: [] };
    const program = compileGenerate(model.config, config);
    const inputs = { params: unpack(model.layout, model.params), ...padLeft(prompts, 9, 0), noise: noiseOf(40, prompts.length) };
    const pieces = await program(inputs, { tokensPerCall: 3 });
    await program.dispose();
    const recomputed = await recompute(
      prompts.map((prompt, r) => ({ prompt, response: Array.from(pieces.tokens.data.slice(r * 40, (r + 1) * 40)) })),
      64,
    );
    recomputed.forEach(({ logprobs }, r) => expectNear(pieces.logprobs.data.slice(r * 40, (r + 1) * 40), logprobs, `row ${r}`, 1e-5));
  });

  test('many rows, whose caches stay where they are, say what few do', async () => {
    const config = { ...plain, maxNewTokens: 20, endIds: [2] };
    const noise = noiseOf(20, prompts.length);
    const few = await generate(prompts, noise, config);
    const copies = 80;
    const wide = float32([20, prompts.length * copies]);
    noise.data.forEach((x, i) => wide.data.fill(x, i * copies, (i + 1) * copies));
    const program = compileGenerate(model.config, config);
    const rows = prompts.flatMap((prompt) => Array<number[]>(copies).fill(prompt));
    const inputs = { params: unpack(model.layout, model.params), ...padLeft(rows, 9, 0), noise: wide };
    for (const tokensPerCall of [5, 20]) {
      const many = await program(inputs, { tokensPerCall });
      few.forEach(({ tokens, logprobs }, p) => {
        for (const r of [p * copies, (p + 1) * copies - 1]) {
          expect(Array.from(many.tokens.data.subarray(r * 20, (r + 1) * 20))).toEqual(tokens);
          expectNear(many.logprobs.data.subarray(r * 20, (r + 1) * 20), logprobs, `row ${r}`);
        }
      });
    }
    await program.dispose();
  });

  test('many rows that all end in the last call, before its end', async () => {
    // Twenty tokens are a first one, a call of sixteen, and one of at most three; with seven of the prompt, the caches are full after two.
    const prompt = [1, 5, 9, 22, 40, 7, 3];
    const rows = Array<number[]>(480).fill(prompt);
    const noise = float32([20, 480]);
    noiseOf(20, 1, 'a').data.forEach((x, i) => noise.data.fill(x, i * 480, (i + 1) * 480));
    const free = await generate([prompt], noiseOf(20, 1, 'a'), { ...plain, maxNewTokens: 20, endIds: [] });
    const endId = free[0]!.tokens[18]!;
    const first = free[0]!.tokens.indexOf(endId);
    const program = compileGenerate(model.config, { ...plain, maxNewTokens: 20, endIds: [endId] });
    const { tokens } = await program({ params: unpack(model.layout, model.params), ...padLeft(rows, 9, 0), noise });
    await program.dispose();
    expect(first).toBe(18);
    expect(Array.from(tokens.data.subarray(0, 20))).toEqual([...free[0]!.tokens.slice(0, 19), 0]);
  });

  test('it ends when every row has, and when nobody reads on', async () => {
    const always = { ...plain, endIds: Array.from({ length: model.config.vocabSize }, (_, id) => id) };
    const inputs = { params: unpack(model.layout, model.params), ...padLeft(prompts, 9, 0), noise };
    const count = async (config: GenerateConfig, most = Infinity) => {
      const program = compileGenerate(model.config, config);
      let tokens = 0;
      let calls = 0;
      for await (const chunk of program.chunks(inputs, { tokensPerCall: 3 })) {
        tokens += chunk.steps;
        if (++calls === most) break;
      }
      await program.dispose();
      return { calls, tokens };
    };
    expect(await count(always)).toEqual({ calls: 1, tokens: 1 });
    expect(await count({ ...plain, endIds: [] })).toEqual({ calls: 6, tokens: 14 });
    expect(await count({ ...plain, endIds: [] }, 2)).toEqual({ calls: 2, tokens: 4 });
    // Within a call, too: the longest row's end is the last step that is made.
    const longest = Math.max(...(await generate(prompts.slice(1, 2), noiseOf(14, 1), plain)).map((s) => lengthOf(s, plain)));
    const program = compileGenerate(model.config, plain);
    let steps = 0;
    for await (const chunk of program.chunks(
      { ...inputs, ...padLeft(prompts.slice(1, 2), 9, 0), noise: noiseOf(14, 1) },
      { tokensPerCall: 14 },
    ))
      steps += chunk.steps;
    await program.dispose();
    expect(steps).toBe(longest);
  });

  test('a prompt that leaves no room is refused with its length, and an empty one', async () => {
    const context = model.config.contextLength;
    const long = Array<number>(context - 13).fill(5);
    await expect(generate([long], noiseOf(14, 1), plain, context)).rejects.toThrow(
      `The prompt has ${context - 13} tokens; with 14 new ones that is more than the model's context of ${context}.`,
    );
    await expect(generate([[]], noiseOf(14, 1), plain)).rejects.toThrow('An empty prompt');
  });
});

test('a large vocabulary is drawn from as the sum of probabilities says', async () => {
  const [rows, V] = [64, 5003];
  const rng = createRng(5);
  const logits = float32(
    [rows, V],
    Float32Array.from({ length: rows * V }, () => 2 * rng.normal()),
  );
  const noise = Float32Array.from({ length: rows }, () => Math.min(rng.next(), 1 - 2 ** -20));
  noise.set([0, 1 - 2 ** -20]);
  const program = jit('draw', (x: Record<'logits' | 'noise', tf.Tensor>) =>
    sampleToken(x.logits, x.noise, { temperature: 1, topK: 0, topP: 1 }),
  );
  const { token, logprob } = await program({ logits, noise: float32([rows], noise) });
  await program.dispose();
  for (let r = 0; r < rows; r++) {
    const p = softmax(Array.from(logits.data.subarray(r * V, (r + 1) * V)));
    const id = token.data[r]! as number;
    const before = p.slice(0, id).reduce((a, b) => a + b, 0);
    expect(before).toBeLessThan(noise[r]! + 1e-6);
    expect(before + p[id]!).toBeGreaterThan(noise[r]! - 1e-6);
    expect(logprob.data[r]).toBeCloseTo(Math.log(p[id]!), 4);
  }
});

describe('truncated sampling', () => {
  const settings = [
    { ...plain, topK: 4 },
    { ...plain, topP: 0.5 },
    { ...plain, topK: 6, topP: 0.7 },
    { ...plain, topK: 1 },
  ];

  test.each(settings)('yields allowed tokens only, at every step: top k $topK, top p $topP', async (config) => {
    const many = Array.from({ length: 8 }, () => prompts).flat();
    const noise = noiseOf(config.maxNewTokens, many.length);
    // The first two rows have the least and the greatest noise that ever comes in.
    for (let t = 0; t < config.maxNewTokens; t++) noise.data.set([0, 1 - 2 ** -20], t * many.length);
    const sampled = await generate(many, noise, config);
    const recomputed = await recompute(sampled.map((s, r) => ({ prompt: many[r]!, response: s.tokens.slice(0, lengthOf(s, config)) })));
    sampled.forEach((s, r) => {
      for (let t = 0; t < lengthOf(s, config); t++) expect(allowedTokens(recomputed[r]!.logits[t]!, config)).toContain(s.tokens[t]);
    });
  });

  test.each([plain, ...settings.slice(0, 3)])('draws them as often as softmax says: top k $topK, top p $topP', async (config) => {
    const rows = 4096;
    const prompt = prompts[0]!;
    const sampled = await generate(Array<number[]>(rows).fill(prompt), noiseOf(1, rows), { ...config, maxNewTokens: 1 });
    const logits = (await recompute([{ prompt, response: [0] }]))[0]!.logits[0]!;
    const allowed = [...allowedTokens(logits, config)];
    const probabilities = softmax(allowed.map((id) => logits[id]!));
    const counts = allowed.map((id) => sampled.filter((s) => s.tokens[0] === id).length);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(rows);

    // Pearson's chi-square; classes expected fewer than five times count together.
    const isRare = probabilities.map((p) => p * rows < 5);
    const total = (values: number[], take: (i: number) => boolean) => values.reduce((sum, v, i) => (take(i) ? sum + v : sum), 0);
    const classes = [
      ...allowed.flatMap((_, i) => (isRare[i] ? [] : [{ seen: counts[i]!, expected: probabilities[i]! * rows }])),
      { seen: total(counts, (i) => isRare[i]!), expected: total(probabilities, (i) => isRare[i]!) * rows },
    ].filter((c) => c.expected > 0);
    const chiSquare = classes.reduce((sum, c) => sum + (c.seen - c.expected) ** 2 / c.expected, 0);
    const freedom = classes.length - 1;
    expect(chiSquare).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
  });

  test('to one token is greedy', async () => {
    const greedy = await generate(prompts, noiseOf(plain.maxNewTokens, prompts.length), { ...plain, temperature: 0 });
    const topOne = await generate(prompts, noiseOf(plain.maxNewTokens, prompts.length), { ...plain, topK: 1 });
    expect(topOne.map((s) => s.tokens)).toEqual(greedy.map((s) => s.tokens));
  });
});

test('padding on the left never changes logits, whatever stands in it', async () => {
  const program = jit('logits', ({ flat, ids, isPad }: Record<'flat' | 'ids' | 'isPad', tf.Tensor>) => {
    const params = unpackTensors(model.layout, flat);
    return { logits: languageHead(model.config, params, hiddenStates(model.config, params, ids, isPad)) };
  });
  const prompt = prompts[4]!;
  const rng = createRng(12);
  const logitsAfter = async (padding: number[]) => {
    const length = padding.length + prompt.length;
    const isPad = bool(
      [1, length],
      Array.from({ length }, (_, t) => Number(t < padding.length)),
    );
    const { logits } = await program({ flat: model.params, ids: int32([1, length], [...padding, ...prompt]), isPad });
    return (logits.data as Float32Array).slice(padding.length * model.config.vocabSize);
  };
  const bare = await logitsAfter([]);
  for (const width of [1, 4, 20]) {
    expectNear(await logitsAfter(Array<number>(width).fill(0)), bare, `${width} pads`, 1e-5);
    expectNear(await logitsAfter(Array.from({ length: width }, () => rng.int(model.config.vocabSize))), bare, `${width} others`, 1e-5);
  }
  await program.dispose();
});
