/**
 * `npm run base-model`: makes the built-in model from nothing — corpus, tokenizer, weights, model card — with the trainer's own
 * parts, and writes it into this folder as a Hugging Face folder. Deterministic on one machine and thread count.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeModelFolder } from '../checkpoint/huggingface';
import { bucketOf, collateLanguage, type Example as Tokens, type LanguageBatch } from '../data/collate';
import { loadTokenizer } from '../data/tokenizer';
import { createRng } from '@/lib/rng';
import { learningRateAt } from '../math/schedule';
import { parseModelConfig } from '../model/config';
import { parameterShapes } from '../model/parameter-shapes';
import { layoutOf, unpack } from '../model/parameters';
import { initialState } from '../optimizer/adamw';
import { configureRuntime } from '../runtime/jit';
import { float32, type FloatArray, type NdArray } from '../runtime/nd-array';
import { compileEvaluation, languageLoss } from '../stages/sft';
import { compileTraining, trainSteps } from '../stages/training';
import { availableParallelism } from 'node:os';
import { corpus, heldOutCorpus, type Example } from './corpus';
import { modelCard, type Report } from './model-card';
import { writeBaseTokenizer } from './tokenizer';

const config = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 128,
  intermediate_size: 352,
  num_hidden_layers: 5,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 32,
  vocab_size: 1280,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
  bos_token_id: 1,
  eos_token_id: 2,
  pad_token_id: 0,
  initializer_range: 0.02,
  torch_dtype: 'float16',
};
const recipe = {
  seed: 1,
  examples: 51_200,
  epochs: 3,
  /** Weights in the loss. Whether a reply fits its message shows in the reaction's first token alone. */
  promptWeight: 0.25,
  reactionStartWeight: 4,
  batchSize: 64,
  schedule: { learningRate: 3e-3, lrScheduler: 'cosine' as const, warmupRatio: 0.04 },
  adam: { adamBeta1: 0.9, adamBeta2: 0.95, adamEps: 1e-8, weightDecay: 0.05, maxGradNorm: 1 },
  heldOutExamples: 1000,
};

type Exchange = { tokens: number[]; replyStart: number; replyEnd: number };

function collateExchanges(exchanges: Exchange[], length: number, padId: number): LanguageBatch<NdArray> {
  const batch = collateLanguage(exchanges.map(({ tokens }) => ({ prompt: tokens.slice(0, 1), response: tokens.slice(1) })), length, padId);
  exchanges.forEach(({ tokens, replyStart, replyEnd }, row) => {
    const target = (i: number) => (row + 1) * length - tokens.length + i;
    (batch.lossMask.data as Float32Array).fill(recipe.promptWeight, target(1), target(replyStart));
    batch.lossMask.data[target(replyEnd)] = recipe.reactionStartWeight;
  });
  return batch;
}

async function main(folder: string): Promise<void> {
  const startedAt = performance.now();
  configureRuntime({ threads: availableParallelism() });
  await mkdir(folder, { recursive: true });
  await writeBaseTokenizer(folder);
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(config, null, 1)}\n`);
  await writeFile(join(folder, 'generation_config.json'), `${JSON.stringify({ bos_token_id: 1, eos_token_id: 2, pad_token_id: 0, do_sample: true, temperature: 0.7 }, null, 1)}\n`);
  const model = parseModelConfig(config);
  const tokenizer = await loadTokenizer(folder);
  const layout = layoutOf(parameterShapes(model, 'language'));

  // The whole exchange is learned, reactions included; held-out loss is told for replies alone, since that is what is sampled.
  const tokensOf = ({ prompt, response }: Example): Tokens => ({ prompt: tokenizer.encodePrompt(prompt), response: [...tokenizer.encode(response), tokenizer.endId!] });
  const whole = (example: Example): Exchange => {
    const { prompt, response } = tokensOf(example);
    return { tokens: [...prompt, ...response, ...tokenizer.encode(example.reaction)], replyStart: prompt.length, replyEnd: prompt.length + response.length };
  };
  const lengthOf = (e: Exchange) => e.tokens.length;
  const training = corpus({ seed: recipe.seed, size: recipe.examples }).map(whole);
  const length = bucketOf(training.reduce((longest, e) => Math.max(longest, lengthOf(e)), 0));
  process.stderr.write(`${layout.total} parameters, ${training.length} exchanges of ${Math.round(training.reduce((sum, e) => sum + lengthOf(e), 0) / training.length)} tokens on average, ${length} at most\n`);

  // Neighbours in length share a batch, so that little is padding; each epoch shuffles the batches.
  const byLength = [...training].sort((a, b) => lengthOf(a) - lengthOf(b));
  const batches = Array.from({ length: training.length / recipe.batchSize }, (_, i) => byLength.slice(i * recipe.batchSize, (i + 1) * recipe.batchSize));
  const order = Array.from({ length: recipe.epochs }, (_, epoch) => createRng(recipe.seed).fork(`epoch ${epoch}`).shuffle(batches)).flat();
  const padded = (rows: Exchange[]) => Math.ceil((Math.max(...rows.map(lengthOf)) - 1) / 32) * 32;
  const program = compileTraining('base-model', (params, batch) => languageLoss(model, params, batch as LanguageBatch<import('@tensorflow/tfjs').Tensor>), recipe.adam, layout);
  let state = initialState(initialParameters());
  for await (const { state: after, stepsDone, metrics } of trainSteps(program, state, {
    firstStep: 0,
    totalSteps: order.length,
    stepsPerCall: 1,
    batchAt: (step) => [collateExchanges(order[step]!, padded(order[step]!), tokenizer.padId)],
    learningRateAt: (step) => learningRateAt(recipe.schedule, step, order.length),
    adam: recipe.adam,
  })) {
    state = after;
    if (stepsDone % 50 === 0) process.stderr.write(`step ${stepsDone}/${order.length}  loss ${metrics[0]!.loss!.toFixed(3)}  ${((performance.now() - startedAt) / stepsDone).toFixed(0)} ms/step\n`);
  }
  await program.dispose();

  const evaluation = compileEvaluation(model);
  const heldOut = heldOutCorpus({ seed: recipe.seed, size: recipe.heldOutExamples }).map(tokensOf);
  const sums = { loss: 0, hits: 0, tokens: 0 };
  for (let at = 0; at < heldOut.length; at += 50) {
    const rows = heldOut.slice(at, at + 50);
    const result = await evaluation({ params: unpack(layout, state.params), batch: collateLanguage(rows, length, tokenizer.padId) });
    for (const key of ['loss', 'hits', 'tokens'] as const) sums[key] += result[key].data[0] as number;
  }
  const report: Report = {
    parameters: layout.total,
    examples: training.length,
    heldOutLoss: sums.loss / sums.tokens,
    heldOutAccuracy: sums.hits / sums.tokens,
    steps: order.length,
  };
  await writeModelFolder(folder, { parentFolder: folder, head: 'language', tensors: unpack(layout, state.params), dtype: 'F16' });
  await writeFile(join(folder, 'README.md'), modelCard(report, config));
  process.stderr.write(`${JSON.stringify(report)} in ${Math.round((performance.now() - startedAt) / 1000)} s\n`);

  /** N(0, 0.02), the projections back into the residual stream smaller by √(2·layers) (Radford et al. 2019); norms at 1. */
  function initialParameters(): FloatArray {
    const draw = createRng(recipe.seed).fork('parameters');
    const flat = float32([layout.total]);
    for (const { name, shape, offset, size } of layout.entries) {
      const scale = /o_proj|down_proj/.test(name) ? config.initializer_range / Math.sqrt(2 * config.num_hidden_layers) : config.initializer_range;
      for (let i = 0; i < size; i++) flat.data[offset + i] = shape.length === 1 ? 1 : draw.normal() * scale;
    }
    return flat;
  }
}

await main(resolve(process.argv[2] ?? import.meta.dirname));
